import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';

const SCALAR_BYTES = 64;
/** The last byte as wallets write it: 27, and one more where the point's other root is meant. */
const V_FIRST = 27;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const ADDRESS_BYTES = 20;
const WORD_BYTES = 32;
/** A digit of the hash from which on EIP-55 writes the letter at its place large. */
const CAPITAL_FROM = 8;

const keccak = (...parts: readonly Uint8Array[]): Uint8Array => keccak_256(Buffer.concat(parts));
const keccakOf = (text: string): Uint8Array => keccak(Buffer.from(text, 'utf8'));

/** EIP-712 as arbundles and its forks sign (TypedEthereumSigner): the domain and the type have this name. */
const DOMAIN = keccak(keccakOf('EIP712Domain(string name,string version)'), keccakOf('Bundlr'), keccakOf('1'));
const TYPE = keccakOf('Bundlr(bytes Transaction hash,address address)');

/** What `personal_sign` (EIP-191) signs. */
function personalHash(message: Uint8Array): Uint8Array {
  return keccak(Buffer.from(`\u0019Ethereum Signed Message:\n${message.length}`, 'utf8'), message);
}

/** Signature type 3: `personal_sign` over the message. @param owner the public key, 65 bytes. */
export function isEthereumSigned(owner: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = signerOf(personalHash(message), signature);
  return key !== null && Buffer.from(key).equals(owner);
}

/**
 * The same signed: 65 bytes, of which the last one is 27 or 28. It is deterministic (RFC 6979).
 * @param secret the key, 32 bytes.
 */
export function signEthereum(secret: Uint8Array, message: Uint8Array): Uint8Array {
  const [recovery = 0, ...scalars] = secp256k1.sign(personalHash(message), secret, { prehash: false, format: 'recovered' });
  return Uint8Array.from([...scalars, V_FIRST + recovery]);
}

/** The public key that belongs to a secret one: 65 bytes. @throws Error where that is no key of the curve. */
export function ethereumOwner(secret: Uint8Array): Uint8Array {
  return secp256k1.getPublicKey(secret, false);
}

/** The account of a public key as wallets show it, with the capitals of EIP-55. @param owner 65 bytes */
export function ethereumAccount(owner: Uint8Array): string {
  const hex = Buffer.from(keccak(owner.subarray(1)).subarray(-ADDRESS_BYTES)).toString('hex');
  const marks = Buffer.from(keccakOf(hex)).toString('hex');
  return `0x${hex.replaceAll(/[a-f]/g, (digit, at: number) => (Number.parseInt(marks[at] ?? '0', 16) >= CAPITAL_FROM ? digit.toUpperCase() : digit))}`;
}

/** Signature type 7: typed data (EIP-712) with the message and the address. @param owner the address as text, 42 bytes. */
export function isTypedEthereumSigned(owner: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const text = Buffer.from(owner).toString('latin1');
  if (!ADDRESS.test(text)) return false;
  const address = Buffer.from(text.slice(2), 'hex');
  const content = keccak(TYPE, keccak(message), Buffer.alloc(WORD_BYTES - ADDRESS_BYTES), address);
  const key = signerOf(keccak(Buffer.from([0x19, 0x01]), DOMAIN, content), signature);
  return key !== null && address.equals(keccak(key.subarray(1)).subarray(-ADDRESS_BYTES));
}

/**
 * The public key that signed, 65 bytes; null where none did. A message has one signature only, since its id is the hash
 * of that: `s` in the lower half (EIP-2) and the last byte that belongs to it. The twin with the other byte or the other
 * `s`, which anybody can compute, would come again under a new id.
 */
function signerOf(hash: Uint8Array, signature: Uint8Array): Uint8Array | null {
  const recovery = (signature[SCALAR_BYTES] ?? 0) - V_FIRST;
  if (signature.length !== SCALAR_BYTES + 1 || (recovery !== 0 && recovery !== 1)) return null;
  const read = secp256k1.Signature.fromBytes(signature.subarray(0, SCALAR_BYTES), 'compact');
  return read.hasHighS() ? null : read.addRecoveryBit(recovery).recoverPublicKey(hash).toBytes(false);
}
