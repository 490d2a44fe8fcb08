import { generateTransactionChunks, MAX_CHUNK_SIZE, validatePath } from 'arweave/node/lib/merkle.js';
import { z } from 'zod';
import { AoError } from '../contract/errors.ts';
import { sha256 } from '../item/hash.ts';
import { bytesOf, numberOf, type Database } from '../store/database.ts';

/** Data is known by the root of its proofs and its size. */
export interface DataRoot {
  /** base64url. */
  readonly root: string;
  readonly size: number;
}

/** A part of some data, proved to stand at its place. */
export interface Chunk {
  readonly start: number;
  /** One byte after its last. */
  readonly end: number;
  /** The proof, from the root down to the chunk. */
  readonly path: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Arweave's limit of a proof. */
const PATH_BYTES_MAX = 262_144;
const HASH_BYTES = 32;
/** The last part of a proof: the chunk's hash and where it ends. */
const LEAF_BYTES = 64;

export const CHUNKS_TABLE = `CREATE TABLE chunks (
  root TEXT NOT NULL, size INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, path BLOB NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (root, size, start));`;

/** Chunks whose transaction waits for others, and the proofs of all. */
export interface ChunkStore {
  /** Call it within a transaction. */
  put(data: DataRoot, chunk: Chunk): void;
  /** Are all chunks there? */
  isWhole(data: DataRoot): boolean;
  /** The data of chunks that are whole; null when it was released. */
  join(data: DataRoot): Uint8Array | null;
  /** Forgets the bytes and keeps the proofs: a transaction holds the data now. Call it within a transaction. */
  release(data: DataRoot): void;
  /** The proved place that holds byte `at`. */
  placeOf(data: DataRoot, at: number): Omit<Chunk, 'bytes'> | null;
}

export function createChunkStore(database: Database): ChunkStore {
  const whereRoot = 'FROM chunks WHERE root = ? AND size = ?';
  return {
    put({ root, size }, { start, end, path, bytes }) {
      database.run(
        'INSERT OR IGNORE INTO chunks (root, size, start, stop, path, bytes) VALUES (?, ?, ?, ?, ?, ?)',
        root,
        size,
        start,
        end,
        Buffer.from(path),
        Buffer.from(bytes),
      );
    },
    // Proofs under one root never overlap: their sum tells.
    isWhole: ({ root, size }) =>
      numberOf(database.get(`SELECT coalesce(sum(stop - start), 0) AS sum ${whereRoot}`, root, size) ?? {}, 'sum') === size,
    join({ root, size }) {
      const parts = database.all(`SELECT bytes ${whereRoot} ORDER BY start`, root, size).map((row) => bytesOf(row, 'bytes'));
      const whole = Buffer.concat(parts);
      return whole.length === size ? whole : null;
    },
    release: ({ root, size }) => database.run("UPDATE chunks SET bytes = x'' WHERE root = ? AND size = ?", root, size),
    placeOf({ root, size }, at) {
      const row = database.get(`SELECT start, stop, path ${whereRoot} AND start <= ? ORDER BY start DESC LIMIT 1`, root, size, at);
      if (row === undefined || numberOf(row, 'stop') <= at) return null;
      return { start: numberOf(row, 'start'), end: numberOf(row, 'stop'), path: bytesOf(row, 'path') };
    },
  };
}

/** The chunks of inline data under the root that its transaction names; null when the root is that of other data. */
export async function chunksOf(data: Uint8Array, root: string): Promise<readonly Chunk[] | null> {
  const made = await generateTransactionChunks(data);
  if (Buffer.from(made.data_root).toString('base64url') !== root) return null;
  return made.chunks.map(({ minByteRange, maxByteRange }, index) => ({
    start: minByteRange,
    end: maxByteRange,
    path: made.proofs[index]?.proof ?? new Uint8Array(),
    bytes: data.subarray(minByteRange, maxByteRange),
  }));
}

const number = z.string().regex(/^\d{1,15}$/);
const postedChunk = z.object({
  data_root: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  data_size: number,
  data_path: z.string().regex(/^[A-Za-z0-9_-]+$/),
  offset: number,
  chunk: z.string().regex(/^[A-Za-z0-9_-]+$/),
});

/**
 * A chunk as arweave-js posts it, with its proof checked against the root it names.
 * @param raw what the JSON of the body holds; anything.
 * @throws AoError CHUNK_REFUSED; its detail `answer` is the word that Arweave's nodes say and clients act on.
 */
export async function openChunk(raw: unknown): Promise<{ readonly data: DataRoot; readonly chunk: Chunk }> {
  const parsed = postedChunk.safeParse(raw);
  if (!parsed.success) throw refused('invalid_json', `"${parsed.error.issues[0]?.path.join('.') ?? ''}" is missing or not as it should be`);
  const { data_root: root, data_size, data_path, offset, chunk } = parsed.data;
  const [size, at] = [Number(data_size), Number(offset)];
  const [path, bytes] = [Buffer.from(data_path, 'base64url'), Buffer.from(chunk, 'base64url')];
  if (bytes.length > MAX_CHUNK_SIZE) throw refused('chunk_too_big', `it has ${bytes.length} bytes; a chunk has at most ${MAX_CHUNK_SIZE}`);
  if (path.length > PATH_BYTES_MAX) throw refused('data_path_too_big', `its proof has ${path.length} bytes`);
  if (at >= size) throw refused('offset_too_big', `offset ${at} is outside of ${size} bytes`);
  const place = await validatePath(Buffer.from(root, 'base64url'), at, 0, size, path);
  // The proof says where a hash stands; that it is the hash of this chunk remains to be seen.
  const hash = path.subarray(path.length - LEAF_BYTES, path.length - LEAF_BYTES + HASH_BYTES);
  if (place === false || place.chunkSize !== bytes.length || !sha256(bytes).equals(hash))
    throw refused('invalid_proof', 'its proof does not lead from the data root to this chunk');
  return { data: { root, size }, chunk: { start: place.leftBound, end: place.rightBound, path, bytes } };
}

export function refused(answer: string, reason: string): AoError {
  return new AoError('CHUNK_REFUSED', { answer, reason });
}
