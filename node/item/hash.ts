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
  if (chunk instanceof Uint8Array) return sha384(Buffer.concat([sha384(`blob${chunk.length}`), sha384(chunk)]));
  let folded = sha384(`list${chunk.length}`);
  for (const part of chunk) folded = sha384(Buffer.concat([folded, deepHash(part)]));
  return folded;
}

function sha384(input: string | Uint8Array): Buffer {
  return createHash('sha384').update(input).digest();
}
