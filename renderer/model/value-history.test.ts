import { expect, it } from 'vitest';
import { toSlot } from '../../node/contract/ids.ts';
import type { HistoryHit } from '../../node/contract/recording.ts';
import { hitWords, momentsOf, sparkline } from './value-history.ts';

const hit = (slot: number, step: number | null, text: string | null, before: string | null = null): HistoryHit => ({
  slot: toSlot(slot),
  tick: null,
  step,
  text,
  before,
});

it('numbers of the past are bars from the lowest to the highest, the oldest first', () => {
  expect(sparkline([hit(3, null, '10'), hit(2, null, '5'), hit(1, null, '0')])).toBe('▁▅█');
  expect(sparkline([hit(3, null, '1'), hit(2, null, '1'), hit(1, null, '1')])).toBe('▁▁▁');
  expect(sparkline([hit(2, null, '1'), hit(1, null, '2')])).toBeNull();
  expect(sparkline([hit(3, null, '"a"'), hit(2, null, '1'), hit(1, null, '2')])).toBeNull();
});

it('a change says what was before, a value only itself', () => {
  expect(hitWords(hit(1, null, '5', '2'))).toBe('2 → 5');
  expect(hitWords(hit(1, null, '5'))).toBe('5');
  expect(hitWords(hit(1, null, null, '5'))).toBe('5 → nil');
});

it('a change within a table says only which of its entries are otherwise', () => {
  expect(hitWords(hit(1, null, '{ alice = 3, bob = 5, carol = 1 }', '{ alice = 4, bob = 5 }'))).toBe('alice = 4 → 3, carol = nil → 1');
  expect(hitWords(hit(1, null, '{ a = "x, y", b = 2 }', '{ a = "x, z", b = 2 }'))).toBe('a = "x, z" → "x, y"');
  expect(hitWords(hit(1, null, '{ note = "a, b = 1" }', '{ note = "a, b = 2" }'))).toBe('note = "a, b = 2" → "a, b = 1"');
  expect(hitWords(hit(1, null, String.raw`{ ["x, y"] = "\", b = 1", c = 1 }`, String.raw`{ ["x, y"] = "\", b = 1", c = 2 }`))).toBe(
    'c = 2 → 1',
  );
  expect(hitWords(hit(1, null, '{ 1, 2 }', '{ 1 }'))).toBe('{ 1 } → { 1, 2 }');
});

it('hits of a line are told by slot, with how often it ran there', () => {
  const moments = momentsOf([hit(4, 9, null), hit(4, 3, null), hit(2, 7, null)]);
  expect(moments.map(({ first, times }) => [Number(first.slot), first.step, times])).toEqual([
    [4, 3, 2],
    [2, 7, 1],
  ]);
});
