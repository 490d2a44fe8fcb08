import { brotliCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MemoryImage } from '../vm/machine.ts';
import { TurningRooms } from './rooms.ts';
import { decodeImage, encodeImage } from './image.ts';
import { imageHash } from './state-hash.ts';

const PAGE = 4096;

/** Images over a few pages, mostly zeros with some bytes set, as real memories are. */
const image: fc.Arbitrary<MemoryImage> = fc
  .record({
    pages: fc.uniqueArray(fc.nat(40), { maxLength: 8 }),
    marks: fc.array(fc.tuple(fc.nat(8 * PAGE), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }),
    registers: fc.array(fc.double({ noNaN: true }), { maxLength: 4 }),
  })
  .map(({ pages, marks, registers }) => {
    const bytes = new Uint8Array(pages.length * PAGE);
    for (const [at, value] of marks) if (at < bytes.length) bytes[at] = value;
    return { byteLength: 41 * PAGE, pages: Uint32Array.from(pages.sort((a, b) => a - b)), bytes, registers };
  });

it('a keyframe comes back byte for byte, alone and as a difference to another', () => {
  fc.assert(
    fc.property(image, image, (one, before) => {
      expect(decodeImage(encodeImage(one, null), null).image).toEqual(one);
      expect(decodeImage(encodeImage(one, before), before).image).toEqual(one);
    }),
    { numRuns: 60 },
  );
});

it('a chain of keyframes comes back in rooms that are used again', () => {
  fc.assert(
    fc.property(fc.array(image, { minLength: 1, maxLength: 8 }), (images) => {
      const rooms = new TurningRooms();
      let last: MemoryImage | null = null;
      for (const [place, one] of images.entries()) {
        last = decodeImage(encodeImage(one, images[place - 1] ?? null), last, rooms).image;
        expect(last).toEqual(one);
      }
    }),
    { numRuns: 40 },
  );
});

it('a memory of many pieces comes back byte for byte, alone and as a difference', () => {
  // Two pieces, and every page differs from the one before it.
  const pages = Uint32Array.from({ length: 4_200 }, (_, page) => page * 3);
  const bytes = new Uint8Array(pages.length * PAGE);
  for (let at = 0; at < bytes.length; at += 509) bytes[at] = at >>> 12;
  const before = { byteLength: 2 ** 31, pages, bytes, registers: [7] };
  const changed = bytes.slice();
  for (let at = 0; at < changed.length; at += PAGE) changed[at] = 1 + (at % 251);
  const after = { ...before, bytes: changed };
  expect(imageHash(decodeImage(encodeImage(before, null), null).image)).toBe(imageHash(before));
  expect(imageHash(decodeImage(encodeImage(after, before), before).image)).toBe(imageHash(after));
  expect(() => decodeImage(encodeImage(before, null).subarray(0, 100), null)).toThrow(/./);
});

it('a keyframe that says one thing and holds another is refused before it takes any memory', () => {
  const whole = Buffer.from(
    encodeImage({ byteLength: 2 * PAGE, pages: Uint32Array.of(0), bytes: new Uint8Array(PAGE), registers: [] }, null),
  );
  // The first piece: how long it is packed, and how long it was.
  const bomb = brotliCompressSync(Buffer.alloc(64 * 1024 * 1024));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(bomb.length);
  lengths.writeUInt32LE(100, 4);
  expect(() => decodeImage(Buffer.concat([lengths, bomb]), null)).toThrow(/./);
  const large = Buffer.from(whole);
  large.writeUInt32LE(2 ** 31, 4);
  expect(() => decodeImage(large, null)).toThrow('too large');
  const header = brotliCompressSync(Buffer.from(new Float64Array([2 ** 40, 0, 2 ** 28]).buffer));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(header.length);
  head.writeUInt32LE(24, 4);
  expect(() => decodeImage(Buffer.concat([head, header]), null)).toThrow('has not what it says');
});

it('the state hash tells apart memories that differ in one byte', () => {
  fc.assert(
    fc.property(image, fc.nat(), (one, at) => {
      fc.pre(one.bytes.length > 0);
      const bytes = Uint8Array.from(one.bytes);
      const place = at % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      expect(imageHash({ ...one, bytes })).not.toBe(imageHash(one));
      expect(imageHash({ ...one, bytes: Uint8Array.from(one.bytes) })).toBe(imageHash(one));
    }),
    { numRuns: 60 },
  );
});

it('a difference to a near memory is far smaller than the memory', () => {
  const bytes = new Uint8Array(32 * PAGE).map((_, index) => (index * 2654435761) >>> 24);
  const before = { byteLength: 64 * PAGE, pages: Uint32Array.from({ length: 32 }, (_, page) => page), bytes, registers: [1] };
  const after = { ...before, bytes: bytes.with(5, 77) };
  expect(encodeImage(after, before).length * 20).toBeLessThan(encodeImage(after, null).length);
});
