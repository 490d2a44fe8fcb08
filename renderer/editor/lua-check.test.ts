import { expect, test } from 'vitest';
import { checkLua } from './lua-check.ts';

test('a text that parses has no marks', () => {
  expect(checkLua('local a <const> = 1').length).toBe(1); // 5.4 only: aos on the network is 5.3
  expect(checkLua('local a = 7 // 2 | 1\ngoto done\n::done::')).toEqual([]);
});

test('the mark stands at the line and column of the error', () => {
  const [mark] = checkLua('local a = 1\nlocal = 2');
  expect(mark).toMatchObject({ line: 2, column: 7 });
  expect(mark?.message).not.toMatch(/^\[/);
});

test('an end that is missing is marked', () => {
  expect(checkLua('function f()\n  return 1\n')).toHaveLength(1);
});
