import { LRUCache } from 'lru-cache';
import { toItemId, toProcessId, toSlot, type ProcessId, type Slot } from '../../contract/ids.ts';
import { isFromOutside, type SlotOutcome } from '../../contract/outcome.ts';
import { numberOf, textOf, type Database, type SqlRow } from '../../store/database.ts';
import { JOURNAL_TABLE } from '../../store/journal.ts';
import type { MachineLimits } from '../vm/machine.ts';
import { openPauses, PAUSES_TABLE, type Pauses } from './pauses.ts';
import { KEYFRAMES_TABLE, openKeyframes, type Keyframes } from './keyframes.ts';
import { DRY_RUNS_TABLE, openDryRuns, type DryRuns } from './dry-runs.ts';
import { openTicks, TICKS_TABLE, type Ticks } from './ticks.ts';
import { openTold, TOLD_TABLE, type Told } from './told.ts';

export const CU_SCHEMA = [
  `CREATE TABLE outcomes (
     process TEXT NOT NULL, slot INTEGER NOT NULL, message TEXT NOT NULL, is_error INTEGER NOT NULL, outcome TEXT NOT NULL,
     PRIMARY KEY (process, slot)) WITHOUT ROWID;
   CREATE TABLE keyframes (
     process TEXT NOT NULL, slot INTEGER NOT NULL, is_full INTEGER NOT NULL, hash TEXT NOT NULL, blob BLOB NOT NULL,
     PRIMARY KEY (process, slot));
   ${JOURNAL_TABLE}`,
  `ALTER TABLE outcomes ADD COLUMN gas_limit INTEGER;
   ALTER TABLE outcomes ADD COLUMN memory_limit INTEGER;`,
  TICKS_TABLE,
  // Keyframes are encoded in another way since; they come back from the log.
  `DROP TABLE keyframes;
   CREATE TABLE keyframes (
     process TEXT NOT NULL, slot INTEGER NOT NULL, is_full INTEGER NOT NULL, blob BLOB NOT NULL,
     PRIMARY KEY (process, slot));`,
  // They carry their state hash and what made them.
  `DROP TABLE keyframes;
   ${KEYFRAMES_TABLE}
   CREATE TABLE engines (process TEXT NOT NULL, slot INTEGER NOT NULL, engine TEXT NOT NULL, PRIMARY KEY (process, slot)) WITHOUT ROWID;`,
  PAUSES_TABLE,
  // They are encoded piece by piece since.
  'DELETE FROM keyframes;',
  // What processes have tried, and what they have read through WeaveDrive (../weave-files.ts); the content stands on the gateway.
  `CREATE TABLE weave_reads (
     process TEXT NOT NULL, block_height INTEGER NOT NULL, path TEXT NOT NULL,
     PRIMARY KEY (process, block_height, path)) WITHOUT ROWID;
   ${DRY_RUNS_TABLE}`,
  TOLD_TABLE,
  // They tell which bytes have changed since, no longer whole pages.
  'DELETE FROM keyframes;',
  // They are compressed in another way since.
  'DELETE FROM keyframes;',
];

/** How a slot was run. */
export interface SlotRun {
  /** It ended in an error, and so left the memory as it was. */
  readonly isFailed: boolean;
  /** Null where they were not written down yet (first version of the table). */
  readonly limits: MachineLimits | null;
}

/** What the CU remembers and could compute again: outcomes and keyframes. Written in batches, behind the answers. */
export interface CuMemory {
  /** @param limits what held for the slot: every replay obeys them. */
  keepOutcome(outcome: SlotOutcome, limits: MachineLimits): void;
  /** Writes down that this engine runs the process from `slot` on, where another one did, or none. */
  keepEngine(process: ProcessId, slot: number, engine: string): void;
  /** Which engine ran `slot`; null where that was not written down. */
  engineAt(process: ProcessId, slot: number): string | null;
  /** The slots between the two (both included) from which on another engine ran, and which. */
  enginesOf(process: ProcessId, from: number, to: number): ReadonlyMap<number, string>;
  outcome(process: ProcessId, slot: Slot): SlotOutcome | null;
  outcomes(process: ProcessId, from: Slot | null, to: Slot | null, limit: number, order: 'asc' | 'desc'): readonly SlotOutcome[];
  /** Highest slot with an outcome; -1 when there is none. */
  evaluatedTo(process: ProcessId): number;
  /** How the slots between the two (both included) were run. */
  runsOf(process: ProcessId, from: number, to: number): ReadonlyMap<number, SlotRun>;
  readonly keyframes: Keyframes;
  readonly ticks: Ticks;
  readonly pauses: Pauses;
  readonly dryRuns: DryRuns;
  readonly told: Told;
  flush(): void;
  /** Drops all that was computed of a process: its log is no longer the one it was computed from. */
  forget(process: ProcessId): void;
  close(): void;
}

const WAIT_MS = 30;
/** How long what is to be written waits once the disk has refused it. */
const REFUSED_MS = 1_000;
/** So much may wait while the disk refuses: then nothing more is evaluated. */
const WAITING_MAX = 1_000;
/** Outcomes that the MU or a client is about to ask for: reading one from disk would first write all that waits. Characters of their JSON. */
const RECENT_MAX = 8 * 1024 * 1024;

/** Opens the memory over the CU's database (tables of {@link CU_SCHEMA}). @param keyframeBytes on disk, at most. */
export function openMemory(database: Database, keyframeBytes: number): CuMemory {
  let writes: (() => void)[] = [];
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;
  const recent = new LRUCache<string, { readonly outcome: SlotOutcome; readonly size: number }>({
    maxSize: RECENT_MAX,
    sizeCalculation: ({ size }) => size,
  });
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const batch = writes;
    if (batch.length === 0) return;
    try {
      database.transaction(() => batch.forEach((write) => write()));
      writes = [];
    } catch (error) {
      flushLater(REFUSED_MS);
      throw error;
    }
  };
  const flushLater = (waitMs: number): void => {
    timer ??= setTimeout(() => {
      try {
        flush();
      } catch {
        // A full disk is no reason for the unit to end: whoever reads is told, and what waits is written later.
      }
    }, waitMs);
  };
  const later = (write: () => void): void => {
    // What ends after the unit has closed is computed again from the log.
    if (isClosed) return;
    if (writes.length >= WAITING_MAX) flush();
    writes.push(write);
    flushLater(WAIT_MS);
  };

  return {
    keepOutcome(outcome, limits) {
      const { process, slot, message, error } = outcome;
      const text = JSON.stringify(outcome);
      later(() =>
        database.run(
          'INSERT OR REPLACE INTO outcomes (process, slot, message, is_error, outcome, gas_limit, memory_limit) VALUES (?, ?, ?, ?, ?, ?, ?)',
          process,
          slot,
          message,
          error === null ? 0 : 1,
          text,
          limits.gas,
          limits.memoryBytes,
        ),
      );
      recent.set(`${process} ${slot}`, { outcome, size: text.length });
      if (isFromOutside(outcome)) flush();
    },
    keepEngine(process, slot, engine) {
      later(() => database.run('INSERT OR REPLACE INTO engines (process, slot, engine) VALUES (?, ?, ?)', process, slot, engine));
    },
    engineAt(process, slot) {
      flush();
      const sql = 'SELECT engine FROM engines WHERE process = ? AND slot <= ? ORDER BY slot DESC LIMIT 1';
      const row = database.get(sql, process, slot);
      return row === undefined ? null : textOf(row, 'engine');
    },
    enginesOf(process, from, to) {
      flush();
      const sql = 'SELECT slot, engine FROM engines WHERE process = ? AND slot >= ? AND slot <= ?';
      return new Map(database.all(sql, process, from, to).map((row) => [numberOf(row, 'slot'), textOf(row, 'engine')]));
    },
    forget(process) {
      flush();
      recent.clear();
      database.transaction(() => {
        for (const table of ['outcomes', 'keyframes', 'ticks', 'engines', 'dry_runs'])
          database.run(`DELETE FROM ${table} WHERE process = ?`, process);
      });
    },
    outcome(process, slot) {
      const known = recent.get(`${process} ${slot}`);
      if (known !== undefined) return known.outcome;
      flush();
      const row = database.get('SELECT outcome FROM outcomes WHERE process = ? AND slot = ?', process, slot);
      return row === undefined ? null : readOutcome(row);
    },
    outcomes(process, from, to, limit, order) {
      flush();
      const direction = order === 'asc' ? 'ASC' : 'DESC';
      const sql = `SELECT outcome FROM outcomes WHERE process = ? AND slot >= ? AND slot <= ? ORDER BY slot ${direction} LIMIT ?`;
      return database.all(sql, process, from ?? 0, to ?? Number.MAX_SAFE_INTEGER, limit).map(readOutcome);
    },
    evaluatedTo(process) {
      flush();
      return numberOf(database.get('SELECT coalesce(max(slot), -1) AS slot FROM outcomes WHERE process = ?', process) ?? {}, 'slot');
    },
    runsOf(process, from, to) {
      flush();
      const rows = database.all(
        'SELECT slot, is_error, gas_limit, memory_limit FROM outcomes WHERE process = ? AND slot >= ? AND slot <= ?',
        process,
        from,
        to,
      );
      return new Map(rows.map((row) => [numberOf(row, 'slot'), runOf(row)]));
    },
    keyframes: openKeyframes(database, keyframeBytes, later, flush),
    ticks: openTicks(database, later, flush),
    pauses: openPauses(database),
    dryRuns: openDryRuns(database, later, flush),
    told: openTold(database),
    flush,
    close() {
      isClosed = true;
      try {
        flush();
      } catch {
        // What the disk does not take now is computed again from the log.
      }
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function runOf(row: SqlRow): SlotRun {
  const limits = row['gas_limit'] === null ? null : { gas: numberOf(row, 'gas_limit'), memoryBytes: numberOf(row, 'memory_limit') };
  return { isFailed: numberOf(row, 'is_error') === 1, limits };
}

/** Rows are our own: written by keepOutcome, so only the brands are made again. */
function readOutcome(row: SqlRow): SlotOutcome {
  const outcome = JSON.parse(textOf(row, 'outcome')) as SlotOutcome;
  return { ...outcome, process: toProcessId(outcome.process), slot: toSlot(outcome.slot), message: toItemId(outcome.message) };
}
