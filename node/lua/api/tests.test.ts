import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testGlobals } from './tests.ts';

test('the words of tests are those that a test file has, all of them', () => {
  const source = readFileSync(join(import.meta.dirname, '../../tests/lua/test.lua'), 'utf8');
  const made = [...source.matchAll(/^(?:function (\w+)\(|(\w+) = )/gm)].map(([, made1, made2]) => made1 ?? made2 ?? '');
  // require is the language's own, with other files.
  const words = made.filter((name) => name !== 'require' && !name.startsWith('_'));
  expect([...testGlobals('a.test.lua').keys()].toSorted()).toEqual([...new Set(words)].toSorted());
  expect(testGlobals('a.lua').size).toBe(0);
});
