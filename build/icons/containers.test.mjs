import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { at } from '../setup/paths.mjs';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
/** The side of a PNG picture in pixels stands at a fixed place of its first part. */
const sideOf = (picture) => picture.readUInt32BE(16);

it.each(['aoscope.ico', 'recording.ico'])('%s: each picture is where the directory says, and of the size it says', (name) => {
  const file = readFileSync(at('build', 'icons', name));
  const sides = Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
    const at = 6 + 16 * index;
    const picture = file.subarray(file.readUInt32LE(at + 12), file.readUInt32LE(at + 12) + file.readUInt32LE(at + 8));
    expect(picture.subarray(0, 4)).toEqual(PNG);
    expect(sideOf(picture)).toBe(file.readUInt8(at) || 256);
    return sideOf(picture);
  });
  expect(sides).toEqual([16, 32, 48, 64, 128, 256]);
});

it.each(['aoscope.icns', 'recording.icns'])('%s: its parts fill it exactly, up to 1024 pixels', (name) => {
  const file = readFileSync(at('build', 'icons', name));
  expect(file.readUInt32BE(4)).toBe(file.length);
  const parts = new Map();
  for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
    expect(file.subarray(at + 8, at + 12)).toEqual(PNG);
    parts.set(file.toString('latin1', at, at + 4), sideOf(file.subarray(at + 8)));
  }
  expect(Object.fromEntries(parts)).toMatchObject({
    icp4: 16,
    ic11: 32,
    ic12: 64,
    ic07: 128,
    ic08: 256,
    ic13: 256,
    ic09: 512,
    ic14: 512,
    ic10: 1024,
  });
});
