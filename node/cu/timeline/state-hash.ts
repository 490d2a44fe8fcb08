import crypto, { createHash } from 'node:crypto';
import type { Changed, AnyMemory } from './changed.ts';
import { bytesOf, markedPlaces, pagesIn, stretches } from './changed.ts';
import { PAGE } from './difference.ts';

/** Of a SHA-256. */
const HASH_BYTES = 32;

/** As text of one character a byte: then no object is made for any of the hundreds of pages, but in the Node inside the oldest Electron. */
const pageHash: (page: Uint8Array) => string =
  'hash' in crypto ? (page) => crypto.hash('sha256', page, 'binary') : (page) => createHash('sha256').update(page).digest('binary');

/**
 * base64url SHA-256 over the whole state, by way of one for each page: equal memories, equal hashes, whatever the page lists were made from.
 * @param hashes of the pages, where they are known already
 */
export function imageHash(memory: AnyMemory, hashes = pageHashes(memory, null)): string {
  const header = new Float64Array([memory.byteLength, ...memory.registers]);
  return createHash('sha256').update(bytesOf(header)).update(bytesOf(memory.pages)).update(hashes).digest('base64url');
}

/**
 * SHA-256 of each page, one behind the other.
 * @param known how the pages differ from those of an image whose hashes are known: most are the same
 */
export function pageHashes(memory: AnyMemory, known: { readonly changed: Changed; readonly hashes: Uint8Array } | null): Uint8Array {
  const hashes = Buffer.alloc(memory.pages.length * HASH_BYTES);
  const { bytes, placeOf } = pagesIn(memory);
  const add = (index: number): void => {
    const start = placeOf(index) * PAGE;
    hashes.write(pageHash(bytes.subarray(start, start + PAGE)), index * HASH_BYTES, 'latin1');
  };
  if (known === null) for (let index = 0; index < memory.pages.length; index++) add(index);
  else {
    const { marks, before } = known.changed;
    for (const { start, end, was } of stretches(before, Number.POSITIVE_INFINITY))
      if (was >= 0) hashes.set(known.hashes.subarray(was * HASH_BYTES, (was + end - start) * HASH_BYTES), start * HASH_BYTES);
    for (const index of markedPlaces(marks)) add(index);
  }
  return hashes;
}
