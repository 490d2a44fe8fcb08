import type { ImageRoom, MemoryImage } from '../vm/machine.ts';

const PAGE = 4096;
/** Pages that are asked of the system at once. */
const CHUNK_PAGES = 1024;

/** A memory in the store: which page stands at which place there. */
export interface StoredImage {
  readonly byteLength: number;
  readonly registers: readonly number[];
  readonly pages: Uint32Array;
  /** The place of each page in the store. */
  readonly places: Uint32Array;
}

interface Chunk {
  readonly bytes: Buffer;
  /** How many images hold each of its pages. */
  readonly holders: Uint32Array;
  used: number;
}

/**
 * Memories that share the pages they have in common. One more, a few slots on, takes only the pages that have changed,
 * and those come out of pages that others have left: fresh memory of the system is slow to get.
 */
export class PageStore {
  readonly #chunks: (Chunk | null)[] = [];
  readonly #free: number[] = [];
  #usedPages = 0;

  /** What all of them together take. */
  get usedBytes(): number {
    return this.#usedPages * PAGE;
  }

  /** @param like one that is likely to have many pages in common with it. */
  put({ byteLength, registers, pages, bytes }: MemoryImage, like: StoredImage | null): StoredImage {
    const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const places = new Uint32Array(pages.length);
    let other = 0;
    for (const [index, page] of pages.entries()) {
      while (like !== null && (like.pages[other] ?? Number.POSITIVE_INFINITY) < page) other++;
      const shared = like?.pages[other] === page ? (like.places[other] ?? null) : null;
      places[index] = shared !== null && this.#isEqual(shared, whole, index * PAGE) ? this.#hold(shared) : this.#add(whole, index * PAGE);
    }
    return { byteLength, registers, pages: pages.slice(), places };
  }

  /** @param room for its pages. */
  get({ byteLength, registers, pages, places }: StoredImage, room: ImageRoom): MemoryImage {
    const bytes = room.take(pages.length * PAGE);
    for (const [index, place] of places.entries()) {
      const at = (place % CHUNK_PAGES) * PAGE;
      bytes.set(this.#chunkOf(place).bytes.subarray(at, at + PAGE), index * PAGE);
    }
    return { byteLength, registers, pages, bytes };
  }

  /** Lets one go; pages that others hold stay. */
  drop({ places }: StoredImage): void {
    for (const place of places) {
      const chunk = this.#chunkOf(place);
      const holders = (chunk.holders[place % CHUNK_PAGES] ?? 0) - 1;
      chunk.holders[place % CHUNK_PAGES] = holders;
      if (holders > 0) continue;
      chunk.used--;
      this.#usedPages--;
      this.#free.push(place);
    }
    this.#shrink();
  }

  #isEqual(place: number, whole: Buffer, at: number): boolean {
    const start = (place % CHUNK_PAGES) * PAGE;
    return this.#chunkOf(place).bytes.compare(whole, at, at + PAGE, start, start + PAGE) === 0;
  }

  #hold(place: number): number {
    const { holders } = this.#chunkOf(place);
    holders[place % CHUNK_PAGES] = (holders[place % CHUNK_PAGES] ?? 0) + 1;
    return place;
  }

  #add(whole: Buffer, at: number): number {
    if (this.#free.length === 0) this.#addChunk();
    const place = this.#free.pop() ?? 0;
    const chunk = this.#chunkOf(place);
    whole.copy(chunk.bytes, (place % CHUNK_PAGES) * PAGE, at, at + PAGE);
    chunk.holders[place % CHUNK_PAGES] = 1;
    chunk.used++;
    this.#usedPages++;
    return place;
  }

  #addChunk(): void {
    const gap = this.#chunks.indexOf(null);
    const number = gap === -1 ? this.#chunks.length : gap;
    this.#chunks[number] = { bytes: Buffer.allocUnsafeSlow(CHUNK_PAGES * PAGE), holders: new Uint32Array(CHUNK_PAGES), used: 0 };
    for (let page = CHUNK_PAGES - 1; page >= 0; page--) this.#free.push(number * CHUNK_PAGES + page);
  }

  /** Gives chunks back that nobody uses, where many pages lie idle. */
  #shrink(): void {
    if (this.#free.length < 4 * CHUNK_PAGES || this.#free.length < this.#usedPages) return;
    const isIdle = this.#chunks.map((chunk) => chunk !== null && chunk.used === 0);
    if (!isIdle.includes(true)) return;
    const kept = this.#free.filter((place) => isIdle[Math.floor(place / CHUNK_PAGES)] !== true);
    this.#free.length = 0;
    for (const place of kept) this.#free.push(place);
    for (const [number, idle] of isIdle.entries()) if (idle) this.#chunks[number] = null;
  }

  #chunkOf(place: number): Chunk {
    const chunk = this.#chunks[Math.floor(place / CHUNK_PAGES)];
    if (chunk === undefined || chunk === null) throw new RangeError('that memory has been let go');
    return chunk;
  }
}
