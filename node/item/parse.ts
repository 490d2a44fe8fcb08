import { toAddress, toItemId } from '../contract/ids.ts';
import type { Item } from '../contract/item.ts';
import { AoError } from '../contract/errors.ts';
import { sha256 } from './hash.ts';
import { readLayout, type ItemLayout } from './layout.ts';
import { isSignatureValid } from './verify.ts';

const ETHEREUM = 3;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A data item from outside: parsed and its signature verified. The one door for bytes that strangers send.
 * @param limit most bytes that are taken.
 * @throws AoError ITEM_TOO_LARGE, ITEM_TRUNCATED, ITEM_MALFORMED, ITEM_TAGS_TOO_LARGE, ITEM_UNSIGNED, ITEM_BAD_SIGNATURE.
 */
export async function openItem(bytes: Uint8Array, limit: number): Promise<Item> {
  if (bytes.length > limit) throw new AoError('ITEM_TOO_LARGE', { bytes: bytes.length, limit });
  const layout = readLayout(bytes);
  if (!(await isSignatureValid(layout))) throw new AoError('ITEM_BAD_SIGNATURE');
  return toItem(layout);
}

/**
 * A data item that one of our own units verified or signed: parsed, not verified again.
 * @throws AoError as {@link openItem}, except for the signature.
 */
export function trustItem(bytes: Uint8Array): Item {
  return toItem(readLayout(bytes));
}

function toItem(layout: ItemLayout): Item {
  return {
    id: toItemId(sha256(layout.signature).toString('base64url')),
    signatureType: layout.signatureType,
    signature: Buffer.from(layout.signature).toString('base64url'),
    owner: Buffer.from(layout.owner).toString('base64url'),
    address: addressOf(layout.signatureType, layout.owner),
    target: Buffer.from(layout.target).toString('base64url'),
    anchor: anchorText(layout.anchor),
    tags: layout.tags,
    data: decodeText(layout.data),
    dataBytes: layout.data.length,
  };
}

/** base64url(SHA-256(key)); the SU reports Ethereum keys in this form too (protocol §1.1). */
function addressOf(signatureType: number, owner: Uint8Array): Item['address'] {
  return toAddress(sha256(signatureType === ETHEREUM ? owner.subarray(0, 65) : owner).toString('base64url'));
}

/** The text of bytes that are valid UTF-8, otherwise null. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** Anchors are 32 bytes; clients write printable text into them, and the reference SU shows that text (protocol §3.2). */
function anchorText(bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
    ? Buffer.from(bytes).toString('latin1')
    : Buffer.from(bytes).toString('base64url');
}
