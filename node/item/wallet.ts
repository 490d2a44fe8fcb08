import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { AoError, reasonOf } from '../contract/errors.ts';
import { toAddress, type Address } from '../contract/ids.ts';
import { sha256 } from './hash.ts';

/** A key that signs data items. The key itself stays inside. */
export interface Wallet {
  readonly address: Address;
  /** Public key bytes, as an item's owner. */
  readonly owner: Uint8Array;
  /** ANS-104 signature type. */
  readonly signatureType: number;
  /** Ed25519 is deterministic: the same bytes always give the same signature, and so the same item id. */
  sign(bytes: Uint8Array): Uint8Array;
}

const keyFile = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), d: z.string(), x: z.string() });

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
    const jwk = keyFile.parse(JSON.parse(readFileSync(path, 'utf8')));
    return walletOf(createPrivateKey({ key: jwk, format: 'jwk' }));
  } catch (error) {
    throw new AoError('WALLET_UNREADABLE', { path, reason: reasonOf(error) });
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
