import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeptKey } from '../contract/deploy.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import { ethereumAccount } from '../item/ethereum.ts';
import { walletOfText, type Wallet } from '../item/wallet.ts';
import { systemCode } from './file-errors.ts';
import { keyFile, openKey, sealKey, toldOf, type KeyFile } from './key-file.ts';
import type { KeyStore } from './ports.ts';

/** Keys that are worth something. Each is one file, encrypted under a passphrase that stands nowhere, or by the key store of the system. */
export interface Keyring {
  /** In order of their names, as their files say; and what is wrong with those that cannot be read. @throws AoError WALLET_KEPT_BROKEN of the folder. */
  list(): Promise<{ readonly keys: readonly KeptKey[]; readonly broken: readonly AoError[] }>;
  has(name: string): Promise<boolean>;
  /** May a new one be kept so? @throws AoError WALLET_NAME, WALLET_TAKEN. */
  check(name: string): Promise<void>;
  /**
   * @param text as `walletOfText` takes it
   * @param passphrase null: the key store of the system keeps it
   * @throws AoError WALLET_NAME, WALLET_TAKEN, WALLET_WEAK, WALLET_UNREADABLE, WALLET_SYSTEM_NONE, FILE_UNREADABLE.
   */
  keep(name: string, text: string, passphrase: string | null): Promise<KeptKey>;
  /**
   * The key as text.
   * @param passphrase is not looked at where the system keeps the key
   * @throws AoError WALLET_UNKNOWN, WALLET_PASSPHRASE, WALLET_SYSTEM, WALLET_SYSTEM_SHUT, WALLET_KEPT_BROKEN.
   */
  text(name: string, passphrase: string | null): Promise<string>;
  /** @throws AoError as `text`. */
  wallet(name: string, passphrase: string | null): Promise<Wallet>;
  /** By whom it is kept. @throws AoError WALLET_UNKNOWN, WALLET_KEPT_BROKEN. */
  keptBy(name: string): Promise<KeptKey['kept']>;
  /** @throws AoError WALLET_UNKNOWN. */
  remove(name: string): Promise<void>;
}

const ENDING = '.key';
const NAME = /^[A-Za-z0-9][\w-]{0,30}$/;
const PASSPHRASE_LEAST = 10;
const KINDS = { 1: 'Arweave', 2: 'Ed25519', 3: 'Ethereum' } as const;

/** @param folder made with the first key, for its user alone. @param findStore that of the system; null where none can be reached. */
export function openKeyring(folder: string, findStore: () => KeyStore | null = () => null): Keyring {
  const pathOf = (name: string): string => join(folder, `${name}${ENDING}`);
  const names = async (): Promise<readonly string[]> => {
    const files = await readdir(folder).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return [];
      throw new AoError('WALLET_KEPT_BROKEN', { path: folder, reason: reasonOf(error) });
    });
    return files
      .filter((one) => one.endsWith(ENDING))
      .map((one) => one.slice(0, -ENDING.length))
      .filter((name) => NAME.test(name))
      .toSorted();
  };
  const read = async (name: string): Promise<KeyFile> => {
    if (!(await names()).includes(name)) throw new AoError('WALLET_UNKNOWN', { name });
    const path = pathOf(name);
    try {
      return keyFile.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      // What is no JSON may be an open key, of which an engine's own words show a part.
      const isOther = error instanceof z.ZodError || error instanceof SyntaxError;
      throw new AoError('WALLET_KEPT_BROKEN', { path, reason: isOther ? 'it is no kept key' : reasonOf(error) });
    }
  };
  const text: Keyring['text'] = async (name, passphrase) => openKey(name, await read(name), passphrase, findStore());

  const check = async (name: string): Promise<void> => {
    if (!NAME.test(name)) throw new AoError('WALLET_NAME', { name: JSON.stringify(name) });
    if ((await names()).includes(name)) throw new AoError('WALLET_TAKEN', { name });
  };
  /** All of it or nothing, and never over another one, also of somebody who keeps one at the same time. */
  const writeNew = async (name: string, content: string): Promise<void> => {
    const path = pathOf(name);
    const aside = `${path}-${randomBytes(6).toString('hex')}`;
    try {
      const handle = await open(aside, 'wx', 0o600);
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await link(aside, path);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') throw new AoError('WALLET_TAKEN', { name });
      throw new AoError('FILE_UNREADABLE', { path, reason: reasonOf(error) });
    } finally {
      await rm(aside, { force: true });
    }
  };

  return {
    async list() {
      const [keys, broken]: [KeptKey[], AoError[]] = [[], []];
      for (const name of await names()) {
        try {
          keys.push(toldOf(name, await read(name)));
        } catch (error) {
          if (!(error instanceof AoError)) throw error;
          broken.push(error);
        }
      }
      return { keys, broken };
    },
    check,
    has: async (name) => (await names()).includes(name),
    async keep(name, key, passphrase) {
      await check(name);
      if (passphrase !== null) checkPassphrase(passphrase);
      const kept = keptOf(name, walletOfText(key, name), passphrase === null ? 'system' : 'passphrase');
      const sealed = await sealKey(kept, key, passphrase, findStore());
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      await writeNew(name, sealed);
      return kept;
    },
    text,
    wallet: async (name, passphrase) => walletOfText(await text(name, passphrase), name),
    keptBy: async (name) => toldOf(name, await read(name)).kept,
    async remove(name) {
      if (!(await names()).includes(name)) throw new AoError('WALLET_UNKNOWN', { name });
      await rm(pathOf(name));
    },
  };
}

/** @throws AoError WALLET_WEAK. */
export function checkPassphrase({ length }: string): void {
  if (length < PASSPHRASE_LEAST) throw new AoError('WALLET_WEAK', { length, least: PASSPHRASE_LEAST });
}

function keptOf(name: string, { address, owner, signatureType }: Wallet, kept: KeptKey['kept']): KeptKey {
  const kind = signatureType === 1 || signatureType === 3 ? KINDS[signatureType] : KINDS[2];
  return { name, kind, address, account: kind === 'Ethereum' ? ethereumAccount(owner) : null, kept };
}
