import type { LivingMemory, MemoryImage } from '../machine.ts';
import { livingMemory, writeImage } from '../pages.ts';

/** Images are made of whole pages. */
const PAGE_BYTES = 4096;

/** All that lasts from one message to the next. */
export interface Lasting {
  /** JSON. */
  readonly state: string;
  /** The code that its owner has put in place of the module's; null while that of the module runs. */
  readonly source: string | null;
}

const NOTHING: Lasting = { state: 'null', source: null };

/** The memory of one process: what lasts, as JSON text in whole pages. */
export class ProcessMemory {
  #lasting = NOTHING;
  #text = Buffer.alloc(0);

  get lasting(): Lasting {
    return this.#lasting;
  }

  /** Bytes of the text, in whole pages. */
  get byteLength(): number {
    return Math.ceil(this.#text.length / PAGE_BYTES) * PAGE_BYTES;
  }

  set(lasting: Lasting): void {
    this.#lasting = lasting;
    const { state, source } = lasting;
    this.#text = Buffer.from(`{"state":${state},"source":${JSON.stringify(source)}}`);
  }

  living(): LivingMemory {
    const pages = Buffer.alloc(this.byteLength);
    pages.set(this.#text);
    return livingMemory(pages.buffer, [this.#text.length]);
  }

  restore(image: MemoryImage): void {
    const pages = new ArrayBuffer(image.byteLength);
    writeImage(pages, image);
    this.#text = Buffer.from(pages, 0, image.registers[0] ?? 0);
    this.#lasting = this.#text.length === 0 ? NOTHING : lastingIn(this.#text.toString('utf8'));
  }
}

function lastingIn(text: string): Lasting {
  const { state, source } = JSON.parse(text) as { readonly state: unknown; readonly source: string | null };
  return { state: JSON.stringify(state), source };
}
