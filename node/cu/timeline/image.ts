import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ImageRoom, MemoryImage } from '../vm/machine.ts';
import { OWN_ROOM } from '../vm/pages.ts';
import { KeptRoom } from './rooms.ts';

const PAGE = 4096;
const WORDS = PAGE / 4;
const HEADER_NUMBERS = 3;
/** So much of a memory is compressed at once. */
const PIECE_BYTES = 4096 * PAGE;
const LENGTH_BYTES = 4;
/** So many pages are compared at once. */
const STRETCH = 16;
/** What is unpacked comes in chunks of this size, which are put together again: most comes in one. */
const INFLATED_BYTES = 1024 * 1024;
const CHUNK_REST = 4096;
/** For what is compressed piece by piece, and done with before the next one comes. */
const pieceRoom = new KeptRoom();

/**
 * A memory image as bytes to keep. With `previous` only the pages that differ from it are stored, each as its difference
 * (XOR), which is mostly zeros and so compresses to almost nothing; without it the image stands alone. Large ones are
 * packed piece by piece: nothing is ever as large as the memory but the result, where it cannot be compressed.
 */
export function encodeImage(image: MemoryImage, previous: MemoryImage | null): Uint8Array {
  const header = new Float64Array([image.byteLength, image.registers.length, image.pages.length, ...image.registers]);
  const changed = previous === null ? null : changedPages(image, previous);
  const marks = changed === null ? new Uint8Array() : changed.marks;
  const parts = [packed(Buffer.concat([asBytes(header), asBytes(image.pages), marks]))];
  if (changed === null)
    for (let at = 0; at < image.bytes.length; at += PIECE_BYTES) parts.push(packed(image.bytes.subarray(at, at + PIECE_BYTES)));
  else for (const piece of differences(image, changed)) parts.push(packed(piece));
  return Buffer.concat(parts.flat());
}

/**
 * Undoes {@link encodeImage}; `previous` must be the image that was given there.
 * @param room for the pages; where it is given, `previous` is written over if it has the same ones
 */
export function decodeImage(blob: Uint8Array, previous: MemoryImage | null, room: ImageRoom | null = null): MemoryImage {
  const pieces = packedPieces(blob);
  const raw = nextOf(pieces);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const number = (index: number): number => view.getFloat64(index * 8, true);
  const registerCount = number(1);
  const pageCount = number(2);
  const registers = Array.from({ length: registerCount }, (_, index) => number(HEADER_NUMBERS + index));
  const pagesAt = (HEADER_NUMBERS + registerCount) * 8;
  const pages = Uint32Array.from({ length: pageCount }, (_, index) => view.getUint32(pagesAt + index * 4, true));
  const isInPlace = room !== null && previous !== null && isSame(pages, previous.pages);
  const sizes = previous === null ? piecesOf(pageCount * PAGE) : [];
  const [only] = sizes;
  // What is unpacked in one piece stays where it is: memory that is handed out for the first time costs more than unpacking does.
  if (sizes.length === 1 && only !== undefined) return { byteLength: number(0), pages, bytes: wholeOf(pieces, only), registers };
  const bytes = isInPlace ? previous.bytes : (room ?? OWN_ROOM).take(pageCount * PAGE);
  const image = { byteLength: number(0), pages, bytes, registers };
  if (previous === null) {
    let to = 0;
    for (const size of sizes) {
      image.bytes.set(wholeOf(pieces, size), to);
      to += size;
    }
  } else {
    if (!isInPlace) copyPages(image, previous);
    patch(image, raw.subarray(pagesAt + pageCount * 4), pieces);
  }
  return image;
}

/** base64url SHA-256 over the whole state: equal memories, equal hashes, whatever the page lists were made from. */
export function imageHash(image: MemoryImage): string {
  const header = new Float64Array([image.byteLength, ...image.registers]);
  const hash = createHash('sha256').update(asBytes(header)).update(asBytes(image.pages));
  // What is hashed at once must be below 2 GiB.
  for (let at = 0; at < image.bytes.length; at += PIECE_BYTES) hash.update(image.bytes.subarray(at, at + PIECE_BYTES));
  return hash.digest('base64url');
}

/** Bytes an image occupies, for the caps of caches. */
export function imageBytes(image: MemoryImage): number {
  return image.bytes.length + image.pages.byteLength + 256;
}

function asBytes(array: Float64Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A piece, compressed, behind its length. */
function packed(piece: Uint8Array): Buffer[] {
  const bytes = deflateRawSync(piece, { level: 1 });
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(bytes.length);
  return [length, bytes];
}

/** The pieces as they were packed, one after another. */
function* packedPieces(blob: Uint8Array): Generator<Uint8Array, undefined> {
  const whole = bufferOf(blob);
  for (let at = 0; at < whole.length;) {
    const start = at + LENGTH_BYTES;
    at = start + whole.readUInt32LE(at);
    yield whole.subarray(start, at);
  }
}

/** The next piece, unpacked. */
function nextOf(pieces: Iterator<Uint8Array, undefined>, chunkSize = INFLATED_BYTES): Uint8Array {
  const { value } = pieces.next();
  if (value === undefined) throw new RangeError('the keyframe is cut off');
  return inflateRawSync(value, { chunkSize });
}

/** The next piece, of which `size` bytes are expected. A chunk that is filled to its last byte would be followed by an empty one. */
function wholeOf(pieces: Iterator<Uint8Array, undefined>, size: number): Uint8Array {
  const piece = nextOf(pieces, size + CHUNK_REST);
  if (piece.length !== size) throw new RangeError('the keyframe is of another size');
  return new Uint8Array(piece.buffer, piece.byteOffset, size);
}

/** Sizes of the pieces in which so many bytes are packed. */
function piecesOf(bytes: number): number[] {
  const count = Math.ceil(bytes / PIECE_BYTES);
  return Array.from({ length: count }, (_, index) => Math.min(PIECE_BYTES, bytes - index * PIECE_BYTES));
}

interface Changed {
  /** One byte for each page of the image: 1 where it differs from the previous one. */
  readonly marks: Uint8Array;
  /** The place of each page of the image among the previous one's pages; -1 where that has no such page. */
  readonly before: Int32Array;
  readonly previous: MemoryImage;
}

function changedPages(image: MemoryImage, previous: MemoryImage): Changed {
  const before = placesIn(previous, image.pages);
  const [ours, theirs] = [bufferOf(image.bytes), bufferOf(previous.bytes)];
  const marks = new Uint8Array(before.length).fill(1);
  const isEqual = (index: number, count: number): boolean => {
    const [start, at] = [index * PAGE, (before[index] ?? 0) * PAGE];
    return ours.compare(theirs, at, at + count * PAGE, start, start + count * PAGE) === 0;
  };
  // Most stretches are equal as a whole.
  for (const { start, end, was } of stretches(before, STRETCH)) {
    if (was < 0) continue;
    if (isEqual(start, end - start)) marks.fill(0, start, end);
    else for (let index = start; index < end; index++) if (isEqual(index, 1)) marks[index] = 0;
  }
  return { marks, before, previous };
}

/** The changed pages one after another, XORed with what they were before, in pieces. Each holds until the next is asked for. */
function* differences(image: MemoryImage, { marks, before, previous }: Changed): Generator<Uint8Array> {
  const count = marks.reduce((sum, mark) => sum + mark, 0);
  const piece = pieceRoom.take(Math.min(count * PAGE, PIECE_BYTES));
  let to = 0;
  for (const [index, mark] of marks.entries()) {
    if (mark === 0) continue;
    piece.set(image.bytes.subarray(index * PAGE, (index + 1) * PAGE), to);
    xorPage(piece, to, previous.bytes, before[index] ?? -1);
    to += PAGE;
    if (to < piece.length) continue;
    yield piece;
    to = 0;
  }
  if (to > 0) yield piece.subarray(0, to);
}

/** Makes an image out of the previous one, which stands in it, and the differences to that. */
function patch(image: MemoryImage, marks: Uint8Array, pieces: Iterator<Uint8Array, undefined>): void {
  const words = wordsOf(image.bytes);
  let kept: Uint32Array = new Uint32Array();
  let from = 0;
  for (const [index, mark] of marks.entries()) {
    if (mark === 0) continue;
    if (from === kept.length) [kept, from] = [wordsOf(nextOf(pieces)), 0];
    const at = index * WORDS;
    // Where the page stands already what it was before, or zeros.
    for (let word = 0; word < WORDS; word++) words[at + word] = (words[at + word] ?? 0) ^ (kept[from + word] ?? 0);
    from += WORDS;
  }
}

/** Fills the image with what its pages held in the previous one: those that follow each other in both at once. */
function copyPages(image: MemoryImage, previous: MemoryImage): void {
  for (const { start, end, was } of stretches(placesIn(previous, image.pages), Number.POSITIVE_INFINITY)) {
    if (was >= 0) image.bytes.set(previous.bytes.subarray(was * PAGE, (was + end - start) * PAGE), start * PAGE);
    else image.bytes.fill(0, start * PAGE, end * PAGE);
  }
}

/** Pages of an image that follow each other in the previous one too, from place `was` on; those that are missing there have -1. */
function* stretches(
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

/** @param bytes whole pages; copied where they do not begin at a word. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

/** The place of each of `pages` among the image's pages; -1 where it has none. */
function placesIn(image: MemoryImage, pages: Uint32Array): Int32Array {
  let other = 0;
  return Int32Array.from(pages, (page) => {
    while (other < image.pages.length && (image.pages[other] ?? 0) < page) other++;
    return image.pages[other] === page ? other : -1;
  });
}

/** XORs one page in place with the page at `place` before; one that was not there was all zeros. */
function xorPage(bytes: Uint8Array, at: number, before: Uint8Array, place: number): void {
  if (place < 0) return;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + at, PAGE / 4);
  const others = new Uint32Array(before.buffer, before.byteOffset + place * PAGE, PAGE / 4);
  for (let word = 0; word < words.length; word++) words[word] = (words[word] ?? 0) ^ (others[word] ?? 0);
}

function isSame(one: Uint32Array, other: Uint32Array): boolean {
  return Buffer.compare(asBytes(one), asBytes(other)) === 0;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
