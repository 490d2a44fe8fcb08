import { createData, type Signer } from 'arbundles';
import { AoError, reasonOf } from '../contract/errors.ts';
import { toItemId, type ItemId } from '../contract/ids.ts';
import type { Tag } from '../contract/item.ts';
import { sha256 } from './hash.ts';
import { readLayout, TAG_BYTES_MAX } from './layout.ts';
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
 * Builds and signs a data item (ANS-104) with `wallet`.
 * @throws AoError ITEM_TAGS_TOO_LARGE, or ITEM_MALFORMED when a field does not fit (an anchor of other than 32 bytes).
 */
export function buildItem(wallet: Wallet, fields: ItemFields): SignedItem {
  const item = unsigned(wallet, fields);
  const bytes = item.getRaw();
  const signature = Buffer.from(wallet.sign(signedBytes(readFields(bytes, wallet))));
  bytes.set(signature, 2);
  return { id: toItemId(sha256(signature).toString('base64url')), bytes, raw: Buffer.from(bytes).toString('base64url') };
}

function unsigned(wallet: Wallet, fields: ItemFields): ReturnType<typeof createData> {
  const signer: Signer = {
    publicKey: Buffer.from(wallet.owner),
    signatureType: wallet.signatureType,
    signatureLength: 64,
    ownerLength: wallet.owner.length,
    sign: (message) => wallet.sign(message),
  };
  const options = {
    tags: fields.tags.map(({ name, value }) => ({ name, value })),
    ...(fields.target === undefined || fields.target === '' ? {} : { target: fields.target }),
    ...(fields.anchor === undefined || fields.anchor === '' ? {} : { anchor: fields.anchor }),
  };
  const tagBytes = fields.tags.reduce((sum, tag) => sum + Buffer.byteLength(tag.name) + Buffer.byteLength(tag.value) + 4, 0);
  if (tagBytes > TAG_BYTES_MAX) throw new AoError('ITEM_TAGS_TOO_LARGE', { bytes: tagBytes });
  try {
    return createData(fields.data, signer, options);
  } catch (error) {
    throw new AoError('ITEM_MALFORMED', { reason: reasonOf(error) });
  }
}

/** The layout of bytes that are not signed yet: a placeholder stands where the signature will. */
function readFields(bytes: Uint8Array, wallet: Wallet): ReturnType<typeof readLayout> {
  bytes[2] = 1;
  const layout = readLayout(bytes);
  return { ...layout, owner: wallet.owner };
}
