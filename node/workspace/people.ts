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
/** As names are given; what else lies there is nobody's wallet. */
const NAME = /^([A-Za-z0-9][\w-]{0,30})\.json$/;

/** @param folder where a key file stands for each of them; made with the first. */
export function createPeople(folder: string): People {
  const fileOf = (name: string): string => join(folder, `${name}${ENDING}`);
  // Loaded when first needed, as signing is.
  const read = async (name: string): Promise<Wallet> => (await import('../item/wallet.ts')).loadOrCreateWallet(fileOf(name));
  const named = async (name: string): Promise<NamedWallet> => ({ name, address: (await read(name)).address });
  const making = new Set<string>();
  return {
    async list() {
      if (!existsSync(folder)) return [];
      const names = readdirSync(folder).flatMap((file) => NAME.exec(file)?.[1] ?? []);
      return Promise.all(names.toSorted().map(named));
    },
    async create(name) {
      // Whoever asks for the same name at the same time is too late: a key that somebody has been told of stays.
      if (name === 'dev' || making.has(name) || existsSync(fileOf(name))) throw new AoError('WALLET_TAKEN', { name });
      making.add(name);
      try {
        return await named(name);
      } finally {
        making.delete(name);
      }
    },
    async wallet(name) {
      if (!existsSync(fileOf(name))) throw new AoError('WALLET_UNKNOWN', { name });
      return read(name);
    },
  };
}
