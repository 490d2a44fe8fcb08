import { createHash } from 'node:crypto';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ImageRoom, MemoryImage } from '../vm/machine.ts';
import { OWN_ROOM } from '../vm/pages.ts';
import { DifferenceReader, DifferenceWriter, PAGE, wordsOf } from './difference.ts';

const HEADER_NUMBERS = 3;
/** So much of a memory is compressed at once. */
const PIECE_BYTES = 4096 * PAGE;
/** In front of each piece: how long it is, and how long it was before it was compressed. */
const LENGTHS_BYTES = 8;
/** So many pages are compared at once. */
const STRETCH = 16;
/** Room that is left when all has been unpacked says that there is no more: otherwise more is asked for. */
const SPARE_BYTES = 64;
/** Of a SHA-256. */
const HASH_BYTES = 32;
/** Higher ones take far longer for little. */
const LEVEL = 1;
const writer = new DifferenceWriter();

/**
 * A memory image as bytes to keep. With `previous` only the bytes that differ from it are stored, which are few; without it
 * the image stands alone. Large ones are packed piece by piece: nothing is ever as large as the memory but the result,
 * where it cannot be compressed.
 * @param changed as {@link changedPages} says it of the two, where that is known already
 */
export function encodeImage(
  image: MemoryImage,
  previous: MemoryImage | null,
  changed = previous === null ? null : changedPages(image, previous),
): Uint8Array {
  const header = new Float64Array([image.byteLength, image.registers.length, image.pages.length, ...image.registers]);
  const head = [asBytes(header), asBytes(image.pages)];
  if (changed !== null) {
    const parts: Buffer[] = [];
    // What goes before stands in the first piece too: most keyframes are one small piece.
    let before = [...head, changed.marks];
    for (const piece of differences(image, changed)) {
      parts.push(...packed(Buffer.concat([...before, piece]), constants.Z_RLE));
      before = [];
    }
    return Buffer.concat(parts);
  }
  const parts = packed(Buffer.concat(head));
  for (let at = 0; at < image.bytes.length; at += PIECE_BYTES) parts.push(...packed(image.bytes.subarray(at, at + PIECE_BYTES)));
  return Buffer.concat(parts);
}

/**
 * Undoes {@link encodeImage}; `previous` must be the image that was given there.
 * @param room for the pages; where it is given, `previous` is written over if it has the same ones
 */
export function decodeImage(blob: Uint8Array, previous: MemoryImage | null, room: ImageRoom | null = null): MemoryImage {
  const pieces = unpacked(blob);
  const { value: raw } = pieces.next();
  if (raw === undefined) throw new RangeError('the keyframe is cut off');
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const number = (index: number): number => view.getFloat64(index * 8, true);
  const registerCount = number(1);
  const pageCount = number(2);
  const registers = Array.from({ length: registerCount }, (_, index) => number(HEADER_NUMBERS + index));
  const pagesAt = (HEADER_NUMBERS + registerCount) * 8;
  if (!(pagesAt + pageCount * 4 <= raw.length && pageCount * PAGE <= number(0))) throw new RangeError('the keyframe has not what it says');
  // A copy: it stays when what was unpacked goes.
  const pages = wordsOf(raw.subarray(pagesAt, pagesAt + pageCount * 4)).slice();
  const isInPlace = room !== null && previous !== null && isSame(pages, previous.pages);
  // What is unpacked in one piece stays where it is: memory that is handed out for the first time costs more than unpacking does.
  if (previous === null && pageCount > 0 && pageCount * PAGE <= PIECE_BYTES)
    return { byteLength: number(0), pages, bytes: wholeOf(pieces, pageCount * PAGE), registers };
  const bytes = isInPlace ? previous.bytes : (room ?? OWN_ROOM).take(pageCount * PAGE);
  const image = { byteLength: number(0), pages, bytes, registers };
  if (previous === null) {
    let to = 0;
    for (const piece of pieces) {
      image.bytes.set(piece, to);
      to += piece.length;
    }
  } else {
    if (!isInPlace) copyPages(image, previous);
    const marksAt = pagesAt + pageCount * 4;
    const marks = raw.subarray(marksAt, marksAt + pageCount);
    const reader = new DifferenceReader(bytes, placesOf(marks));
    reader.apply(raw.subarray(marksAt + pageCount));
    for (const piece of pieces) reader.apply(piece);
  }
  return image;
}

/**
 * base64url SHA-256 over the whole state, by way of one for each page: equal memories, equal hashes, whatever the page lists were made from.
 * @param hashes of the pages, where they are known already
 */
export function imageHash(image: MemoryImage, hashes = pageHashes(image, null)): string {
  const header = new Float64Array([image.byteLength, ...image.registers]);
  return createHash('sha256').update(asBytes(header)).update(asBytes(image.pages)).update(hashes).digest('base64url');
}

/**
 * SHA-256 of each page, one behind the other.
 * @param known how the pages differ from those of an image whose hashes are known: most are the same
 */
export function pageHashes(image: MemoryImage, known: { readonly changed: Changed; readonly hashes: Uint8Array } | null): Uint8Array {
  const hashes = new Uint8Array(image.pages.length * HASH_BYTES);
  for (let index = 0; index < image.pages.length; index++) {
    const was = known?.changed.before[index] ?? -1;
    const isSame = known !== null && was >= 0 && known.changed.marks[index] === 0;
    const hash = isSame ? known.hashes.subarray(was * HASH_BYTES, (was + 1) * HASH_BYTES) : hashOfPage(image.bytes, index);
    hashes.set(hash, index * HASH_BYTES);
  }
  return hashes;
}

function hashOfPage(bytes: Uint8Array, index: number): Uint8Array {
  return createHash('sha256')
    .update(bytes.subarray(index * PAGE, (index + 1) * PAGE))
    .digest();
}

/** Bytes an image occupies, for the caps of caches. */
export function imageBytes(image: MemoryImage): number {
  return image.bytes.length + image.pages.byteLength + 256;
}

function asBytes(array: Float64Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A piece, compressed, behind its lengths. */
function packed(piece: Uint8Array, strategy: number = constants.Z_DEFAULT_STRATEGY): Buffer[] {
  const bytes = deflateRawSync(piece, { level: LEVEL, strategy });
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  lengths.writeUInt32LE(bytes.length);
  lengths.writeUInt32LE(piece.length, 4);
  return [lengths, bytes];
}

function* unpacked(blob: Uint8Array): Generator<Uint8Array, undefined> {
  const whole = bufferOf(blob);
  for (let at = 0; at < whole.length;) {
    const start = at + LENGTHS_BYTES;
    const length = whole.readUInt32LE(at + 4);
    at = start + whole.readUInt32LE(at);
    // What comes from elsewhere may say anything, and unpack to anything.
    if (length > PIECE_BYTES) throw new RangeError('a piece of the keyframe is too large');
    yield inflateRawSync(whole.subarray(start, at), { chunkSize: length + SPARE_BYTES, maxOutputLength: length + SPARE_BYTES });
  }
}

/** The next piece, of which `size` bytes are expected. */
function wholeOf(pieces: Iterator<Uint8Array, undefined>, size: number): Uint8Array {
  const { value: piece } = pieces.next();
  if (piece?.length !== size) throw new RangeError('the keyframe is of another size');
  return new Uint8Array(piece.buffer, piece.byteOffset, size);
}

/** How an image differs from another one. */
export interface Changed {
  /** One byte for each page of the image: 1 where it differs from the previous one. */
  readonly marks: Uint8Array;
  /** The place of each page of the image among the previous one's pages; -1 where that has no such page. */
  readonly before: Int32Array;
  readonly previous: MemoryImage;
}

export function changedPages(image: MemoryImage, previous: MemoryImage): Changed {
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

/** In which bytes the changed pages differ from what they were, in pieces; one piece at least, which may be empty. */
function* differences(image: MemoryImage, { marks, before, previous }: Changed): Generator<Uint8Array> {
  const [words, others] = [wordsOf(image.bytes), wordsOf(previous.bytes)];
  writer.reset();
  for (const [page, mark] of marks.entries()) {
    if (mark === 0) continue;
    if (writer.isFull) yield writer.take();
    const was = before[page] ?? -1;
    writer.add({ words, page }, was < 0 ? null : { words: others, page: was });
  }
  yield writer.take();
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

/** The place of each of `pages` among the image's pages; -1 where it has none. */
function placesIn(image: MemoryImage, pages: Uint32Array): Int32Array {
  let other = 0;
  return Int32Array.from(pages, (page) => {
    while (other < image.pages.length && (image.pages[other] ?? 0) < page) other++;
    return image.pages[other] === page ? other : -1;
  });
}

/** Where the marks are set. */
function placesOf(marks: Uint8Array): Uint32Array {
  const places = new Uint32Array(marks.length);
  let count = 0;
  for (let at = marks.indexOf(1); at !== -1; at = marks.indexOf(1, at + 1)) places[count++] = at;
  return places.subarray(0, count);
}

function isSame(one: Uint32Array, other: Uint32Array): boolean {
  return Buffer.compare(asBytes(one), asBytes(other)) === 0;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
