import { createHash } from 'node:crypto';

/** SHA-256 of the parts joined, as bytes. */
export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** SHA-256 of a text's UTF-8 bytes, base64url. */
export function sha256Text(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

/** A tree of byte strings, as Arweave's deep hash takes it. */
export type DeepHashChunk = Uint8Array | readonly DeepHashChunk[];

/**
 * Arweave's deep hash (SHA-384): what a data item's signature covers. Synchronous, so that the scheduler can sign
 * without giving up its turn; `hash.test.ts` compares it with arbundles.
 */
export function deepHash(chunk: DeepHashChunk): Buffer {
  if (chunk instanceof Uint8Array) return sha384(markOf(`blob${chunk.length}`), sha384(chunk));
  let folded = markOf(`list${chunk.length}`);
  for (const part of chunk) folded = sha384(folded, deepHash(part));
  return folded;
}

/** Hashes of what stands before short blobs and lists: the same few again and again. */
const MARKS_KEPT = 4_096;
const marks = new Map<string, Buffer>();

function markOf(text: string): Buffer {
  const known = marks.get(text);
  if (known !== undefined) return known;
  const mark = sha384(Buffer.from(text));
  if (marks.size < MARKS_KEPT) marks.set(text, mark);
  return mark;
}

function sha384(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha384');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
