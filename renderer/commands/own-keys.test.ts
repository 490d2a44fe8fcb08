// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { parseChoices } from './own-keys.ts';

test('of what stands in the file only keys that can be pressed are taken', () => {
  expect(parseChoices({ a: '$mod+KeyJ', b: null, c: 7, d: 'j', e: '' })).toEqual({ a: '$mod+KeyJ', b: null });
  expect(parseChoices([1])).toEqual({});
  expect(parseChoices(null)).toEqual({});
});
