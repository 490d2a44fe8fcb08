import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import {
  ArweaveSigner,
  createData,
  EthereumSigner,
  HexSolanaSigner,
  InjectedAptosSigner,
  MultiSignatureAptosSigner,
  TypedEthereumSigner,
  type DataItem,
  type Signer,
} from 'arbundles';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from './hash.ts';
import { resignedBytes } from './resigned.ts';
import { openItem } from './parse.ts';

const LIMIT = 1024 * 1024;
const ETHEREUM_KEY = '11'.repeat(32);

interface Ed25519 {
  readonly key: KeyObject;
  readonly owner: Buffer;
}
function ed25519(): Ed25519 {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { key: privateKey, owner: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url') };
}

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
function base58(bytes: Uint8Array): string {
  let [value, text] = [BigInt(`0x${Buffer.from(bytes).toString('hex')}`), ''];
  for (; value > 0n; value /= 58n) text = (ALPHABET[Number(value % 58n)] ?? '') + text;
  // Each byte of zero in front is a digit of its own.
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return '1'.repeat(Math.max(0, zeros)) + text;
}

function arweave(): Signer {
  const jwk = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' });
  return new ArweaveSigner({ ...jwk, kty: 'RSA', e: 'AQAB', n: jwk.n ?? '' });
}
function solana(): Signer {
  const { key, owner } = ed25519();
  const seed = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');
  return new HexSolanaSigner(base58(Buffer.concat([seed, owner])));
}
function aptos(): Signer {
  const { key, owner } = ed25519();
  const provider = {
    signMessage: async ({ message, nonce }: { readonly message: string; readonly nonce: string }) => ({
      signature: sign(null, Buffer.from(`APTOS\nmessage: ${message}\nnonce: ${nonce}`), key).toString('hex'),
    }),
  };
  // Of a wallet's many functions it calls this one.
  return Reflect.construct(InjectedAptosSigner, [provider, owner]) as InjectedAptosSigner;
}
/** Two of three parties. */
function aptosMulti(signing: readonly number[] = [0, 2], threshold = 2): Signer {
  const parties = [ed25519(), ed25519(), ed25519()];
  const owner = Buffer.alloc(32 * 32 + 1);
  parties.forEach((party, index) => owner.set(party.owner, index * 32));
  owner[1024] = threshold;
  return new MultiSignatureAptosSigner(owner, async (message) => ({
    signatures: signing.map((party) => sign(null, message, parties[party]?.key ?? '')),
    bitmap: [...signing],
  }));
}

const KINDS: Readonly<Record<number, () => Signer>> = {
  1: arweave,
  3: () => new EthereumSigner(ETHEREUM_KEY),
  4: solana,
  5: aptos,
  6: aptosMulti,
  7: () => new TypedEthereumSigner(ETHEREUM_KEY),
};

async function signed(signer: Signer, data = 'hello'): Promise<DataItem> {
  const item = createData(data, signer, { tags: [{ name: 'Action', value: 'Grüße' }] });
  await item.sign(signer);
  return item;
}
const refused = (bytes: Uint8Array): Promise<void> =>
  expect(openItem(bytes, LIMIT)).rejects.toMatchObject({ code: expect.stringMatching(/^ITEM_(BAD_SIGNATURE|UNSIGNED)$/) as string });
/** The same content under other bytes of signature. */
async function under(item: DataItem, change: (signature: Buffer) => Buffer): Promise<Uint8Array> {
  const bytes = Buffer.from(item.getRaw());
  change(Buffer.from(item.rawSignature)).copy(bytes, 2);
  return bytes;
}

describe('an item that another library signed', () => {
  it.each(Object.entries(KINDS))('with a signature of type %s is taken under its owner, and no changed byte of it', async (kind, make) => {
    const signer = make();
    const item = await signed(signer);
    const bytes = Buffer.from(item.getRaw());
    const opened = await openItem(bytes, LIMIT);
    expect(opened).toMatchObject({
      signatureType: Number(kind),
      id: item.id,
      data: 'hello',
      address: sha256(Buffer.from(signer.publicKey)).toString('base64url'),
    });
    // Its kind is not shown, and several have keys of one length.
    expect(await resignedBytes(opened, LIMIT)).toEqual(bytes);
    const { length } = item.rawSignature;
    await fc.assert(
      fc.asyncProperty(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        await refused(await under(item, (own) => Buffer.from(own.map((byte, place) => (place === at ? byte ^ bits : byte)))));
      }),
      { numRuns: 40 },
    );
    const changed = Buffer.from(bytes);
    changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
    await refused(changed);
    // Somebody else's name on it.
    const other = Buffer.from(bytes);
    Buffer.from((await signed(KINDS[Number(kind)]?.() ?? signer)).rawOwner).copy(other, 2 + length);
    if (!other.equals(bytes)) await refused(other);
  });
});

describe('the twins of an Ethereum signature, which anybody can compute', () => {
  const twins = (signature: Buffer): Buffer[] => {
    const s = BigInt(`0x${signature.subarray(32, 64).toString('hex')}`);
    const otherS = Buffer.from((secp256k1.Point.CURVE().n - s).toString(16).padStart(64, '0'), 'hex');
    const v = signature[64] ?? 0;
    const made = (low: Uint8Array, byte: number): Buffer => Buffer.concat([signature.subarray(0, 32), low, Buffer.from([byte])]);
    const own = signature.subarray(32, 64);
    return [made(own, 55 - v), made(otherS, v), made(otherS, 55 - v), made(own, v - 27), made(own, v + 8), made(own, v + 10)];
  };
  it.each([3, 7])('of type %s are not taken, the message itself always is', async (kind) => {
    for (let round = 0; round < 12; round++) {
      const key = randomBytes(32).toString('hex');
      const item = await signed(kind === 3 ? new EthereumSigner(key) : new TypedEthereumSigner(key), `round ${round}`);
      expect((await openItem(item.getRaw(), LIMIT)).id).toBe(item.id);
      for (const twin of twins(Buffer.from(item.rawSignature))) await refused(await under(item, () => twin));
    }
  });
});

describe('an item of several Aptos parties', () => {
  it('without any signature, or with too few, is refused', async () => {
    await refused((await signed(aptosMulti([]))).getRaw());
    await refused((await signed(aptosMulti([1]))).getRaw());
    await refused((await signed(aptosMulti([0, 1, 2]))).getRaw());
    await refused((await signed(aptosMulti([0], 0))).getRaw());
    await refused(await under(await signed(aptosMulti()), (own) => own.fill(1, 64, 128)));
  });
  it('names its threshold as a number or, as arbundles does, as a digit', async () => {
    expect((await openItem((await signed(aptosMulti([1, 2], 0x32))).getRaw(), LIMIT)).signatureType).toBe(6);
  });
});
