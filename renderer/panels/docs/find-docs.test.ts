import { expect, test } from 'vitest';
import { API } from '../../../node/lua/api/api.ts';
import { ALL_DOCS, findDocs, placeWords } from './find-docs.ts';

test('every name of the runtime stands in the docs once, what a process is written with first', () => {
  expect(ALL_DOCS.flatMap(({ entries }) => entries)).toHaveLength(API.length);
  expect(ALL_DOCS[0]?.title).toBe('ao');
  expect(ALL_DOCS.find(({ home }) => home === '.bint')?.title).toBe('require(".bint")');
});

test('a query finds names, sentences and groups, names first', () => {
  expect(findDocs('isTrusted').map(({ title }) => title)).toEqual(['ao']);
  expect(findDocs('send')[0]?.entries[0]?.name).toBe('send');
  expect(findDocs('json encode').map(({ entries }) => entries.map(({ name }) => name))).toEqual([['encode']]);
  expect(findDocs('no such thing at all')).toEqual([]);
});

test('what only one runtime has says so', () => {
  const ref = API.find(({ home, name }) => home === 'ao' && name === '_ref');
  expect(ref === undefined ? null : placeWords(ref)).toBe('aos only');
});
