import { expect, test } from 'vitest';
import { markedText } from './marked-text.ts';

test('what hides in a text, or turns the order in which it is read, is shown by its number', () => {
  expect(markedText('pay(\u202E"alice"\u2066)\u200B')).toBe('pay(‹U+202E›"alice"‹U+2066›)‹U+200B›');
  expect(markedText('a\u0000b\r\u{E0041}\uFEFF')).toBe('a‹U+0000›b‹U+000D›‹U+E0041›‹U+FEFF›');
  expect(markedText('one\n\ttwo ü 日本 😀')).toBe('one\n\ttwo ü 日本 😀');
});
