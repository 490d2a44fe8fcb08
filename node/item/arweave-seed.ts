import { checkPrime, createHmac, type JsonWebKey } from 'node:crypto';

const MODULUS_BITS = 4096;
const PRIME_BITS = MODULUS_BITS / 2;
const E = 65_537n;
/** From one number without the factors 2, 3 and 5 to the next, beginning at 30k + 1. */
const STEPS = [6n, 4n, 2n, 4n, 2n, 4n, 6n, 2n] as const;

/**
 * The RSA key that wallets of Arweave derive from a BIP-39 seed. No standard says how; Wander (ArConnect) and arweave.app all do what the
 * package human-crypto-keys 0.1 does, so that is the format: the seed feeds an HMAC-DRBG (NIST SP 800-90A, SHA-256, no nonce), from which
 * two primes are drawn as node-forge's PRIMEINC draws them. The package itself is no longer kept and takes minutes, as it computes with
 * large numbers in JavaScript; here the primes are tested natively: about a second in Node, some ten in Electron, off the main thread.
 * @param seed 64 bytes, as BIP-39 has them
 */
export async function arweaveKeyOfSeed(seed: Uint8Array): Promise<JsonWebKey> {
  const draw = drbg(seed);
  let [p, q] = [await nextPrime(draw), await nextPrime(draw)];
  for (;;) {
    if (p < q) [p, q] = [q, p];
    // In this order, as each draw moves the generator on.
    if ((p - 1n) % E === 0n) p = await nextPrime(draw);
    else if ((q - 1n) % E === 0n || bitsOf(p * q) !== MODULUS_BITS) q = await nextPrime(draw);
    else return jwkOf(p, q);
  }
}

/** HMAC-DRBG with SHA-256, without nonce, personal text or new seeds. */
function drbg(seed: Uint8Array): (bytes: number) => Buffer {
  let key: Uint8Array = new Uint8Array(32);
  let value: Uint8Array = new Uint8Array(32).fill(1);
  const hmac = (...parts: readonly Uint8Array[]): Buffer => {
    const one = createHmac('sha256', key);
    for (const part of parts) one.update(part);
    return one.digest();
  };
  for (const at of [0, 1]) {
    key = hmac(value, Uint8Array.of(at), seed);
    value = hmac(value);
  }
  return (bytes) => {
    const out: Uint8Array[] = [];
    for (let length = 0; length < bytes; length += value.length) {
      value = hmac(value);
      out.push(value);
    }
    key = hmac(value, Uint8Array.of(0));
    value = hmac(value);
    return Buffer.concat(out).subarray(0, bytes);
  };
}

/** The first prime from a number on that is drawn. */
async function nextPrime(draw: (bytes: number) => Buffer): Promise<bigint> {
  let candidate = drawn(draw);
  for (let step = 0; ; step = (step + 1) % STEPS.length) {
    if (bitsOf(candidate) > PRIME_BITS) candidate = drawn(draw);
    if (await isPrime(candidate)) return candidate;
    candidate += STEPS[step] ?? 0n;
  }
}

/** A number of that many bits of the form 30k + 1. One byte more is drawn than is used, as jsbn does. */
function drawn(draw: (bytes: number) => Buffer): bigint {
  const bytes = draw(PRIME_BITS / 8 + 1).subarray(1);
  const number = BigInt(`0x${bytes.toString('hex')}`) | (1n << BigInt(PRIME_BITS - 1));
  return number + 31n - (number % 30n);
}

// In Electron there is undefined where Node has null for no error.
function isPrime(number: bigint): Promise<boolean> {
  return new Promise((resolve, reject) => checkPrime(number, (error, is) => (error instanceof Error ? reject(error) : resolve(is))));
}

function bitsOf(number: bigint): number {
  return number.toString(2).length;
}

function jwkOf(p: bigint, q: bigint): JsonWebKey {
  const d = inverse(E, (p - 1n) * (q - 1n));
  const parts = { n: p * q, e: E, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  return { kty: 'RSA', ...Object.fromEntries(Object.entries(parts).map(([name, number]) => [name, base64url(number)])) };
}

/** Its inverse modulo `of`, to which it is coprime (extended Euclid). */
function inverse(number: bigint, of: bigint): bigint {
  let [rest, next] = [of, number % of];
  let [factor, nextFactor] = [0n, 1n];
  while (next !== 0n) {
    const times = rest / next;
    [rest, next] = [next, rest - times * next];
    [factor, nextFactor] = [nextFactor, factor - times * nextFactor];
  }
  return factor < 0n ? factor + of : factor;
}

function base64url(number: bigint): string {
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}
