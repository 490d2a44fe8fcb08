import type { ImageRoom, MemoryImage } from '../vm/machine.ts';
import { pagesIn, type AnyMemory } from './changed.ts';
import { DifferenceReader, DifferenceWriter, PAGE, wordsOf } from './difference.ts';

/** What is written down of changed pages instead of the pages must be so much less. */
const DIFFERENCE_SHARE = 1 / 4;
/** Pages that are asked of the system at once. */
const CHUNK_PAGES = 1024;

/** A memory in the store: which page stands at which place there. */
export interface StoredImage {
  readonly byteLength: number;
  readonly registers: readonly number[];
  readonly pages: Uint32Array;
  /** The place of each page in the store. */
  readonly places: Uint32Array;
  /** What has changed in some of them since they were what stands there. */
  readonly difference: Difference | null;
}

interface Difference {
  /** Which pages of the image, in order. */
  readonly changed: Uint32Array;
  /** How, as a {@link DifferenceWriter} says it. */
  readonly bytes: Uint8Array;
}

interface Chunk {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  /** How many images hold each of its pages. */
  readonly holders: Uint32Array;
  used: number;
}

/**
 * Memories that share the pages they have in common. One more, a few slots on, takes little more than the bytes that have
 * changed. Where that is much it takes pages of its own, out of those that others have left: fresh memory of the system is slow to get.
 */
export class PageStore {
  readonly #chunks: (Chunk | null)[] = [];
  readonly #free: number[] = [];
  readonly #writer = new DifferenceWriter();
  #usedPages = 0;
  #differenceBytes = 0;

  /** What all of them together take. */
  get usedBytes(): number {
    return this.#usedPages * PAGE + this.#differenceBytes;
  }

  /** @param like one that is likely to have many pages in common with it. */
  put(memory: AnyMemory, like: StoredImage | null): StoredImage {
    const { byteLength, registers, pages } = memory;
    const { bytes: whole, placeOf } = pagesIn(memory);
    const places = new Uint32Array(pages.length);
    const changed: number[] = [];
    let other = 0;
    for (const [index, page] of pages.entries()) {
      while (like !== null && (like.pages[other] ?? Number.POSITIVE_INFINITY) < page) other++;
      const before = like?.pages[other] === page ? (like.places[other] ?? null) : null;
      if (before === null) places[index] = this.#add(whole, placeOf(index) * PAGE);
      else if (this.#isEqual(before, whole, placeOf(index) * PAGE)) places[index] = this.#hold(before);
      else [places[index]] = [before, changed.push(index)];
    }
    const difference = this.#differenceOf(memory, changed, places);
    for (const index of changed)
      places[index] = difference === null ? this.#add(whole, placeOf(index) * PAGE) : this.#hold(places[index] ?? 0);
    return { byteLength, registers, pages: pages.slice(), places, difference };
  }

  /** How the changed pages differ from what stands at their places; null where that is much. */
  #differenceOf(memory: AnyMemory, changed: readonly number[], places: Uint32Array): Difference | null {
    if (changed.length === 0) return null;
    const { bytes, placeOf } = pagesIn(memory);
    const words = wordsOf(bytes);
    const bytesMax = changed.length * PAGE * DIFFERENCE_SHARE;
    this.#writer.reset();
    for (const page of changed) {
      const place = places[page] ?? 0;
      this.#writer.add({ words, page: placeOf(page) }, { words: this.#chunkOf(place).words, page: place % CHUNK_PAGES });
      if (this.#writer.isFull || this.#writer.length > bytesMax) return null;
    }
    const difference = { changed: Uint32Array.from(changed), bytes: this.#writer.take() };
    this.#differenceBytes += difference.bytes.length;
    return difference;
  }

  /** @param room for its pages. */
  get({ byteLength, registers, pages, places, difference }: StoredImage, room: ImageRoom): MemoryImage {
    const bytes = room.take(pages.length * PAGE);
    for (const [index, place] of places.entries()) {
      const at = (place % CHUNK_PAGES) * PAGE;
      bytes.set(this.#chunkOf(place).bytes.subarray(at, at + PAGE), index * PAGE);
    }
    if (difference !== null) new DifferenceReader(bytes, difference.changed).apply(difference.bytes);
    return { byteLength, registers, pages, bytes };
  }

  /** Lets one go; pages that others hold stay. */
  drop({ places, difference }: StoredImage): void {
    this.#differenceBytes -= difference?.bytes.length ?? 0;
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
    const bytes = Buffer.allocUnsafeSlow(CHUNK_PAGES * PAGE);
    this.#chunks[number] = { bytes, words: wordsOf(bytes), holders: new Uint32Array(CHUNK_PAGES), used: 0 };
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
