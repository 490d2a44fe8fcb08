import { expect, test } from 'vitest';
import { timesInLua } from './lua-times.ts';

const at = (text: string) => timesInLua(text).map(({ line, column }) => [line, column]);

test('a time of ao that meets a number in seconds is marked where it stands', () => {
  expect(at('if msg.Timestamp > 1700000000 then end')).toEqual([[1, 4]]);
  expect(at('local x = 1\nDeadline = os.time() + 3600')).toEqual([[2, 12]]);
  expect(at('local ends = 24 * 60 * 60 + tonumber(msg.Timestamp) or 0')).toEqual([]);
  expect(at('return 24 * 60 * 60 + msg.Timestamp')).toEqual([[1, 8]]);
  expect(timesInLua('return os.time() - 60')[0]?.message).toBe('Times in ao are milliseconds: 60 is 0.06 seconds here. Write 60 * 1000.');
});

test('milliseconds, other numbers and a text that does not parse are not', () => {
  expect(at('if msg.Timestamp > 1700000000000 then end')).toEqual([]);
  expect(at('return os.time() + 3600 * 1000, count + 60, msg.Timestamp + 1, os.time() + delay')).toEqual([]);
  expect(at('if msg.Timestamp > 1700000000 then')).toEqual([]);
});
