import { expect, test } from 'vitest';
import { LineStarts } from './line-starts.ts';

test('every place of a text has its line and column', () => {
  const text = 'one\n\nthree\r\nlast';
  const lines = new LineStarts(text);
  for (let offset = 0; offset <= text.length; offset++) {
    const before = text.slice(0, offset).split('\n');
    expect(lines.placeOf(offset)).toEqual({ line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
  }
  expect(new LineStarts('').placeOf(0)).toEqual({ line: 1, column: 1 });
});
