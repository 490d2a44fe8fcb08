import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeptKey } from '../contract/deploy.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import { ethereumAccount } from '../item/ethereum.ts';
import { walletOfText, type Wallet } from '../item/wallet.ts';
import { systemCode } from './file-errors.ts';

/** Keys that are worth something. Each is one file, encrypted under a passphrase that stands nowhere. */
export interface Keyring {
  /** In order of their names, as their files say; and what is wrong with those that cannot be read. @throws AoError WALLET_KEPT_BROKEN of the folder. */
  list(): Promise<{ readonly keys: readonly KeptKey[]; readonly broken: readonly AoError[] }>;
  has(name: string): Promise<boolean>;
  /** May a new one be kept so? @throws AoError WALLET_NAME, WALLET_TAKEN. */
  check(name: string): Promise<void>;
  /** @param text as `walletOfText` takes it. @throws AoError WALLET_NAME, WALLET_TAKEN, WALLET_WEAK, WALLET_UNREADABLE, FILE_UNREADABLE. */
  keep(name: string, text: string, passphrase: string): Promise<KeptKey>;
  /** The key as text. @throws AoError WALLET_UNKNOWN, WALLET_PASSPHRASE, WALLET_KEPT_BROKEN. */
  text(name: string, passphrase: string): Promise<string>;
  /** @throws AoError as `text`. */
  wallet(name: string, passphrase: string): Promise<Wallet>;
  /** @throws AoError WALLET_UNKNOWN. */
  remove(name: string): Promise<void>;
}

const ENDING = '.key';
const NAME = /^[A-Za-z0-9][\w-]{0,30}$/;
const PASSPHRASE_LEAST = 10;
const KINDS = { 1: 'Arweave', 2: 'Ed25519', 3: 'Ethereum' } as const;

/** 128 MiB and about a third of a second for each guess (RFC 7914). */
const COST = { N: 131_072, r: 8, p: 1 } as const;
/** A file that somebody has changed may not ask for more: 512 MiB. */
const COST_MAX = { N: 524_288, r: 8, p: 4 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

const bytes = z.string().transform((text) => Buffer.from(text, 'base64url'));
const bytesOf = (length: number) => bytes.refine((one) => one.length === length);
const isPowerOfTwo = (number: number): boolean => (number & (number - 1)) === 0;
const file = z.object({
  format: z.literal('aoscope-key-1'),
  kind: z.enum(['Arweave', 'Ed25519', 'Ethereum']),
  address: z.string().regex(/^[\w-]{43}$/),
  account: z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/)
    .nullable(),
  scrypt: z.object({
    N: z.number().int().min(2).max(COST_MAX.N).refine(isPowerOfTwo),
    r: z.number().int().min(1).max(COST_MAX.r),
    p: z.number().int().min(1).max(COST_MAX.p),
    salt: bytesOf(SALT_BYTES),
  }),
  nonce: bytesOf(NONCE_BYTES),
  tag: bytesOf(TAG_BYTES),
  sealed: bytes,
});
type KeyFile = z.output<typeof file>;

/** @param folder made with the first key, for its user alone. */
export function openKeyring(folder: string): Keyring {
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
      return file.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      // What is no JSON may be an open key, of which an engine's own words show a part.
      const isOther = error instanceof z.ZodError || error instanceof SyntaxError;
      throw new AoError('WALLET_KEPT_BROKEN', { path, reason: isOther ? 'it is no kept key' : reasonOf(error) });
    }
  };
  const text = async (name: string, passphrase: string): Promise<string> => {
    const { scrypt: cost, nonce, tag, sealed, ...told } = await read(name);
    const opener = createDecipheriv(CIPHER, await derived(passphrase, cost.salt, cost), nonce, { authTagLength: TAG_BYTES });
    opener.setAAD(about(told));
    try {
      opener.setAuthTag(tag);
      return Buffer.concat([opener.update(sealed), opener.final()]).toString('utf8');
    } catch {
      throw new AoError('WALLET_PASSPHRASE', { name });
    }
  };

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
      checkPassphrase(passphrase);
      const kept = keptOf(name, walletOfText(key, name));
      const sealed = await seal(kept, key, passphrase);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      await writeNew(name, `${JSON.stringify(sealed, null, 2)}\n`);
      return kept;
    },
    text,
    wallet: async (name, passphrase) => walletOfText(await text(name, passphrase), name),
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

function keptOf(name: string, { address, owner, signatureType }: Wallet): KeptKey {
  const kind = signatureType === 1 || signatureType === 3 ? KINDS[signatureType] : KINDS[2];
  return { name, kind, address, account: kind === 'Ethereum' ? ethereumAccount(owner) : null };
}

const toldOf = (name: string, { kind, address, account }: KeyFile): KeptKey => ({ name, kind, address, account });

/** What a file says openly is sealed along: one whose address somebody has changed does not open. Its name may be another one. */
function about({ kind, address, account }: Omit<KeptKey, 'name'>): Buffer {
  return Buffer.from(JSON.stringify(['aoscope-key-1', kind, address, account]));
}

async function seal(kept: KeptKey, key: string, passphrase: string): Promise<object> {
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)];
  const cipher = createCipheriv(CIPHER, await derived(passphrase, salt, COST), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(about(kept));
  const sealed = Buffer.concat([cipher.update(key, 'utf8'), cipher.final()]);
  const { kind, address, account } = kept;
  return {
    format: 'aoscope-key-1',
    kind,
    address,
    account,
    scrypt: { ...COST, salt: salt.toString('base64url') },
    nonce: nonce.toString('base64url'),
    tag: cipher.getAuthTag().toString('base64url'),
    sealed: sealed.toString('base64url'),
  };
}

/** The same passphrase however its accents were typed. */
function derived(
  passphrase: string,
  salt: Uint8Array,
  { N, r, p }: { readonly N: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  const maxmem = 128 * N * r * 2;
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
