import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { NamedAddress } from '../contract/deploy.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import { systemCode } from './file-errors.ts';

/** What the person calls addresses. One file of their own, which they may write, too. */
export interface AddressBook {
  /** In order of their names. @throws AoError FILE_UNREADABLE. */
  list(): Promise<readonly NamedAddress[]>;
  /** Names an address, or forgets its name (null). @throws AoError FILE_UNREADABLE; the file is as it was then. */
  put(address: string, name: string | null): Promise<void>;
}

const file = z.record(z.string(), z.string());

export function openAddressBook(path: string): AddressBook {
  let writing: Promise<unknown> = Promise.resolve();
  const unreadable = (error: unknown): AoError =>
    new AoError('FILE_UNREADABLE', {
      path,
      reason: error instanceof SyntaxError || error instanceof z.ZodError ? 'it is no list of names by address' : reasonOf(error),
    });
  const read = async (): Promise<Readonly<Record<string, string>>> => {
    try {
      return file.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return {};
      throw unreadable(error);
    }
  };
  return {
    async list() {
      const all = Object.entries(await read()).map(([address, name]) => ({ address, name }));
      return all.toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
    },
    put(address, name) {
      // One after the other: who names two at a time loses none.
      const mine = writing.then(async () => {
        const { [address]: _former, ...others } = await read();
        const all = name === null ? others : { ...others, [address]: name };
        await writeFileAtomic(path, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 }).catch((error: unknown) => {
          throw unreadable(error);
        });
      });
      writing = mine.catch(() => undefined);
      return mine;
    },
  };
}
