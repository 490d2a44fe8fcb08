import type { Item } from '../contract/item.ts';
import { itemHead } from './build.ts';
import { lengthsOf, SIGNATURE_TYPES } from './layout.ts';
import { openItem } from './parse.ts';
import { writeTagBlock } from './tag-block.ts';

/** What somebody shows of a signed item: all of it but its bytes. */
export type ShownItem = Pick<Item, 'id' | 'signature' | 'owner' | 'target' | 'anchor' | 'tags'> & { readonly data: string | null };

/** An anchor that is no text is shown as base64url of its 32 bytes. */
const ANCHOR_ENCODED = 43;

/**
 * The bytes of an item as they were signed, put together again from what is shown of it, with id and signature checked.
 * @returns null where they do not come out: what is shown is not what was signed, or was not shown exactly.
 */
export async function resignedBytes(shown: ShownItem, limit: number): Promise<Uint8Array | null> {
  const owner = Buffer.from(shown.owner, 'base64url');
  if (shown.data === null) return null;
  const signature = Buffer.from(shown.signature, 'base64url');
  const data = Buffer.from(shown.data, 'utf8');
  const fields = {
    signature,
    owner,
    target: Buffer.from(shown.target, 'base64url'),
    anchor: Buffer.from(shown.anchor, shown.anchor.length === ANCHOR_ENCODED ? 'base64url' : 'utf8'),
    rawTags: writeTagBlock(shown.tags),
    tagCount: shown.tags.length,
  };
  // Several kinds of signature have keys of one length, and nobody shows the kind.
  for (const signatureType of SIGNATURE_TYPES) {
    const lengths = lengthsOf(signatureType);
    if (lengths.owner !== owner.length || lengths.signature !== signature.length) continue;
    const bytes = Buffer.concat([itemHead({ signatureType, ...fields }), data]);
    const item = await openItem(bytes, limit).catch(() => null);
    if (item?.id === shown.id) return bytes;
  }
  return null;
}
