import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { MemoryImage } from '../vm/machine.ts';

const PAGE = 4096;
const HEADER_NUMBERS = 3;

/**
 * A memory image as bytes to keep. With `previous` the pages that both have are stored as their difference (XOR),
 * which is mostly zeros and so compresses to almost nothing; without it the image stands alone.
 */
export function encodeImage(image: MemoryImage, previous: MemoryImage | null): Uint8Array {
  const header = new Float64Array([image.byteLength, image.registers.length, image.pages.length, ...image.registers]);
  const bytes = previous === null ? image.bytes : xor(image, previous);
  const parts = [asBytes(header), asBytes(image.pages), bytes];
  return deflateRawSync(Buffer.concat(parts), { level: 1 });
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
  const bytesAt = pagesAt + pageCount * 4;
  const pages = Uint32Array.from({ length: pageCount }, (_, index) => view.getUint32(pagesAt + index * 4, true));
  const image = { byteLength: number(0), pages, bytes: Uint8Array.from(raw.subarray(bytesAt)), registers };
  return previous === null ? image : { ...image, bytes: xor(image, previous) };
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

/** The image's bytes with every page that `previous` has too XORed with it. XOR undoes itself. */
function xor(image: MemoryImage, previous: MemoryImage): Uint8Array {
  const bytes = Uint8Array.from(image.bytes);
  let other = 0;
  image.pages.forEach((page, index) => {
    while (other < previous.pages.length && (previous.pages[other] ?? 0) < page) other++;
    if (previous.pages[other] !== page) return;
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + index * PAGE, PAGE / 4);
    const beforeAt = previous.bytes.byteOffset + other * PAGE;
    const before = new Uint32Array(previous.bytes.buffer, beforeAt, PAGE / 4);
    for (let word = 0; word < words.length; word++) words[word] = (words[word] ?? 0) ^ (before[word] ?? 0);
  });
  return bytes;
}
