import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openAddressBook } from './addresses.ts';

test('names of addresses are kept, all of them, also those that are given at once; a broken file is told and left as it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aoscope-addresses-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'addresses.json');
  const [one, other] = ['A'.repeat(43), `0x${'b'.repeat(40)}`] as const;
  const book = openAddressBook(path);
  expect(await book.list()).toEqual([]);
  await Promise.all([book.put(one, 'Zoe'), book.put(other, 'bank')]);
  expect(await openAddressBook(path).list()).toEqual([
    { address: other, name: 'bank' },
    { address: one, name: 'Zoe' },
  ]);
  await book.put(one, null);
  expect(await book.list()).toEqual([{ address: other, name: 'bank' }]);
  writeFileSync(path, '{ "half": ');
  await expect(book.put(one, 'Zoe')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  expect(readFileSync(path, 'utf8')).toBe('{ "half": ');
});
