import type { Instance, LivingMemory, MemoryImage } from '../vm/machine.ts';
import { PAGE } from './difference.ts';

/** So many pages are compared at once. */
const STRETCH = 16;

/** A memory as an image of it, or as it stands. */
export type AnyMemory = MemoryImage | LivingMemory;

/** The memory of an instance as it is now; it holds until the program runs on. */
export function memoryOf(instance: Pick<Instance, 'living' | 'image'>): AnyMemory {
  return instance.living?.() ?? instance.image();
}

/** How a memory differs from an image. */
export interface Changed {
  /** One byte for each page of the memory: 1 where it differs from the previous one. */
  readonly marks: Uint8Array;
  /** The place of each page of the memory among the previous one's pages; -1 where that has no such page. */
  readonly before: Int32Array;
}

/** Its bytes, and where each of its pages begins there, counted in pages. */
export function pagesIn(memory: AnyMemory): { readonly bytes: Buffer; placeOf(index: number): number } {
  if ('bytes' in memory) return { bytes: bufferOf(memory.bytes), placeOf: (index) => index };
  const { pages, whole } = memory;
  return { bytes: bufferOf(whole), placeOf: (index) => pages[index] ?? 0 };
}

export function changedPages(memory: AnyMemory, previous: MemoryImage): Changed {
  const before = placesIn(previous, memory.pages);
  const { bytes: ours, placeOf } = pagesIn(memory);
  const theirs = bufferOf(previous.bytes);
  const marks = new Uint8Array(before.length).fill(1);
  const isEqual = (index: number, count: number): boolean => {
    const [start, at] = [placeOf(index) * PAGE, (before[index] ?? 0) * PAGE];
    return ours.compare(theirs, at, at + count * PAGE, start, start + count * PAGE) === 0;
  };
  // Most stretches are equal as a whole.
  for (const { start, end, was } of stretches(before, STRETCH)) {
    if (was < 0) continue;
    const isTogether = placeOf(end - 1) - placeOf(start) === end - 1 - start;
    if (isTogether && isEqual(start, end - start)) marks.fill(0, start, end);
    else for (let index = start; index < end; index++) if (isEqual(index, 1)) marks[index] = 0;
  }
  return { marks, before };
}

/** Pages of an image that follow each other in the previous one too, from place `was` on; those that are missing there have -1. */
export function* stretches(
  before: Int32Array,
  pagesMax: number,
): Generator<{ readonly start: number; readonly end: number; readonly was: number }> {
  for (let start = 0; start < before.length;) {
    const was = before[start] ?? -1;
    const last = Math.min(before.length, start + pagesMax);
    let end = start + 1;
    while (end < last && before[end] === (was < 0 ? -1 : was + end - start)) end++;
    yield { start, end, was };
    start = end;
  }
}

/** The place of each of `pages` among the image's pages; -1 where it has none. */
export function placesIn(image: MemoryImage, pages: Uint32Array): Int32Array {
  let other = 0;
  return Int32Array.from(pages, (page) => {
    while (other < image.pages.length && (image.pages[other] ?? 0) < page) other++;
    return image.pages[other] === page ? other : -1;
  });
}

/** The places of the pages that are marked, ascending. */
export function markedPlaces(marks: Uint8Array): Uint32Array {
  const places = new Uint32Array(marks.length);
  let count = 0;
  for (let at = marks.indexOf(1); at !== -1; at = marks.indexOf(1, at + 1)) places[count++] = at;
  return places.subarray(0, count);
}

export function hasSamePages(one: Pick<AnyMemory, 'pages'>, other: Pick<AnyMemory, 'pages'>): boolean {
  return Buffer.compare(bytesOf(one.pages), bytesOf(other.pages)) === 0;
}

export function bytesOf(array: Float64Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
