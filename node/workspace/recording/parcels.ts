import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { AoError } from '../../contract/errors.ts';
import { fileError } from '../file-errors.ts';

/**
 * Recordings on their way between a window and this computer, piece by piece: a browser neither writes to a folder of the
 * node nor tells where a file lies that was dropped on it.
 */
export interface Parcels {
  /** A path for a file that a window is going to take away. */
  outgoing(name: string): Promise<string>;
  /** Is it one of those? */
  isOutgoing(file: string): boolean;
  /** A piece of it; after its last piece it is gone. @throws AoError FILE_MISSING. */
  read(file: string, offset: number): Promise<{ readonly data: string; readonly next: number | null }>;
  discard(file: string): Promise<void>;
  /** Takes in the next piece of a file. @throws AoError FILE_MISSING for an upload that nobody began, FILE_UNREADABLE. */
  receive(upload: string | null, name: string, data: Uint8Array, isLast: boolean): Promise<{ upload: string; file: string | null }>;
}

/** Bytes of one piece; as base64 it crosses the window's link as one message. */
export const PIECE_BYTES = 4 * 1024 * 1024;
/** How the folders of received files begin. */
export const RECEIVED = 'received-';
/** A larger recording is opened by its path. */
const RECEIVED_MAX = 2 * 1024 * 1024 * 1024;

/** @param folder where received files stand until they are opened. */
export function createParcels(folder: string): Parcels {
  const out = new Set<string>();
  const uploads = new Map<string, { readonly file: string; bytes: number }>();
  const discard = async (file: string): Promise<void> => {
    if (!out.delete(file)) return;
    await rm(dirname(file), { recursive: true, force: true });
  };
  return {
    async outgoing(name) {
      const file = join(await mkdtemp(join(tmpdir(), 'aoscope-export-')), fileName(name));
      out.add(file);
      return file;
    },
    isOutgoing: (file) => out.has(file),
    discard,
    async read(file, offset) {
      if (!out.has(file)) throw new AoError('FILE_MISSING', { path: file });
      const handle = await open(file, 'r').catch((error: unknown) => {
        throw fileError(error, file);
      });
      let piece: Buffer;
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, offset);
        piece = buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
      const isLast = piece.length < PIECE_BYTES;
      if (isLast) await discard(file);
      return { data: piece.toString('base64url'), next: isLast ? null : offset + piece.length };
    },
    async receive(upload, name, data, isLast) {
      const key = upload ?? randomUUID();
      if (upload === null) {
        await mkdir(folder, { recursive: true });
        uploads.set(key, { file: join(await mkdtemp(join(folder, RECEIVED)), fileName(name)), bytes: 0 });
      }
      const known = uploads.get(key);
      if (known === undefined) throw new AoError('FILE_MISSING', { path: name });
      known.bytes += data.length;
      if (known.bytes > RECEIVED_MAX) {
        uploads.delete(key);
        await rm(dirname(known.file), { recursive: true, force: true });
        throw new AoError('FILE_UNREADABLE', { path: name, reason: 'it is more than a window can hand over; open it by its path' });
      }
      await appendFile(known.file, data).catch((error: unknown) => {
        throw fileError(error, known.file);
      });
      if (isLast) uploads.delete(key);
      return { upload: key, file: isLast ? known.file : null };
    },
  };
}

/** The last part of a name, without what a file system might mind. */
function fileName(name: string): string {
  return (
    basename(name.replaceAll('\\', '/'))
      .replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-')
      .slice(-120) || 'recording.aoscope'
  );
}
