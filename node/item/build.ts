import { AoError } from '../contract/errors.ts';
import { toItemId, type ItemId } from '../contract/ids.ts';
import type { Tag } from '../contract/item.ts';
import { sha256 } from './hash.ts';
import { lengthsOf, TAG_BYTES_MAX, type ItemLayout } from './layout.ts';
import { writeTagBlock } from './tag-block.ts';
import { signedBytes } from './verify.ts';
import type { Wallet } from './wallet.ts';

/** The fields of an item that is about to be signed. */
export interface ItemFields {
  /** An item id, base64url; absent for none. */
  readonly target?: string;
  /** Exactly 32 bytes of text, or absent. */
  readonly anchor?: string;
  readonly tags: readonly Tag[];
  readonly data: string | Uint8Array;
}

export interface SignedItem {
  readonly id: ItemId;
  readonly bytes: Uint8Array;
  /** The bytes as base64url, for a port. */
  readonly raw: string;
}

/**
 * Builds and signs a data item (ANS-104 §1) with `wallet`.
 * @throws AoError ITEM_TAGS_TOO_LARGE, or ITEM_MALFORMED when a field does not fit (an anchor of other than 32 bytes).
 */
export function buildItem(wallet: Wallet, fields: ItemFields): SignedItem {
  const { owner, signatureType } = wallet;
  const target = optionalField('target', fields.target, 'base64url');
  const anchor = optionalField('anchor', fields.anchor, 'utf8');
  const rawTags = writeTagBlock(fields.tags);
  if (rawTags.length > TAG_BYTES_MAX) throw new AoError('ITEM_TAGS_TOO_LARGE', { bytes: rawTags.length });
  const data = typeof fields.data === 'string' ? Buffer.from(fields.data, 'utf8') : fields.data;
  const signature = wallet.sign(signedBytes({ signatureType, owner, target, anchor, rawTags, data }));
  const { signature: expected } = lengthsOf(signatureType);
  if (signature.length !== expected) throw new Error(`a signature of ${signature.length} bytes where ${expected} belong`);
  const bytes = Buffer.concat([itemHead({ signatureType, signature, owner, target, anchor, rawTags, tagCount: fields.tags.length }), data]);
  return { id: toItemId(sha256(signature).toString('base64url')), bytes, raw: bytes.toString('base64url') };
}

/** The fields of a signed item without its data, as bytes; target and anchor are empty where there is none. */
export interface HeadFields extends Pick<ItemLayout, 'signatureType' | 'signature' | 'owner' | 'target' | 'anchor' | 'rawTags'> {
  readonly tagCount: number;
}

/** All of an item before its data (ANS-104 §1). */
export function itemHead({ signatureType, signature, owner, target, anchor, rawTags, tagCount }: HeadFields): Buffer {
  const type = Buffer.alloc(2);
  type.writeUInt16LE(signatureType);
  const counts = Buffer.alloc(16);
  counts.writeBigUInt64LE(BigInt(tagCount), 0);
  counts.writeBigUInt64LE(BigInt(rawTags.length), 8);
  return Buffer.concat([type, signature, owner, flag(target), target, flag(anchor), anchor, counts, rawTags]);
}

/** A field of 32 bytes; none where it is absent or empty. */
function optionalField(name: string, text: string | undefined, encoding: 'base64url' | 'utf8'): Uint8Array {
  const bytes = Buffer.from(text ?? '', encoding);
  if (bytes.length !== 0 && bytes.length !== 32)
    throw new AoError('ITEM_MALFORMED', { reason: `the ${name} has ${bytes.length} bytes, not 32` });
  return bytes;
}

function flag(field: Uint8Array): Uint8Array {
  return Uint8Array.of(field.length === 0 ? 0 : 1);
}
