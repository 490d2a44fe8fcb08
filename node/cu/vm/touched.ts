import { blockAfter, PAGE_BYTES, stackLow, type MemoryRange } from './pages.ts';
import type { MemoryImage } from './machine.ts';

/**
 * More than any function of a module takes on the stack at once (the largest of aos takes 8.6 KiB): a stretch of zeros
 * this long below the stack, and nothing has been there.
 */
const FRAME_MAX = 256 * 1024;

/** What Emscripten's programs export for their glue, as numbers. */
export interface EmscriptenLayout {
  /** Where the heap ends now. */
  heapEnd(): number;
  /** Where the stack is now. It begins below the heap and grows down. */
  stack(): number;
  /** Where it must not go below. The program's data lie under that. */
  readonly stackEnd: number;
}

/**
 * Where the memory of one instance may have been written to since it was made: 64 MiB of aos's 68 are stack that nobody
 * has used. Emscripten's allocator gives nothing back, so its heap has only one end.
 */
export class TouchedMemory {
  readonly #layout: EmscriptenLayout;
  #heapEnd = 0;
  #stackLow = Number.POSITIVE_INFINITY;

  constructor(layout: EmscriptenLayout) {
    this.#layout = layout;
  }

  /** The stack was used from here on, whatever lies above: a text may take less than the room it was given. */
  use(address: number): void {
    this.#stackLow = Math.min(this.#stackLow, address);
  }

  ranges(memory: ArrayBuffer): readonly MemoryRange[] {
    this.#look();
    this.#stackLow = stackLow(memory, this.#stackLow, this.#layout.stackEnd, FRAME_MAX);
    return [
      { start: 0, end: this.#layout.stackEnd },
      { start: this.#stackLow, end: this.#heapEnd },
    ];
  }

  /** How much all of it is, about: what a function has left further down its stack since it was last looked for is not counted, as looking takes longer than many a message. */
  get bytes(): number {
    this.#look();
    return this.#layout.stackEnd + this.#heapEnd - this.#stackLow;
  }

  #look(): void {
    this.#heapEnd = Math.max(this.#heapEnd, this.#layout.heapEnd());
    this.use(this.#layout.stack());
  }

  /** The image has been written into memory. */
  restored({ pages }: MemoryImage): void {
    const last = pages.at(-1);
    if (last !== undefined) this.#heapEnd = Math.max(this.#heapEnd, (last + 1) * PAGE_BYTES);
    // The block in which the data end and the stack may end is looked at anyway. Data in it are no stack: taken for that, all of the stack would be.
    const first = pages.find((page) => page * PAGE_BYTES >= blockAfter(this.#layout.stackEnd));
    if (first !== undefined) this.use(first * PAGE_BYTES);
  }
}
