import { expect, test } from 'vitest';
import { toProcessId } from '../../node/contract/ids.ts';
import { givenNames } from './use-given-names.ts';

const id = (letter: string): string => letter.repeat(43);
const receipt = (letter: string, name: string, isWrittenHere: boolean) => ({
  process: toProcessId(id(letter)),
  name,
  code: null,
  isWrittenHere,
});

test('a name that came with the project is the project’s, and no such name takes the place of one of the person', () => {
  const names = givenNames({
    book: [{ name: 'Alice', address: id('a') }],
    keys: [{ name: 'savings', address: id('k'), kept: 'passphrase' }],
    networks: [
      { name: 'there', receipts: [receipt('b', 'bank', true), receipt('f', 'my savings', false)] },
      { name: 'elsewhere', receipts: [receipt('a', 'Bob', false), receipt('k', 'nothing', false), receipt('b', 'till', false)] },
    ],
  });
  expect(Object.fromEntries(names)).toEqual({
    [id('a')]: { text: 'Alice', isOwn: true },
    [id('k')]: { text: 'wallet savings', isOwn: true },
    [id('b')]: { text: 'bank on there', isOwn: true },
    [id('f')]: { text: 'my savings on there', isOwn: false },
  });
});
