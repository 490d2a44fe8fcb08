import { expect, it } from 'vitest';
import { codeChange } from './live-code.ts';

it('says which lines change, with what stands around them, and how many were too many to show', () => {
  const before = Array.from({ length: 40 }, (_, at) => `line ${at}`);
  const after = before.map((line, at) => (at === 5 || at === 30 ? `${line} anew` : line));
  const change = codeChange(before.join('\n'), after.join('\n'));
  expect(change).toMatchObject({ out: 2, in: 2, unshown: 0 });
  expect(change?.parts.map((part) => part.length)).toEqual([8, 8]);
  expect(change?.parts[0]?.slice(3, 5)).toEqual([
    { is: 'out', text: 'line 5' },
    { is: 'in', text: 'line 5 anew' },
  ]);
  const all = codeChange('', Array.from({ length: 1_000 }, (_, at) => `new ${at}`).join('\n'));
  expect(all).toMatchObject({ in: 1_000, unshown: 600 });
});
