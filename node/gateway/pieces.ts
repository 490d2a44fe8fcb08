import { bytesOf, numberOf, type Database } from '../store/database.ts';

/** Bytes of uploads, in rows of a fixed size: a part of a large upload is read without the rest. */
export interface Pieces {
  /** The number of the next upload. */
  next(): number;
  /** Call it within a transaction. */
  put(upload: number, bytes: Uint8Array): void;
  /** `length` bytes of an upload from `start`. */
  read(upload: number, start: number, length: number): Uint8Array;
}

const PIECE_BYTES = 262_144;
/** Pieces that one upload may have: a row's key is the number of its upload times this, plus its own. */
const PIECES_MAX = 65_536;

export const PIECES_TABLE = 'CREATE TABLE pieces (piece INTEGER PRIMARY KEY, bytes BLOB NOT NULL);';

/** Turns whole uploads, as they were kept at first, into pieces. */
export const PIECES_FROM_UPLOADS = `${PIECES_TABLE}
  INSERT INTO pieces (piece, bytes)
  WITH RECURSIVE part (upload, number, size) AS (
    SELECT upload, 0, length(bytes) FROM uploads
    UNION ALL SELECT upload, number + 1, size FROM part WHERE (number + 1) * ${PIECE_BYTES} < size
  )
  SELECT part.upload * ${PIECES_MAX} + number, substr(uploads.bytes, number * ${PIECE_BYTES} + 1, ${PIECE_BYTES})
  FROM part JOIN uploads USING (upload);
  DROP TABLE uploads;`;

export function createPieces(database: Database): Pieces {
  return {
    next() {
      const last = numberOf(database.get('SELECT coalesce(max(piece), 0) AS last FROM pieces') ?? {}, 'last');
      return Math.floor(last / PIECES_MAX) + 1;
    },
    put(upload, bytes) {
      for (let number = 0, at = 0; number === 0 || at < bytes.length; number++, at += PIECE_BYTES) {
        const part = bytes.subarray(at, at + PIECE_BYTES);
        database.run(
          'INSERT INTO pieces (piece, bytes) VALUES (?, ?)',
          upload * PIECES_MAX + number,
          Buffer.from(part.buffer, part.byteOffset, part.length),
        );
      }
    },
    read(upload, start, length) {
      if (length === 0) return new Uint8Array();
      const [first, last] = [Math.floor(start / PIECE_BYTES), Math.floor((start + length - 1) / PIECE_BYTES)];
      const within = start - first * PIECE_BYTES;
      const base = upload * PIECES_MAX;
      if (first === last) {
        // SQL counts bytes from 1.
        const row = database.get('SELECT substr(bytes, ?, ?) AS part FROM pieces WHERE piece = ?', within + 1, length, base + first);
        return bytesOf(row ?? {}, 'part');
      }
      const rows = database.all('SELECT bytes FROM pieces WHERE piece BETWEEN ? AND ? ORDER BY piece', base + first, base + last);
      return Buffer.concat(rows.map((row) => bytesOf(row, 'bytes'))).subarray(within, within + length);
    },
  };
}
