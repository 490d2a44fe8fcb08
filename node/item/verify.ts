import { createPublicKey, constants, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import { deepHash } from './hash.ts';
import type { ItemLayout } from './layout.ts';

const ARWEAVE = 1;
const ED25519 = 2;
const ETHEREUM = 3;

/** The bytes that a data item's signature covers (ANS-104 §2). */
export function signedBytes(item: Pick<ItemLayout, 'signatureType' | 'owner' | 'target' | 'anchor' | 'rawTags' | 'data'>): Buffer {
  const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');
  return deepHash([
    text('dataitem'),
    text('1'),
    text(String(item.signatureType)),
    item.owner,
    item.target,
    item.anchor,
    item.rawTags,
    item.data,
  ]);
}

/**
 * Does the signature belong to the content? RSA (any salt length) and Ed25519 are checked natively, the other kinds
 * by arbundles. Never throws: a key that cannot be read is a signature that does not fit.
 */
export async function isSignatureValid(item: ItemLayout): Promise<boolean> {
  try {
    if (item.signatureType === ARWEAVE) {
      const key = { key: rsaKey(item.owner), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
      return verify('sha256', signedBytes(item), key, item.signature);
    }
    if (item.signatureType === ED25519) return verify(null, signedBytes(item), ed25519Key(item.owner), item.signature);
    // arbundles passes over this byte: with another one there the same message would come again under a new id.
    if (item.signatureType === ETHEREUM && item.signature[64] !== 27 && item.signature[64] !== 28) return false;
    // Loaded when the first such item comes: it brings the signers of five chains along.
    const { indexToType } = await import('arbundles');
    // Its signers only: its own reading of a stranger's bytes may never end.
    const signer = indexToType[item.signatureType];
    return (await signer?.verify(Buffer.from(item.owner), signedBytes(item), Buffer.from(item.signature))) === true;
  } catch {
    return false;
  }
}

/** Reading a key costs as much as checking with it, and the same few wallets sign most items. */
const KEYS_KEPT = 256;
const keys = new Map<string, KeyObject>();

function rsaKey(modulus: Uint8Array): KeyObject {
  return keyOf(modulus, (n) => ({ kty: 'RSA', n, e: 'AQAB' }));
}

function ed25519Key(owner: Uint8Array): KeyObject {
  return keyOf(owner, (x) => ({ kty: 'OKP', crv: 'Ed25519', x }));
}

function keyOf(owner: Uint8Array, jwkOf: (text: string) => JsonWebKey): KeyObject {
  const text = Buffer.from(owner).toString('base64url');
  const known = keys.get(text);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: jwkOf(text), format: 'jwk' });
  const [oldest] = keys.keys();
  if (keys.size >= KEYS_KEPT && oldest !== undefined) keys.delete(oldest);
  keys.set(text, key);
  return key;
}
