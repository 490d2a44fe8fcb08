import { createPublicKey, constants, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import { deepHash } from './hash.ts';
import type { ItemLayout } from './layout.ts';

const ARWEAVE = 1;
const ED25519 = 2;
const ETHEREUM = 3;
const SOLANA = 4;
const APTOS = 5;
const APTOS_MULTI = 6;
const ETHEREUM_TYPED = 7;

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
 * Does the signature belong to the content? A message has one signature that is taken wherever its kind allows that:
 * the id is its hash, and what a stranger can change in it would bring the same message again under another id.
 * Never throws: a key that cannot be read is a signature that does not fit.
 */
export async function isSignatureValid(item: ItemLayout): Promise<boolean> {
  try {
    const message = signedBytes(item);
    const { owner, signature } = item;
    if (item.signatureType === ARWEAVE) {
      const key = { key: rsaKey(owner), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
      return verify('sha256', message, key, signature);
    }
    if (item.signatureType === ED25519) return isEd25519(owner, message, signature);
    if (item.signatureType === SOLANA) return isEd25519(owner, Buffer.from(message.toString('hex')), signature);
    if (item.signatureType === APTOS) return isEd25519(owner, aptosMessage(message), signature);
    if (item.signatureType === APTOS_MULTI) return isAptosMulti(owner, message, signature);
    // Loaded when the first such item comes.
    const { isEthereumSigned, isTypedEthereumSigned } = await import('./ethereum.ts');
    if (item.signatureType === ETHEREUM) return isEthereumSigned(owner, message, signature);
    return item.signatureType === ETHEREUM_TYPED && isTypedEthereumSigned(owner, message, signature);
  } catch {
    return false;
  }
}

function isEd25519(owner: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return verify(null, message, ed25519Key(owner), signature);
}

/** What Aptos wallets sign of a message (arbundles: InjectedAptosSigner). */
function aptosMessage(message: Buffer): Buffer {
  return Buffer.from(`APTOS\nmessage: ${message.toString('hex')}\nnonce: bundlr`);
}

const PARTIES = 32;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/**
 * Several parties: 32 places for keys and the number of signatures that is asked for; 32 places for signatures and a bit
 * for each that is there. arbundles takes it without any signature at all. Exactly as many as asked for are taken, and
 * empty places hold nothing, or there were many ids for one message.
 */
function isAptosMulti(owner: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const wanted = thresholdOf(owner[PARTIES * KEY_BYTES] ?? 0);
  const bits = signature.subarray(PARTIES * SIGNATURE_BYTES);
  let signed = 0;
  for (let party = 0; party < PARTIES; party++) {
    const own = signature.subarray(party * SIGNATURE_BYTES, (party + 1) * SIGNATURE_BYTES);
    const isThere = ((bits[party >> 3] ?? 0) & (0x80 >> (party & 7))) !== 0;
    if (isThere ? !isEd25519(owner.subarray(party * KEY_BYTES, (party + 1) * KEY_BYTES), message, own) : own.some((byte) => byte !== 0))
      return false;
    if (isThere) signed++;
  }
  return wanted > 0 && signed === wanted;
}

/** As a number, or as the digit that arbundles' own examples write. */
function thresholdOf(byte: number): number {
  return byte > PARTIES ? Number(String.fromCharCode(byte)) : byte;
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
