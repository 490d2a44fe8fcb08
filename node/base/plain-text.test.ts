import { expect, test } from 'vitest';
import { plainLine, plainText } from './plain-text.ts';

test('commands for the terminal are shown, and not obeyed', () => {
  expect(plainText('safe\u001B[2Kgone\r\u009B2J')).toBe('safe\\x1b[2Kgone\\x0d\\x9b2J');
  expect(plainText('\u001B[31mred\u001B[0m')).toBe('red');
  expect(plainText('one\n\ttwo ü 日本')).toBe('one\n\ttwo ü 日本');
  expect(plainText('pay \u202Ealice\u200B')).toBe('pay \\u{202e}alice\\u{200b}');
  expect(plainLine('yes\n  signed by nobody')).toBe('yes\\x0a  signed by nobody');
});
