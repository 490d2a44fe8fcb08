import { toProcessId, toSlot, type ProcessId } from '../../contract/ids.ts';
import type { CronPlace } from '../../contract/answers.ts';
import { secondOf } from '../../contract/cron.ts';
import type { CronOutcome } from '../../contract/outcome.ts';
import { numberOf, textOf, type Database, type SqlRow } from '../../store/database.ts';
import type { MachineLimits } from '../vm/machine.ts';
import { tickKey, type LastTicks } from '../cron.ts';

export const TICKS_TABLE = `CREATE TABLE ticks (
  process TEXT NOT NULL, slot INTEGER NOT NULL, tick INTEGER NOT NULL, cron TEXT NOT NULL, timestamp INTEGER NOT NULL,
  is_error INTEGER NOT NULL, outcome TEXT NOT NULL, gas_limit INTEGER NOT NULL, memory_limit INTEGER NOT NULL,
  PRIMARY KEY (process, slot, tick)) WITHOUT ROWID;
  CREATE INDEX ticks_by_time ON ticks (process, timestamp);`;

/** A cron message that has been run, and under which limits. */
export interface TickRun {
  readonly outcome: CronOutcome;
  readonly limits: MachineLimits;
}

/**
 * The cron messages that have been run. A replay takes them from here and generates none: which of a backlog were left
 * out is known here alone.
 */
export interface Ticks {
  keep(outcome: CronOutcome, limits: MachineLimits): void;
  /** Those run before the messages of the slots between the two (both included), in order. */
  between(process: ProcessId, from: number, to: number): readonly TickRun[];
  /** The newest second with ticks; null when none has been run. */
  last(process: ProcessId): LastTicks | null;
  /** How many have been run before the message of `slot`. */
  count(process: ProcessId, slot: number): number;
  /** Those after `after` and up to `to`; a place may lie behind the last one of its slot. */
  page(process: ProcessId, after: CronPlace | null, to: CronPlace | null, limit: number, order: 'asc' | 'desc'): readonly CronOutcome[];
  /** The newest one before the message of `slot` that is not later than `timestampMs`; only of `cron` when it is given. */
  at(process: ProcessId, slot: number, timestampMs: number, cron: string | null): CronPlace | null;
}

const FIRST: CronPlace = { slot: toSlot(0), tick: -1 };
const LAST: CronPlace = { slot: toSlot(Number.MAX_SAFE_INTEGER), tick: 0 };

/** @param later writes in a batch, behind the answers; @param flush writes that batch now. */
export function openTicks(database: Database, later: (write: () => void) => void, flush: () => void): Ticks {
  return {
    keep(outcome, { gas, memoryBytes }) {
      const { process, slot, tick, cron, timestampMs, error } = outcome;
      const sql =
        'INSERT OR REPLACE INTO ticks (process, slot, tick, cron, timestamp, is_error, outcome, gas_limit, memory_limit) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)';
      later(() =>
        database.run(sql, process, slot, tick, cron, timestampMs, error === null ? 0 : 1, JSON.stringify(outcome), gas, memoryBytes),
      );
    },
    between(process, from, to) {
      flush();
      const sql = 'SELECT outcome, gas_limit, memory_limit FROM ticks WHERE process = ? AND slot >= ? AND slot <= ? ORDER BY slot, tick';
      return database.all(sql, process, from, to).map((row) => ({
        outcome: readTick(row),
        limits: { gas: numberOf(row, 'gas_limit'), memoryBytes: numberOf(row, 'memory_limit') },
      }));
    },
    last(process) {
      flush();
      const newest = database.get('SELECT max(timestamp) AS timestamp FROM ticks WHERE process = ?', process);
      if (newest === undefined || newest['timestamp'] === null) return null;
      const second = secondOf(numberOf(newest, 'timestamp'));
      const rows = database.all('SELECT outcome FROM ticks WHERE process = ? AND timestamp >= ?', process, second * 1_000);
      return { second, ticks: new Set(rows.map((row) => tickKey(readTick(row)))) };
    },
    count(process, slot) {
      flush();
      return numberOf(database.get('SELECT count(*) AS count FROM ticks WHERE process = ? AND slot = ?', process, slot) ?? {}, 'count');
    },
    page(process, after, to, limit, order) {
      flush();
      const way = order === 'asc' ? 'ASC' : 'DESC';
      const [from, until] = [after ?? FIRST, to ?? LAST];
      const sql = `SELECT outcome FROM ticks WHERE process = ? AND (slot, tick) > (?, ?) AND (slot, tick) <= (?, ?) ORDER BY slot ${way}, tick ${way} LIMIT ?`;
      return database.all(sql, process, from.slot, from.tick, until.slot, until.tick, limit).map(readTick);
    },
    at(process, slot, timestampMs, cron) {
      flush();
      const sql = 'SELECT max(tick) AS tick FROM ticks WHERE process = ? AND slot = ? AND timestamp <= ? AND cron LIKE ?';
      const row = database.get(sql, process, slot, timestampMs, cron ?? '%') ?? {};
      return row['tick'] === null || row['tick'] === undefined ? null : { slot: toSlot(slot), tick: numberOf(row, 'tick') };
    },
  };
}

/** Rows are our own: written by keep, so only the brands are made again. */
function readTick(row: SqlRow): CronOutcome {
  const outcome = JSON.parse(textOf(row, 'outcome')) as CronOutcome;
  return { ...outcome, process: toProcessId(outcome.process), slot: toSlot(outcome.slot) };
}
