import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { ImageRoom, MemoryImage } from '../vm/machine.ts';
import { copied, OWN_ROOM } from '../vm/pages.ts';
import {
  type AnyMemory,
  bufferOf,
  bytesOf,
  type Changed,
  changedPages,
  hasSamePages,
  markedPlaces,
  pagesIn,
  placesIn,
  stretches,
} from './changed.ts';
import { DifferenceReader, DifferenceWriter, PAGE, wordsOf } from './difference.ts';

const HEADER_NUMBERS = 3;
/** So much of a memory is compressed at once. */
const PIECE_BYTES = 4096 * PAGE;
/** In front of each piece: how long it is, and how long it was before it was compressed. */
const LENGTHS_BYTES = 8;
/** Room that is left when all has been unpacked says that there is no more: otherwise more is asked for. */
const SPARE_BYTES = 64;
/** Brotli's quickest: for differences it takes a third of what deflate's does, for whole memories less than half, and both come out as small. */
const QUALITY = 0;
/** Its window is 2 to that, in bytes: what repeats lies near, and smaller ones take longer. */
const WINDOW_BITS = 18;
const writer = new DifferenceWriter();

/**
 * A memory as bytes to keep. With `previous` only the bytes that differ from it are stored, which are few; without it
 * the image stands alone. Large ones are packed piece by piece: nothing is ever as large as the memory but the result,
 * where it cannot be compressed.
 * @param changed as {@link changedPages} says it of the two, where that is known already
 */
export function encodeImage(
  memory: AnyMemory,
  previous: MemoryImage | null,
  changed = previous === null ? null : changedPages(memory, previous),
): Uint8Array {
  const header = new Float64Array([memory.byteLength, memory.registers.length, memory.pages.length, ...memory.registers]);
  const head = [bytesOf(header), bytesOf(memory.pages)];
  if (previous !== null && changed !== null) {
    const parts: Buffer[] = [];
    // What goes before stands in the first piece too: most keyframes are one small piece.
    let before = [...head, changed.marks];
    for (const piece of differences(memory, previous, changed)) {
      parts.push(...packed(Buffer.concat([...before, piece])));
      before = [];
    }
    return Buffer.concat(parts);
  }
  const parts = packed(Buffer.concat(head));
  const image = 'bytes' in memory ? memory : copied(memory);
  for (let at = 0; at < image.bytes.length; at += PIECE_BYTES) parts.push(...packed(image.bytes.subarray(at, at + PIECE_BYTES)));
  return Buffer.concat(parts);
}

/** An image that was kept; how it differs from the one before is null where it stands alone. */
export interface Decoded {
  readonly image: MemoryImage;
  readonly changed: Changed | null;
}

/**
 * Undoes {@link encodeImage}; `previous` must be the image that was given there.
 * @param room for the pages; where it is given, `previous` is written over if it has the same ones
 */
export function decodeImage(blob: Uint8Array, previous: MemoryImage | null, room: ImageRoom | null = null): Decoded {
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
  const isInPlace = room !== null && previous !== null && hasSamePages({ pages }, previous);
  // What is unpacked in one piece stays where it is: memory that is handed out for the first time costs more than unpacking does.
  if (previous === null && pageCount > 0 && pageCount * PAGE <= PIECE_BYTES)
    return { image: { byteLength: number(0), pages, bytes: wholeOf(pieces, pageCount * PAGE), registers }, changed: null };
  const bytes = isInPlace ? previous.bytes : (room ?? OWN_ROOM).take(pageCount * PAGE);
  const image = { byteLength: number(0), pages, bytes, registers };
  if (previous === null) {
    let to = 0;
    for (const piece of pieces) {
      image.bytes.set(piece, to);
      to += piece.length;
    }
    return { image, changed: null };
  }
  const before = placesIn(previous, pages);
  if (!isInPlace) copyPages(image, previous, before);
  const marksAt = pagesAt + pageCount * 4;
  const marks = raw.subarray(marksAt, marksAt + pageCount);
  const reader = new DifferenceReader(bytes, markedPlaces(marks));
  reader.apply(raw.subarray(marksAt + pageCount));
  for (const piece of pieces) reader.apply(piece);
  return { image, changed: { marks, before } };
}

/** A piece, compressed, behind its lengths. */
function packed(piece: Uint8Array): Buffer[] {
  // Room for the result at once: asking for more costs as much as packing does.
  const bytes = brotliCompressSync(piece, {
    chunkSize: piece.length + SPARE_BYTES,
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: piece.length,
    },
  });
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
    yield brotliDecompressSync(whole.subarray(start, at), { chunkSize: length + SPARE_BYTES, maxOutputLength: length + SPARE_BYTES });
  }
}

/** The next piece, of which `size` bytes are expected. */
function wholeOf(pieces: Iterator<Uint8Array, undefined>, size: number): Uint8Array {
  const { value: piece } = pieces.next();
  if (piece?.length !== size) throw new RangeError('the keyframe is of another size');
  return new Uint8Array(piece.buffer, piece.byteOffset, size);
}

/** In which bytes the changed pages differ from what they were, in pieces; one piece at least, which may be empty. */
function* differences(memory: AnyMemory, previous: MemoryImage, { marks, before }: Changed): Generator<Uint8Array> {
  const { bytes, placeOf } = pagesIn(memory);
  const [words, others] = [wordsOf(bytes), wordsOf(previous.bytes)];
  writer.reset();
  for (const index of markedPlaces(marks)) {
    if (writer.isFull) yield writer.take();
    const was = before[index] ?? -1;
    writer.add({ words, page: placeOf(index) }, was < 0 ? null : { words: others, page: was });
  }
  yield writer.take();
}

/** Fills the image with what its pages held in the previous one: those that follow each other in both at once. */
function copyPages(image: MemoryImage, previous: MemoryImage, before: Int32Array): void {
  for (const { start, end, was } of stretches(before, Number.POSITIVE_INFINITY)) {
    if (was >= 0) image.bytes.set(previous.bytes.subarray(was * PAGE, (was + end - start) * PAGE), start * PAGE);
    else image.bytes.fill(0, start * PAGE, end * PAGE);
  }
}
