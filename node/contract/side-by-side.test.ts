import { expect, it } from 'vitest';
import { shortened, sideBySide } from './side-by-side.ts';

it('each part stands beside its counterpart, and what differs is marked', () => {
  const rows = sideBySide({ Action: 'Pong', Count: '2', Tags: { a: 1 } }, { Action: 'Pong', Count: '3', Tags: { a: 1, b: 2 } });
  expect(rows.filter(({ isSame }) => !isSame)).toEqual([
    { depth: 1, expected: 'Count = "2"', got: 'Count = "3"', isSame: false },
    { depth: 2, expected: null, got: 'b = 2', isSame: false },
  ]);
  expect(sideBySide([], {}).every(({ isSame }) => isSame)).toBe(true);
  expect(sideBySide(null, { x: 1 }).map(({ expected, got }) => [expected, got])).toEqual([
    ['nil', '{'],
    [null, 'x = 1'],
    [null, '}'],
  ]);
});

it('of a long value what differs is shown, with its surroundings', () => {
  const list = Array.from({ length: 40 }, (_, at) => at);
  const other = list.map((value) => (value === 20 ? 99 : value));
  const rows = shortened(sideBySide(list, other));
  expect(rows.length).toBeLessThan(12);
  expect(rows.filter((row) => row === null)).toHaveLength(2);
});
