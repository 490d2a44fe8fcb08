import { expect, test } from 'vitest';
import { ansiParts } from './ansi.ts';

test('colours and weights become parts', () => {
  expect(ansiParts('a \u001b[32mgreen\u001b[0m \u001b[1;31mred')).toEqual([
    { text: 'a ', colour: null, isBold: false, isDim: false },
    { text: 'green', colour: 'ansi-green', isBold: false, isDim: false },
    { text: ' ', colour: null, isBold: false, isDim: false },
    { text: 'red', colour: 'ansi-red', isBold: true, isDim: false },
  ]);
});

test('no text is lost and no code is shown', () => {
  const text = ansiParts('x\u001b[2Ky\u001b[38;2;1;2;3mz <b>&amp;')
    .map((part) => part.text)
    .join('');
  expect(text).toBe('xyz <b>&amp;');
});

test('a true colour is drawn plain rather than in a colour that may not be readable', () => {
  expect(ansiParts('\u001b[38;2;1;2;3mz')[0]?.colour).toBeNull();
});
