import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedWallet } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import type { Wallet } from '../item/wallet.ts';

/** Other wallets of this installation than the development wallet, to try a process as somebody else. */
export interface People {
  /** In order of their names. @throws AoError WALLET_UNREADABLE. */
  list(): Promise<readonly NamedWallet[]>;
  /** @throws AoError WALLET_TAKEN. */
  create(name: string): Promise<NamedWallet>;
  /** @throws AoError WALLET_UNKNOWN, WALLET_UNREADABLE. */
  wallet(name: string): Promise<Wallet>;
}

const ENDING = '.json';

/** @param folder where a key file stands for each of them; made with the first. */
export function createPeople(folder: string): People {
  const fileOf = (name: string): string => join(folder, `${name}${ENDING}`);
  // Loaded when first needed, as signing is.
  const read = async (name: string): Promise<Wallet> => (await import('../item/wallet.ts')).loadOrCreateWallet(fileOf(name));
  const named = async (name: string): Promise<NamedWallet> => ({ name, address: (await read(name)).address });
  return {
    async list() {
      if (!existsSync(folder)) return [];
      const names = readdirSync(folder).flatMap((file) => (file.endsWith(ENDING) ? file.slice(0, -ENDING.length) : []));
      return Promise.all(names.toSorted().map(named));
    },
    async create(name) {
      if (name === 'dev' || existsSync(fileOf(name))) throw new AoError('WALLET_TAKEN', { name });
      return named(name);
    },
    async wallet(name) {
      if (!existsSync(fileOf(name))) throw new AoError('WALLET_UNKNOWN', { name });
      return read(name);
    },
  };
}
