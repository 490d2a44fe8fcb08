import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  generateKeyPairSync,
  randomBytes,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { AoError, reasonOf } from '../contract/errors.ts';
import { toAddress, type Address } from '../contract/ids.ts';
import { ethereumOwner, signEthereum } from './ethereum.ts';
import { sha256 } from './hash.ts';

/** A key that signs data items. The key itself stays inside. */
export interface Wallet {
  readonly address: Address;
  /** Public key bytes, as an item's owner. */
  readonly owner: Uint8Array;
  /** ANS-104 signature type. */
  readonly signatureType: number;
  /** Ed25519 is deterministic: the same bytes always give the same signature, and so the same item id. RSA is not. */
  sign(bytes: Uint8Array): Uint8Array;
}

const ed25519 = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), d: z.string(), x: z.string() });
/** As Arweave's wallets give their keys away. */
const rsa = z.object({
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});
const RSA_BYTES = 512;
const ETHEREUM_BYTES = 32;
const HEX_KEY = /^(?:0x)?([0-9a-fA-F]{64})$/;

/**
 * The wallet in `path`, made there first when the file does not exist: readable by its user alone (0600 in 0700),
 * written atomically and synced, never overwritten.
 * @throws AoError WALLET_UNREADABLE when the file is there but cannot be used.
 */
export async function loadOrCreateWallet(path: string): Promise<Wallet> {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    await writeFileAtomic(path, `${JSON.stringify(jwk)}\n`, { mode: 0o600, fsync: true });
    chmodSync(path, 0o600);
  }
  try {
    const jwk = ed25519.parse(JSON.parse(readFileSync(path, 'utf8')));
    return walletOf(createPrivateKey({ key: jwk, format: 'jwk' }));
  } catch (error) {
    throw new AoError('WALLET_UNREADABLE', { path, reason: error instanceof SyntaxError ? 'it is no JSON' : reasonOf(error) });
  }
}

/**
 * The wallet in a key file that somebody has.
 * @throws AoError as {@link walletOfText}; WALLET_UNREADABLE too where there is no such file.
 */
export function readWallet(path: string): Wallet {
  return walletOfText(readKeyFile(path), path);
}

/** The text of a key file. @throws AoError WALLET_UNREADABLE. */
export function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AoError('WALLET_UNREADABLE', { path, reason: reasonOf(error) });
  }
}

/**
 * The wallet of a key as people have it: one of Arweave (JWK of RSA, 4,096 bits), one of this app (JWK of Ed25519), or one of Ethereum
 * (64 hexadecimal digits).
 * @param path where it stands, for what is said of it
 * @throws AoError WALLET_UNREADABLE where it is no key of these kinds. What is in it is never told.
 */
export function walletOfText(text: string, path: string): Wallet {
  const unreadable = (reason: string): AoError => new AoError('WALLET_UNREADABLE', { path, reason });
  const hex = HEX_KEY.exec(text.trim())?.[1];
  if (hex !== undefined) return ethereumWallet(Buffer.from(hex, 'hex'), unreadable);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw unreadable('it is no JSON, and no key of Ethereum (64 hexadecimal digits)');
  }
  const jwk = z.discriminatedUnion('kty', [ed25519, rsa]).safeParse(content);
  if (!jwk.success) throw unreadable('it is no key of Arweave (RSA), of this app (Ed25519) or of Ethereum (64 hexadecimal digits)');
  if (jwk.data.kty === 'OKP') return walletOf(keyOf(jwk.data));
  const owner = Buffer.from(jwk.data.n, 'base64url');
  if (owner.length !== RSA_BYTES) throw unreadable(`its key has ${owner.length * 8} bits, and Arweave takes those of ${RSA_BYTES * 8}`);
  return arweaveWallet(keyOf(jwk.data), owner);

  function keyOf(key: JsonWebKey): KeyObject {
    try {
      return createPrivateKey({ key, format: 'jwk' });
    } catch {
      throw unreadable('the numbers in it make no key');
    }
  }
}

/** A key of Arweave. Its signatures are random: the same bytes give another item each time. */
function arweaveWallet(key: KeyObject, owner: Uint8Array): Wallet {
  return {
    address: toAddress(sha256(owner).toString('base64url')),
    owner,
    signatureType: 1,
    sign: (bytes) => sign('sha256', bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  };
}

/** A key of Ethereum. */
function ethereumWallet(secret: Uint8Array, unreadable: (reason: string) => AoError): Wallet {
  let owner: Uint8Array;
  try {
    owner = ethereumOwner(secret);
  } catch {
    throw unreadable('that number is no key of Ethereum');
  }
  return {
    address: toAddress(sha256(owner).toString('base64url')),
    owner,
    signatureType: 3,
    sign: (bytes) => signEthereum(secret, bytes),
  };
}

/** A new key as text, as {@link walletOfText} takes it. Of Arweave it takes seconds: two large primes are looked for. */
export async function createKeyText(kind: 'arweave' | 'ethereum'): Promise<string> {
  if (kind === 'ethereum') return newEthereumKey();
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BYTES * 8 });
  return JSON.stringify(privateKey.export({ format: 'jwk' }));
}

function newEthereumKey(): string {
  for (;;) {
    const secret = randomBytes(ETHEREUM_BYTES);
    try {
      ethereumOwner(secret);
      return secret.toString('hex');
    } catch {
      // One in 2^128 is above the order of the curve.
    }
  }
}

/** A wallet that exists in memory only, for tests and throw-away nodes. */
export function createWallet(): Wallet {
  return walletOf(generateKeyPairSync('ed25519').privateKey);
}

/**
 * Writes the key that belongs to `seed` to `path`, for {@link loadOrCreateWallet}: test runs are to be alike, to the byte.
 * Whoever knows the seed has the key; it is worth nothing.
 */
export async function writeSeededWallet(path: string, seed: string): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(seededKey(seed).export({ format: 'jwk' }))}\n`, { mode: 0o600 });
}

/** The wallet that belongs to `seed`, without a file. */
export function seededWallet(seed: string): Wallet {
  return walletOf(seededKey(seed));
}

/** What stands in front of the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const ED25519_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

function seededKey(seed: string): KeyObject {
  return createPrivateKey({ key: Buffer.concat([ED25519_HEAD, sha256(Buffer.from(seed))]), format: 'der', type: 'pkcs8' });
}

function walletOf(key: KeyObject): Wallet {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  const owner = Buffer.from(x ?? '', 'base64url');
  return {
    address: toAddress(sha256(owner).toString('base64url')),
    owner,
    signatureType: 2,
    sign: (bytes) => sign(null, bytes, key),
  };
}
