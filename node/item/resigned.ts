import type { Item } from '../contract/item.ts';
import { itemHead } from './build.ts';
import { openItem } from './parse.ts';
import { writeTagBlock } from './tag-block.ts';

/** What somebody shows of a signed item: all of it but its bytes. */
export type ShownItem = Pick<Item, 'id' | 'signature' | 'owner' | 'target' | 'anchor' | 'tags'> & { readonly data: string | null };

/** Lengths of public keys in bytes, by signature type (ANS-104). */
const TYPES: Readonly<Record<number, number>> = { 512: 1, 32: 2, 65: 3, 1025: 6, 42: 7 };
/** An anchor that is no text is shown as base64url of its 32 bytes. */
const ANCHOR_ENCODED = 43;

/**
 * The bytes of an item as they were signed, put together again from what is shown of it, with id and signature checked.
 * @returns null where they do not come out: what is shown is not what was signed, or was not shown exactly.
 */
export async function resignedBytes(shown: ShownItem, limit: number): Promise<Uint8Array | null> {
  const owner = Buffer.from(shown.owner, 'base64url');
  const signatureType = TYPES[owner.length];
  if (signatureType === undefined || shown.data === null) return null;
  const head = itemHead({
    signatureType,
    signature: Buffer.from(shown.signature, 'base64url'),
    owner,
    target: Buffer.from(shown.target, 'base64url'),
    anchor: Buffer.from(shown.anchor, shown.anchor.length === ANCHOR_ENCODED ? 'base64url' : 'utf8'),
    rawTags: writeTagBlock(shown.tags),
    tagCount: shown.tags.length,
  });
  const bytes = Buffer.concat([head, Buffer.from(shown.data, 'utf8')]);
  try {
    return (await openItem(bytes, limit)).id === shown.id ? bytes : null;
  } catch {
    return null;
  }
}
