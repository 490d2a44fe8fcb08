/** Pages of a memory, and of its images. */
export const PAGE = 4096;
const WORDS = PAGE / 4;
/** So many changed bytes are written down at once. */
const ENTRIES = 1024 * 1024;
/** The longest way to the next changed byte that one entry can tell. */
const SKIP_MAX = 255;
/** A page that was not there. */
const NOTHING = new Uint32Array(WORDS);

/** One of the pages that stand one after another in `words`, by its number. */
export interface PageOf {
  readonly words: Uint32Array;
  readonly page: number;
}

/**
 * Writes down in which bytes pages differ from what they were: for each such byte how far it lies behind the one before, and
 * both values XORed. Little has changed in most pages (the collector's marks, above all), so this is far less than the
 * pages are, and quickly compressed. A way that is too long for one entry goes over bytes that are the same.
 */
export class DifferenceWriter {
  readonly #skips = new Uint8Array(ENTRIES);
  readonly #values = new Uint8Array(ENTRIES);
  #count = 0;
  /** The byte of the last entry, counted from the start of the next page. */
  #last = 0;

  /** Begins anew. */
  reset(): void {
    this.#count = 0;
    this.#last = 0;
  }

  /** The next changed page. @param before what it was; null where it was not there, which is all zeros. */
  add(now: PageOf, before: PageOf | null): void {
    const { words } = now;
    const others = before?.words ?? NOTHING;
    const from = now.page * WORDS;
    const otherFrom = (before?.page ?? 0) * WORDS;
    // Fields and functions are slow where so much is written: a keyframe has some ten thousand entries.
    const [skips, values] = [this.#skips, this.#values];
    let count = this.#count;
    let last = this.#last;
    for (let word = 0; word < WORDS; word++) {
      const changed = (words[from + word] ?? 0) ^ (others[otherFrom + word] ?? 0);
      if (changed === 0) continue;
      // Its first byte is the lowest.
      for (let byte = word * 4, left = changed; left !== 0; byte++, left >>>= 8) {
        const value = left & 255;
        if (value === 0) continue;
        // So near that one entry can tell the way to it.
        for (; byte - last > SKIP_MAX; last += SKIP_MAX) {
          skips[count] = SKIP_MAX;
          values[count++] = 0;
        }
        skips[count] = byte - last;
        values[count++] = value;
        last = byte;
      }
    }
    for (; PAGE - last > SKIP_MAX; last += SKIP_MAX) {
      skips[count] = SKIP_MAX;
      values[count++] = 0;
    }
    this.#count = count;
    this.#last = last - PAGE;
  }

  /** Is there no room for what another page may need? */
  get isFull(): boolean {
    return this.#count > ENTRIES - PAGE - Math.ceil(PAGE / SKIP_MAX);
  }

  /** Bytes that have been written and not taken. */
  get length(): number {
    return this.#count * 2;
  }

  /** What was written since it was asked last: all ways, then all values. */
  take(): Uint8Array {
    const piece = Buffer.concat([this.#skips.subarray(0, this.#count), this.#values.subarray(0, this.#count)]);
    this.#count = 0;
    return piece;
  }
}

/** Turns pages into what they became, out of what a {@link DifferenceWriter} wrote down about them. */
export class DifferenceReader {
  readonly #bytes: Uint8Array;
  readonly #places: Uint32Array;
  #page = 0;
  #offset = 0;

  /** @param bytes where they stand as they were; @param places the number of each changed page there, in order. */
  constructor(bytes: Uint8Array, places: Uint32Array) {
    this.#bytes = bytes;
    this.#places = places;
  }

  /** The next piece. @throws RangeError where it goes beyond the pages: it is not what was written. */
  apply(piece: Uint8Array): void {
    const bytes = this.#bytes;
    const count = piece.length / 2;
    let offset = this.#offset;
    let base = (this.#places[this.#page] ?? 0) * PAGE;
    for (let entry = 0; entry < count; entry++) {
      offset += piece[entry] ?? 0;
      if (offset >= PAGE) {
        offset -= PAGE;
        const place = this.#places[++this.#page];
        if (place === undefined) throw new RangeError('the difference is longer than what it belongs to');
        base = place * PAGE;
      }
      bytes[base + offset] = (bytes[base + offset] ?? 0) ^ (piece[count + entry] ?? 0);
    }
    this.#offset = offset;
  }
}

/** @param bytes whole pages; copied where they do not begin at a word. */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}
