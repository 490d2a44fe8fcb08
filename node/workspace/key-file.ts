import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import type { KeptKey } from '../contract/deploy.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import type { KeyStore } from './ports.ts';

/** 128 MiB and about a third of a second for each guess (RFC 7914). */
const COST = { N: 131_072, r: 8, p: 1 } as const;
/** A file that somebody has changed may not ask for more: 512 MiB. */
const COST_MAX = { N: 524_288, r: 8, p: 4 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';
const PASSPHRASE_FORMAT = 'aoscope-key-1';
const SYSTEM_FORMAT = 'aoscope-key-system-1';

const bytes = z.string().transform((text) => Buffer.from(text, 'base64url'));
const bytesOf = (length: number) => bytes.refine((one) => one.length === length);
const isPowerOfTwo = (number: number): boolean => (number & (number - 1)) === 0;
const told = {
  kind: z.enum(['Arweave', 'Ed25519', 'Ethereum']),
  address: z.string().regex(/^[\w-]{43}$/),
  account: z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/)
    .nullable(),
};
const underPassphrase = z.object({
  format: z.literal(PASSPHRASE_FORMAT),
  ...told,
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
const bySystem = z.object({ format: z.literal(SYSTEM_FORMAT), ...told, sealed: bytes });
/** What the file of a kept key says. */
export const keyFile = z.discriminatedUnion('format', [underPassphrase, bySystem]);
export type KeyFile = z.output<typeof keyFile>;

type Told = Pick<KeptKey, 'kind' | 'address' | 'account'>;

/** What is told of a key without opening it. */
export function toldOf(name: string, { format, kind, address, account }: KeyFile): KeptKey {
  return { name, kind, address, account, kept: format === SYSTEM_FORMAT ? 'system' : 'passphrase' };
}

/**
 * What a file says openly is sealed along: one whose address somebody has changed does not open. Its name may be another one.
 * @param passphrase null: by the key store of the system
 * @returns the content of the file
 * @throws AoError WALLET_SYSTEM_NONE where the system has none, or does not take it.
 */
export async function sealKey(kept: Told, key: string, passphrase: string | null, store: KeyStore | null): Promise<string> {
  const { kind, address, account } = kept;
  if (passphrase === null) {
    if (store === null) throw new AoError('WALLET_SYSTEM_NONE', { reason: 'none was found' });
    const sealed = await store.seal(JSON.stringify([about(kept), key])).catch((error: unknown) => {
      throw new AoError('WALLET_SYSTEM_NONE', { reason: reasonOf(error) });
    });
    return contentOf({ format: SYSTEM_FORMAT, kind, address, account, sealed: Buffer.from(sealed).toString('base64url') });
  }
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)];
  const cipher = createCipheriv(CIPHER, await derived(passphrase, salt, COST), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(about(kept)));
  const sealed = Buffer.concat([cipher.update(key, 'utf8'), cipher.final()]);
  return contentOf({
    format: PASSPHRASE_FORMAT,
    kind,
    address,
    account,
    scrypt: { ...COST, salt: salt.toString('base64url') },
    nonce: nonce.toString('base64url'),
    tag: cipher.getAuthTag().toString('base64url'),
    sealed: sealed.toString('base64url'),
  });
}

/**
 * The key in a file, as text.
 * @param passphrase is not looked at where the system keeps the key
 * @throws AoError WALLET_PASSPHRASE; WALLET_SYSTEM where there is no key store that could open it, WALLET_SYSTEM_SHUT where it does not.
 */
export async function openKey(name: string, file: KeyFile, passphrase: string | null, store: KeyStore | null): Promise<string> {
  if (file.format === SYSTEM_FORMAT) {
    if (store === null) throw new AoError('WALLET_SYSTEM', { name });
    const shut = (reason: string): AoError => new AoError('WALLET_SYSTEM_SHUT', { name, reason });
    const text = await store.open(file.sealed).catch((error: unknown) => {
      throw shut(reasonOf(error));
    });
    const [of, key] = sealedAlong(text) ?? [null, ''];
    if (of !== about(file)) throw shut('its file was changed');
    return key;
  }
  const { scrypt: cost, nonce, tag, sealed } = file;
  const opener = createDecipheriv(CIPHER, await derived(passphrase ?? '', cost.salt, cost), nonce, { authTagLength: TAG_BYTES });
  opener.setAAD(Buffer.from(about(file)));
  try {
    opener.setAuthTag(tag);
    return Buffer.concat([opener.update(sealed), opener.final()]).toString('utf8');
  } catch {
    throw new AoError('WALLET_PASSPHRASE', { name });
  }
}

/** What the file says openly, and the key; null where it is nothing of this app. */
function sealedAlong(text: string): readonly [string, string] | null {
  try {
    return z.tuple([z.string(), z.string()]).parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function about({ kind, address, account }: Told): string {
  return JSON.stringify([PASSPHRASE_FORMAT, kind, address, account]);
}

function contentOf(file: z.input<typeof keyFile>): string {
  return `${JSON.stringify(file, null, 2)}\n`;
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
