import type { SignedForm } from '../contract/signed-form.ts';
import { sha256 } from './hash.ts';
import { readLayout } from './layout.ts';
import { isSignatureValid } from './verify.ts';

/** Bytes of the flag before an optional field, and of the two counts before the tags (ANS-104 §1). */
const FLAG_BYTES = 1;
const COUNT_BYTES = 16;

/**
 * A data item as it was signed: where each field lies, and whether its id and its signature are right, both computed anew.
 * @param id what it goes by; @param from, limit which of its bytes come along.
 * @throws AoError ITEM_TRUNCATED, ITEM_MALFORMED, ITEM_TAGS_TOO_LARGE, ITEM_UNSIGNED.
 */
export async function signedForm(bytes: Uint8Array, id: string, from: number, limit: number): Promise<SignedForm> {
  const layout = readLayout(bytes);
  const { signature, owner, target, anchor, rawTags, data } = layout;
  const lengths = [
    ['signature type', 2],
    ['signature', signature.length],
    ['owner', owner.length],
    ['target', FLAG_BYTES + target.length],
    ['anchor', FLAG_BYTES + anchor.length],
    ['tag counts', COUNT_BYTES],
    ['tags', rawTags.length],
    ['data', data.length],
  ] as const;
  let at = 0;
  const fields = lengths.map(([name, length]) => {
    at += length;
    return { name, start: at - length, end: at };
  });
  return {
    fields,
    totalBytes: bytes.length,
    from,
    bytes: Buffer.from(bytes.subarray(from, from + limit)).toString('base64url'),
    isIdRight: sha256(signature).toString('base64url') === id,
    isSignatureValid: await isSignatureValid(layout),
  };
}
