import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { MemoryImage } from '../vm/machine.ts';

const PAGE = 4096;
const HEADER_NUMBERS = 3;

/**
 * A memory image as bytes to keep. With `previous` only the pages that differ from it are stored, each as its difference
 * (XOR), which is mostly zeros and so compresses to almost nothing; without it the image stands alone.
 */
export function encodeImage(image: MemoryImage, previous: MemoryImage | null): Uint8Array {
  const header = new Float64Array([image.byteLength, image.registers.length, image.pages.length, ...image.registers]);
  const changed = previous === null ? null : changedPages(image, previous);
  const kept = changed === null ? image.bytes : differences(image, changed);
  const marks = changed === null ? new Uint8Array() : changed.marks;
  return deflateRawSync(Buffer.concat([asBytes(header), asBytes(image.pages), marks, kept]), { level: 1 });
}

/** Undoes {@link encodeImage}; `previous` must be the image that was given there. */
export function decodeImage(blob: Uint8Array, previous: MemoryImage | null): MemoryImage {
  const raw = inflateRawSync(blob);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const number = (index: number): number => view.getFloat64(index * 8, true);
  const registerCount = number(1);
  const pageCount = number(2);
  const registers = Array.from({ length: registerCount }, (_, index) => number(HEADER_NUMBERS + index));
  const pagesAt = (HEADER_NUMBERS + registerCount) * 8;
  const pages = Uint32Array.from({ length: pageCount }, (_, index) => view.getUint32(pagesAt + index * 4, true));
  const restAt = pagesAt + pageCount * 4;
  const image = { byteLength: number(0), pages, bytes: new Uint8Array(pageCount * PAGE), registers };
  if (previous === null) image.bytes.set(raw.subarray(restAt));
  else patch(image, previous, raw.subarray(restAt, restAt + pageCount), raw.subarray(restAt + pageCount));
  return image;
}

/** base64url SHA-256 over the whole state: equal memories, equal hashes, whatever the page lists were made from. */
export function imageHash(image: MemoryImage): string {
  const header = new Float64Array([image.byteLength, ...image.registers]);
  return createHash('sha256').update(asBytes(header)).update(asBytes(image.pages)).update(image.bytes).digest('base64url');
}

/** Bytes an image occupies, for the caps of caches. */
export function imageBytes(image: MemoryImage): number {
  return image.bytes.length + image.pages.byteLength + 256;
}

function asBytes(array: Float64Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

interface Changed {
  /** One byte for each page of the image: 1 where it differs from the previous one. */
  readonly marks: Uint8Array;
  readonly count: number;
  /** Where each page of the image begins in the previous one's bytes; -1 where that has no such page. */
  readonly before: Int32Array;
  readonly previous: MemoryImage;
}

function changedPages(image: MemoryImage, previous: MemoryImage): Changed {
  const before = placesIn(previous, image.pages);
  const [ours, theirs] = [bufferOf(image.bytes), bufferOf(previous.bytes)];
  let count = 0;
  const marks = Uint8Array.from(before, (at, index) => {
    const start = index * PAGE;
    const isSame = at >= 0 && ours.compare(theirs, at, at + PAGE, start, start + PAGE) === 0;
    if (!isSame) count++;
    return isSame ? 0 : 1;
  });
  return { marks, count, before, previous };
}

/** The changed pages one after another, XORed with what they were before. */
function differences(image: MemoryImage, { marks, count, before, previous }: Changed): Uint8Array {
  const bytes = new Uint8Array(count * PAGE);
  let to = 0;
  marks.forEach((mark, index) => {
    if (mark === 0) return;
    bytes.set(image.bytes.subarray(index * PAGE, (index + 1) * PAGE), to);
    xorPage(bytes, to, previous.bytes, before[index] ?? -1);
    to += PAGE;
  });
  return bytes;
}

/** Fills `image.bytes` out of the previous image and the differences to it. */
function patch(image: MemoryImage, previous: MemoryImage, marks: Uint8Array, kept: Uint8Array): void {
  const before = placesIn(previous, image.pages);
  let from = 0;
  marks.forEach((mark, index) => {
    const [at, was] = [index * PAGE, before[index] ?? -1];
    if (mark === 0) return image.bytes.set(previous.bytes.subarray(was, was + PAGE), at);
    image.bytes.set(kept.subarray(from, from + PAGE), at);
    xorPage(image.bytes, at, previous.bytes, was);
    from += PAGE;
  });
}

/** Where each of `pages` begins in the image's bytes; -1 where it has none. */
function placesIn(image: MemoryImage, pages: Uint32Array): Int32Array {
  let other = 0;
  return Int32Array.from(pages, (page) => {
    while (other < image.pages.length && (image.pages[other] ?? 0) < page) other++;
    return image.pages[other] === page ? other * PAGE : -1;
  });
}

/** XORs one page in place; a page that was not there before was all zeros. */
function xorPage(bytes: Uint8Array, at: number, before: Uint8Array, beforeAt: number): void {
  if (beforeAt < 0) return;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + at, PAGE / 4);
  const others = new Uint32Array(before.buffer, before.byteOffset + beforeAt, PAGE / 4);
  for (let word = 0; word < words.length; word++) words[word] = (words[word] ?? 0) ^ (others[word] ?? 0);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
