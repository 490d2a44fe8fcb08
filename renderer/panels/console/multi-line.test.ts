import { expect, test } from 'vitest';
import { editorWord, endsEmpty, lineBreakAt, withoutLastLine } from './multi-line.ts';

test('the last line ends or changes what stands before it', () => {
  expect(editorWord('x = 1\n  .done ')).toEqual({ word: '.done', before: 'x = 1' });
  expect(editorWord('.cancel')).toEqual({ word: '.cancel', before: '' });
  expect(editorWord('.done\nx = 1')).toBeNull();
  expect(editorWord('.load x.lua')).toBeNull();
  expect(withoutLastLine('a\nb\nc')).toBe('a\nb\n');
  expect(withoutLastLine('a')).toBe('');
});

test('a new line begins where the one before it does', () => {
  expect(lineBreakAt('if x then\n  print(x)', 20)).toBe('\n  ');
  expect(lineBreakAt('print(x)', 8)).toBe('\n');
});

test('an empty last line says that no more is to come', () => {
  expect(endsEmpty('if x then\n  ', 12)).toBe(true);
  expect(endsEmpty('if x then', 9)).toBe(false);
  expect(endsEmpty('if x then\n', 4)).toBe(false);
});
