import { generateKeyPairSync } from 'node:crypto';
import { createData, EthereumSigner, HexSolanaSigner, ArweaveSigner, type Signer } from 'arbundles';
import * as fc from 'fast-check';
import { buildItem } from '../../../node/item/build.ts';
import { createWallet } from '../../../node/item/wallet.ts';

const TARGET = `${'A'.repeat(42)}E`;
const TAGS = [
  { name: 'Data-Protocol', value: 'ao' },
  { name: 'Type', value: 'Message' },
  { name: 'Action', value: 'Grüße' },
];

/** Signed items of every kind of key that people use, to begin from. */
export async function validItems(): Promise<readonly Uint8Array[]> {
  const jwk = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' });
  const ethereum = new EthereumSigner('11'.repeat(32));
  const arweave = new ArweaveSigner({ ...jwk, kty: 'RSA', e: 'AQAB', n: jwk.n ?? '' });
  const solana = new HexSolanaSigner('4wBqpZM9xaSheZzJSMawUKKwhdpChKbZ5eu5ky4Vigw'.padEnd(88, '1'));
  const foreign = await Promise.all([arweave, ethereum].map(signedBy));
  const odd = await signedBy(solana).catch(() => null);
  const wallet = createWallet();
  const own = [
    buildItem(wallet, { target: TARGET, anchor: 'x'.repeat(32), tags: TAGS, data: 'hello' }).bytes,
    buildItem(wallet, { tags: [], data: '' }).bytes,
    bundleOf(wallet, 3).bytes,
  ];
  return [...own, ...foreign, ...(odd === null ? [] : [odd])];
}

async function signedBy(signer: Signer): Promise<Uint8Array> {
  const item = createData('hello', signer, { target: TARGET, tags: TAGS });
  await item.sign(signer);
  return new Uint8Array(item.getRaw());
}

/** An item that carries a bundle of so many others. */
export function bundleOf(wallet: ReturnType<typeof createWallet>, count: number): ReturnType<typeof buildItem> {
  const items = Array.from({ length: count }, (_, n) => buildItem(wallet, { tags: [], data: `item ${n}` }));
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(32);
    bytes.writeUInt32LE(value, 0);
    return bytes;
  };
  const headers = items.flatMap(({ id, bytes }) => [number(bytes.length), Buffer.from(id, 'base64url')]);
  const data = Buffer.concat([number(count), ...headers, ...items.map(({ bytes }) => bytes)]);
  const tags = [
    { name: 'Bundle-Format', value: 'binary' },
    { name: 'Bundle-Version', value: '2.0.0' },
  ];
  return buildItem(wallet, { tags, data });
}

/** What one change does to bytes. */
type Change = (bytes: Uint8Array) => Uint8Array;

const INTERESTING = [0, 1, 2, 3, 4, 5, 6, 7, 0x7f, 0x80, 0xff];

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(
    ([at, bits]): Change =>
      (bytes) =>
        turned(bytes, at, bits),
  ),
  fc.tuple(fc.nat(), fc.constantFrom(...INTERESTING), fc.integer({ min: 1, max: 16 })).map(([at, value, length]): Change => (bytes) => {
    const start = bytes.length === 0 ? 0 : at % bytes.length;
    return Uint8Array.from(bytes).fill(value, start, start + length);
  }),
  fc.nat().map(
    (at): Change =>
      (bytes) =>
        bytes.slice(0, bytes.length === 0 ? 0 : at % bytes.length),
  ),
  fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 64 })).map(([at, more]): Change => (bytes) => {
    const place = at % (bytes.length + 1);
    return new Uint8Array(Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)]));
  }),
  fc.tuple(fc.nat(), fc.nat(400)).map(([at, length]): Change => (bytes) => {
    const place = at % (bytes.length + 1);
    return new Uint8Array(Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + length)]));
  }),
);

function turned(bytes: Uint8Array, at: number, bits: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  copy[place] = (copy[place] ?? 0) ^ bits;
  return copy;
}

/** Bytes that were a signed item once: whole, changed in some places, or never one. */
export function itemBytes(valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const changed = fc
    .tuple(fc.constantFrom(...valid), fc.array(change, { maxLength: 3 }))
    .map(([bytes, changes]) => changes.reduce((now, one) => one(now), bytes));
  return fc.oneof({ weight: 8, arbitrary: changed }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 1_500 }) });
}
