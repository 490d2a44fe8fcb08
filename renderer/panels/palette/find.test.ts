import { expect, test } from 'vitest';
import { parseSlot } from './find.ts';

test('a number means a slot', () => {
  expect(['31', '#31', 'slot 31', ' 7 '].map(parseSlot)).toEqual([31, 31, 31, 7]);
  expect(['', 'ping', '3.1', '-2', 'slot', '12345678901'].map(parseSlot)).toEqual([null, null, null, null, null, null]);
});
