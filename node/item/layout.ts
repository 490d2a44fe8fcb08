import { AoError } from '../contract/errors.ts';
import type { Tag } from '../contract/item.ts';
import { readTagBlock } from './tag-block.ts';

/** ANS-104: tags take at most this many bytes. */
export const TAG_BYTES_MAX = 4096;

/** ANS-104 §2 and what arbundles knows beyond it: bytes of signature and public key by signature type. */
const LENGTHS: ReadonlyMap<number, { readonly signature: number; readonly owner: number }> = new Map([
  [1, { signature: 512, owner: 512 }],
  [2, { signature: 64, owner: 32 }],
  [3, { signature: 65, owner: 65 }],
  [4, { signature: 64, owner: 32 }],
  [5, { signature: 64, owner: 32 }],
  [6, { signature: 64 * 32 + 4, owner: 32 * 32 + 1 }],
  [7, { signature: 65, owner: 42 }],
]);

/** The numbers of the signature types that are known. */
export const SIGNATURE_TYPES: readonly number[] = [...LENGTHS.keys()];

/** @throws AoError ITEM_MALFORMED for a type that nobody knows. */
export function lengthsOf(signatureType: number): { readonly signature: number; readonly owner: number } {
  const lengths = LENGTHS.get(signatureType);
  if (lengths === undefined) throw new AoError('ITEM_MALFORMED', { reason: `signature type ${signatureType} is unknown` });
  return lengths;
}

/** Where each field of a data item lies; `tags` are decoded. All arrays are views into the item's bytes. */
export interface ItemLayout {
  readonly signatureType: number;
  readonly signature: Uint8Array;
  readonly owner: Uint8Array;
  /** Empty when absent. */
  readonly target: Uint8Array;
  readonly anchor: Uint8Array;
  readonly rawTags: Uint8Array;
  readonly tags: readonly Tag[];
  readonly data: Uint8Array;
}

/**
 * Cuts a data item into its fields (ANS-104 §1; protocol sheet §1.1). Checks every length before it reads.
 * @throws AoError ITEM_TRUNCATED, ITEM_MALFORMED, ITEM_TAGS_TOO_LARGE, ITEM_UNSIGNED.
 */
export function readLayout(bytes: Uint8Array): ItemLayout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number, part: string): Uint8Array => {
    if (at + length > bytes.length) throw new AoError('ITEM_TRUNCATED', { part });
    at += length;
    return bytes.subarray(at - length, at);
  };
  take(2, 'signature type');
  const signatureType = view.getUint16(0, true);
  const lengths = lengthsOf(signatureType);
  const signature = take(lengths.signature, 'signature');
  const owner = take(lengths.owner, 'public key');
  const optional = (part: string): Uint8Array => {
    const flag = take(1, part)[0];
    if (flag === 0) return new Uint8Array();
    if (flag !== 1) throw new AoError('ITEM_MALFORMED', { reason: `the ${part} flag is ${flag}, not 0 or 1` });
    return take(32, part);
  };
  const target = optional('target');
  const anchor = optional('anchor');
  take(16, 'tag counts');
  const tagCount = Number(view.getBigUint64(at - 16, true));
  const tagBytes = Number(view.getBigUint64(at - 8, true));
  if (tagBytes > TAG_BYTES_MAX) throw new AoError('ITEM_TAGS_TOO_LARGE', { bytes: tagBytes });
  const rawTags = take(tagBytes, 'tags');
  const tags = readTags(rawTags, tagCount);
  if (signature.every((byte) => byte === 0)) throw new AoError('ITEM_UNSIGNED');
  return { signatureType, signature, owner, target, anchor, rawTags, tags, data: bytes.subarray(at) };
}

function readTags(raw: Uint8Array, count: number): Tag[] {
  if (count === 0 && raw.length === 0) return [];
  const tags = readTagBlock(raw);
  if (tags.length !== count) throw new AoError('ITEM_MALFORMED', { reason: `it announces ${count} tags and has ${tags.length}` });
  return tags;
}
