import { createHash } from 'node:crypto';
import { AoError } from '../contract/errors.ts';

/** The text of a file without a byte order mark. @throws AoError FILE_NOT_TEXT. */
export function decodeText(bytes: Uint8Array, path: string): string {
  if (bytes.includes(0)) throw new AoError('FILE_NOT_TEXT', { path });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AoError('FILE_NOT_TEXT', { path });
  }
}

/** A name for exactly this content. */
export function versionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}
