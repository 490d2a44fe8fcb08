import { toSlot, type ProcessId } from '../../contract/ids.ts';
import type { KeyframeInfo } from '../../contract/timeline.ts';
import { bytesOf, numberOf, textOf, type Database } from '../../store/database.ts';
import type { Keyframe } from '../evaluator/protocol.ts';
import { thinned } from './thinning.ts';

export const KEYFRAMES_TABLE = `CREATE TABLE keyframes (
  process TEXT NOT NULL, slot INTEGER NOT NULL, is_full INTEGER NOT NULL, engine TEXT NOT NULL, hash TEXT NOT NULL,
  bytes INTEGER NOT NULL, blob BLOB NOT NULL, PRIMARY KEY (process, slot));`;

/** Keyframes that lead to the one at `slot`; empty with slot -1 when there is none. */
export interface Chain {
  readonly slot: number;
  /** The keyframe that the first of them is the difference to; null where the first one is full. */
  readonly after: number | null;
  readonly keyframes: readonly Uint8Array[];
  /** The slot of each. */
  readonly slots: readonly number[];
  /** The state hash of the last one; null when there is none. */
  readonly hash: string | null;
}

/** Memories on disk. They can be computed again from the log, so old ones are let go where the person's limit is reached. */
export interface Keyframes {
  /** @param engine that made it (timeline/engine.ts). */
  keep(process: ProcessId, keyframe: Keyframe, engine: string): void;
  /** To the newest keyframe at or before `slot` that this engine can go on from. @param kept slots whose memory is at hand: of the chain comes what follows. */
  chainTo(process: ProcessId, slot: number, engine: string, kept?: readonly number[]): Chain;
  /** Those between the two slots (both included), ascending. */
  between(process: ProcessId, from: number, to: number): readonly KeyframeInfo[];
  /** Bytes of some of them, in order of slots. */
  blobs(process: ProcessId, from: number, to: number): readonly Uint8Array[];
  /** Forgets the chain that leads to `slot`: it is damaged. */
  drop(process: ProcessId, slot: number): void;
}

/** Below the limit by so much, so that thinning is rare. */
const THINNED_TO = 0.9;
const NONE: Chain = { slot: -1, after: null, keyframes: [], slots: [], hash: null };

/** @param bytesMax on disk, of all processes together; @param later, flush as for ticks. */
export function openKeyframes(database: Database, bytesMax: number, later: (write: () => void) => void, flush: () => void): Keyframes {
  let bytes = numberOf(database.get('SELECT coalesce(sum(bytes), 0) AS bytes FROM keyframes') ?? {}, 'bytes');
  /** Where the newest ones alone are more than the limit, thinning again at once would find nothing. */
  let thinAt = bytesMax;
  const thin = (): void => {
    const all = database.all('SELECT process, slot, is_full, bytes FROM keyframes ORDER BY process, slot').map((row) => ({
      process: textOf(row, 'process'),
      slot: numberOf(row, 'slot'),
      isFull: numberOf(row, 'is_full') === 1,
      bytes: numberOf(row, 'bytes'),
    }));
    bytes = all.reduce((sum, one) => sum + one.bytes, 0);
    for (const one of thinned(all, bytesMax * THINNED_TO)) {
      database.run('DELETE FROM keyframes WHERE process = ? AND slot = ?', one.process, one.slot);
      bytes -= one.bytes;
    }
    thinAt = Math.max(bytesMax, bytes / THINNED_TO);
  };

  return {
    keep(process, { slot, isFull, hash, blob }, engine) {
      later(() => {
        const sql = 'INSERT OR REPLACE INTO keyframes (process, slot, is_full, engine, hash, bytes, blob) VALUES (?, ?, ?, ?, ?, ?, ?)';
        database.run(sql, process, slot, isFull ? 1 : 0, engine, hash, blob.length, Buffer.from(blob));
        bytes += blob.length;
        if (bytes > thinAt) thin();
      });
    },
    chainTo(process, slot, engine, kept = []) {
      flush();
      const newest = 'SELECT max(slot) AS slot FROM keyframes WHERE process = ? AND slot <= ? AND engine = ? AND is_full = 1';
      const full = database.get(newest, process, slot, engine);
      if (full === undefined || full['slot'] === null) return NONE;
      const among = 'FROM keyframes WHERE process = ? AND slot >= ? AND slot <= ? AND engine = ? ORDER BY slot';
      const all = database.all(`SELECT slot, hash ${among}`, process, numberOf(full, 'slot'), slot, engine);
      const last = all.at(-1) ?? {};
      const isKept = new Set(kept);
      const after = all.map((row) => numberOf(row, 'slot')).findLast((one) => isKept.has(one)) ?? null;
      const rows = database.all(`SELECT slot, blob ${among}`, process, after === null ? numberOf(full, 'slot') : after + 1, slot, engine);
      return {
        slot: numberOf(last, 'slot'),
        after,
        keyframes: rows.map((row) => bytesOf(row, 'blob')),
        slots: rows.map((row) => numberOf(row, 'slot')),
        hash: textOf(last, 'hash'),
      };
    },
    between(process, from, to) {
      flush();
      const sql = 'SELECT slot, is_full, bytes, hash, engine FROM keyframes WHERE process = ? AND slot >= ? AND slot <= ? ORDER BY slot';
      return database.all(sql, process, from, to).map((row) => ({
        slot: toSlot(numberOf(row, 'slot')),
        isFull: numberOf(row, 'is_full') === 1,
        bytes: numberOf(row, 'bytes'),
        hash: textOf(row, 'hash'),
        engine: textOf(row, 'engine'),
      }));
    },
    blobs(process, from, to) {
      flush();
      const sql = 'SELECT blob FROM keyframes WHERE process = ? AND slot >= ? AND slot <= ? ORDER BY slot';
      return database.all(sql, process, from, to).map((row) => bytesOf(row, 'blob'));
    },
    drop(process, slot) {
      later(() => {
        const edge = (order: string, sign: string, otherwise: number): number => {
          const sql = `SELECT slot FROM keyframes WHERE process = ? AND is_full = 1 AND slot ${sign} ? ORDER BY slot ${order} LIMIT 1`;
          const row = database.get(sql, process, slot);
          return row === undefined ? otherwise : numberOf(row, 'slot');
        };
        const [from, to] = [edge('DESC', '<=', 0), edge('ASC', '>', Number.MAX_SAFE_INTEGER)];
        database.run('DELETE FROM keyframes WHERE process = ? AND slot >= ? AND slot < ?', process, from, to);
      });
      flush();
    },
  };
}
