import type { Link } from './link.ts';

/** Bytes that go to the node in one message. */
const PIECE_BYTES = 2 * 1024 * 1024;
const CHUNK = 0x8000;

/** How far a file is on its way. */
export type OnBytes = (bytes: number) => void;

/** Bytes as the contract carries them. */
export function base64url(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The other way. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}

/** Takes a file away from the node that an export without a path has made; it is gone there afterwards. @throws AoError as recording.read. */
export async function takeAway(link: Link, file: string, onBytes: OnBytes, signal: AbortSignal): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for (let next: number | null = 0; next !== null;) {
    const piece: { readonly data: string; readonly next: number | null } = await link.ask('recording.read', { file, offset: next }, signal);
    const part = bytesOf(piece.data);
    pieces.push(part);
    bytes += part.length;
    onBytes(bytes);
    next = piece.next;
  }
  return new Blob(pieces, { type: 'application/octet-stream' });
}

/** Hands a file over to the node. @returns the path by which it opens it. @throws AoError as recording.receive. */
export async function handIn(link: Link, file: File, onBytes: OnBytes): Promise<string> {
  let upload: string | null = null;
  for (let at = 0; ; at += PIECE_BYTES) {
    const isLast = at + PIECE_BYTES >= file.size;
    const data = base64url(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
    const taken: { readonly upload: string; readonly file: string | null } = await link.ask('recording.receive', {
      upload,
      name: file.name,
      data,
      isLast,
    });
    onBytes(Math.min(at + PIECE_BYTES, file.size));
    upload = taken.upload;
    if (taken.file !== null) return taken.file;
  }
}
