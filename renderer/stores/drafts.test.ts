import { expect, test } from 'vitest';
import { parseDrafts } from './drafts.ts';

const draft = { path: 'a.lua', text: 'mine', version: '1' };

test('drafts come back to their own project alone', () => {
  expect(parseDrafts({ project: '/p', drafts: [draft] }, '/p')).toEqual([draft]);
  expect(parseDrafts({ project: '/p', drafts: [draft] }, '/q')).toEqual([]);
});

test('what has another shape is passed over', () => {
  expect(parseDrafts(null, '/p')).toEqual([]);
  expect(parseDrafts({ project: '/p', drafts: [{ path: 'a.lua' }, 3, draft] }, '/p')).toEqual([draft]);
});
