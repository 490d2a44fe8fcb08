import { expect, test } from 'vitest';
import { coverageRows, rangeWords } from './coverage.ts';
import { emptyWorld } from './world.ts';

const notRunOf = (lines: Readonly<Record<number, number>>): readonly string[] =>
  coverageRows(emptyWorld(), [{ file: 'a.lua', version: null, lines, handlers: [] }], () => []).flatMap(({ notRun }) =>
    notRun.map(rangeWords),
  );

test('lines that did not run stand together up to the next that ran', () => {
  expect(notRunOf({ 1: 2, 3: 0, 4: 0, 7: 0, 8: 1, 9: 0, 12: 5 })).toEqual(['3–7', '9']);
  expect(notRunOf({ 1: 1 })).toEqual([]);
});
