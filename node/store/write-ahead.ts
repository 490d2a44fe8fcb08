import { existsSync, readFileSync } from 'node:fs';

/** What was half written when the last run ended, and was left out when the database was opened. */
export interface CutTail {
  /** Pages that were on their way into the database. */
  readonly frames: number;
  readonly bytes: number;
  /** Is a write among them that had been finished? A kill alone never leaves one: its disk, or somebody, has broken it. */
  readonly isFinished: boolean;
}

/** The file beside a database in which SQLite writes first (its file format §4). Null where none was left behind. */
export interface WriteAhead {
  /** @param taken frames that SQLite has taken over from it. @returns null when nothing was left out. */
  cutAfter(taken: number): CutTail | null;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;
const SALTS_AT = 16;
const SUM_AT = 24;
/** A frame's salts stand behind its page's number and the size of the database. */
const FRAME_SALTS_AT = 8;
const SALT_BYTES = 8;
const COMMIT_AT = 4;

/**
 * Reads what an earlier run left beside the database at `path`, before that is opened. A run that ended as it should
 * leaves nothing. Frames of earlier rounds stay in the file behind the newest ones; they bear other salts and count for nothing.
 */
export function readWriteAhead(path: string): WriteAhead | null {
  const file = `${path}-wal`;
  if (!existsSync(file)) return null;
  const bytes = readFileSync(file);
  if (bytes.length === 0) return null;
  const isHeaderWhole = bytes.length >= HEADER_BYTES && isSumRight(bytes);
  const frameBytes = FRAME_HEADER_BYTES + (isHeaderWhole ? bytes.readUInt32BE(8) : 0);
  return {
    cutAfter(taken) {
      // Nothing of it can be read, whatever stood there.
      if (!isHeaderWhole) return bytes.length < HEADER_BYTES ? null : { frames: 0, bytes: bytes.length, isFinished: true };
      const salts = bytes.subarray(SALTS_AT, SALTS_AT + SALT_BYTES);
      let [frames, cut, isFinished] = [0, 0, false];
      for (let at = HEADER_BYTES + Math.max(0, taken) * frameBytes; at < bytes.length; at += frameBytes) {
        const own = bytes.subarray(at + FRAME_SALTS_AT, at + FRAME_SALTS_AT + SALT_BYTES);
        if (!own.equals(salts)) continue;
        frames++;
        // The last frame of a write names the size of the database after it.
        if (at + frameBytes <= bytes.length && bytes.readUInt32BE(at + COMMIT_AT) !== 0) isFinished = true;
        cut += Math.min(frameBytes, bytes.length - at);
      }
      return frames === 0 ? null : { frames, bytes: cut, isFinished };
    },
  };
}

/** Does the header's own sum fit? Words are read in the order that the last bit of the first names. */
function isSumRight(bytes: Buffer): boolean {
  const magic = bytes.readUInt32BE(0);
  if ((magic & ~1) >>> 0 !== MAGIC) return false;
  const word = (at: number): number => ((magic & 1) === 1 ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  let [one, two] = [0, 0];
  for (let at = 0; at < SUM_AT; at += 8) {
    one = (one + word(at) + two) >>> 0;
    two = (two + word(at + 4) + one) >>> 0;
  }
  return bytes.readUInt32BE(SUM_AT) === one && bytes.readUInt32BE(SUM_AT + 4) === two;
}
