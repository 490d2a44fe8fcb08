import { expect, it } from 'vitest';
import { packed, packedFiles, unpacked } from './packed.ts';

const MAIN = '-- the shop\nlocal price = require("lib.price")\r\nprint(price.of(2))\n';
const PRICE = 'local price = {}\r\nprice.text = "a \\"quoted\\" \\\\ \u0001\tword; pack(\\"x\\",\\"y\\",\\"z\\") end"\nreturn price';

it('keeps the lines of the file that is run, and gives back what was packed in front of it', () => {
  const text = packed(MAIN, [
    { file: 'lib/words.lua', text: 'return "ü"\n', names: ['lib.words'] },
    { file: 'lib/price.lua', text: PRICE, names: ['lib.price', 'price'] },
  ]);
  expect(text.split('\n').slice(1)).toEqual(MAIN.split('\n').slice(1));
  expect(text.split('\n')[0]).toMatch(/ -- the shop$/);
  expect(packedFiles(text)).toEqual([
    { file: 'lib/words.lua', text: 'return "ü"\n' },
    { file: 'lib/price.lua', text: PRICE },
  ]);
  expect(unpacked(text)).toBe(MAIN);
});

it('leaves a file alone that requires nothing', () => {
  expect(packed(MAIN, [])).toBe(MAIN);
  expect(packedFiles(MAIN)).toEqual([]);
  expect(unpacked(MAIN)).toBe(MAIN);
});
