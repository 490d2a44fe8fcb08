import { AoError } from '../contract/errors.ts';
import { tagValue, type Tag } from '../contract/item.ts';

/** Where one item of a bundle lies in the bundle's data. */
export interface BundlePlace {
  /** Its id as the header announces it, base64url. */
  readonly id: string;
  readonly start: number;
  readonly size: number;
}

/** The tags of an item that carries a bundle. */
export const BUNDLE_TAGS: readonly Tag[] = [
  { name: 'Bundle-Format', value: 'binary' },
  { name: 'Bundle-Version', value: '2.0.0' },
];

const NUMBER_BYTES = 32;
const HEADER_BYTES = 64;

/** Does an item with these tags carry a bundle (protocol §1.2)? */
export function isBundle(tags: readonly Tag[]): boolean {
  return BUNDLE_TAGS.every(({ name, value }) => tagValue(tags, name) === value);
}

/**
 * The places of the items in a bundle (ANS-104): a count, a header of size and id for each item, then the items.
 * Checks every length before it reads.
 * @throws AoError BUNDLE_BROKEN.
 */
export function readBundle(data: Uint8Array): BundlePlace[] {
  const count = readNumber(data, 0, 'its count');
  let start = NUMBER_BYTES + count * HEADER_BYTES;
  if (start > data.length) throw new AoError('BUNDLE_BROKEN', { reason: `it announces ${count} items and ends within their headers` });
  const places: BundlePlace[] = [];
  for (let index = 0; index < count; index++) {
    const header = NUMBER_BYTES + index * HEADER_BYTES;
    const size = readNumber(data, header, `the size of item ${index}`);
    if (start + size > data.length) throw new AoError('BUNDLE_BROKEN', { reason: `it ends within item ${index}` });
    const id = Buffer.from(data.subarray(header + NUMBER_BYTES, header + HEADER_BYTES)).toString('base64url');
    places.push({ id, start, size });
    start += size;
  }
  return places;
}

/** Signed items as the data of one that carries {@link BUNDLE_TAGS}. */
export function writeBundle(items: readonly { readonly id: string; readonly bytes: Uint8Array }[]): Uint8Array {
  const headers = items.flatMap(({ id, bytes }) => [numberOf(bytes.length), Buffer.from(id, 'base64url')]);
  return Buffer.concat([numberOf(items.length), ...headers, ...items.map(({ bytes }) => bytes)]);
}

function numberOf(value: number): Uint8Array {
  const bytes = Buffer.alloc(NUMBER_BYTES);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** 32 bytes, little endian. */
function readNumber(data: Uint8Array, at: number, part: string): number {
  if (at + NUMBER_BYTES > data.length) throw new AoError('BUNDLE_BROKEN', { reason: `it ends before ${part}` });
  const view = new DataView(data.buffer, data.byteOffset + at, NUMBER_BYTES);
  const value = view.getBigUint64(0, true);
  const isLarge =
    view.getBigUint64(8, true) + view.getBigUint64(16, true) + view.getBigUint64(24, true) > 0n || value > BigInt(data.length);
  if (isLarge) throw new AoError('BUNDLE_BROKEN', { reason: `${part} is larger than the bundle` });
  return Number(value);
}
