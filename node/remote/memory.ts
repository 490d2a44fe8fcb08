import type { CronPlace } from '../contract/answers.ts';
import { toSlot, type ItemId, type ProcessId } from '../contract/ids.ts';
import { toItemId, toProcessId } from '../contract/ids.ts';
import type { CronOutcome } from '../contract/outcome.ts';
import { numberOf, textOf, type Database } from '../store/database.ts';
import { JOURNAL_TABLE } from '../store/journal.ts';

export const FOREIGN_SCHEMA = [
  `CREATE TABLE told (what TEXT PRIMARY KEY) WITHOUT ROWID;
   CREATE TABLE assigned (request TEXT PRIMARY KEY, assignment TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE monitored (process TEXT PRIMARY KEY) WITHOUT ROWID;
   CREATE TABLE ticks (
     process TEXT NOT NULL, slot INTEGER NOT NULL, tick INTEGER NOT NULL, cursor TEXT NOT NULL, outcome TEXT NOT NULL,
     PRIMARY KEY (process, slot, tick)) WITHOUT ROWID;
   ${JOURNAL_TABLE}`,
];

/** What is kept here of a foreign unit: what its protocol cannot be asked for again. */
export interface Memory {
  /** True the first time that `what` is asked: a fact is told once, however often it is met. */
  isNew(what: string): boolean;
  assignedFor(request: string): ItemId | null;
  keepAssigned(request: string, assignment: ItemId): void;
  monitored(): readonly ProcessId[];
  isMonitored(process: ProcessId): boolean;
  setMonitored(process: ProcessId, isOn: boolean): void;
  /** Cron messages after `after`, the oldest first. */
  ticks(process: ProcessId, after: CronPlace | null, limit: number): readonly CronOutcome[];
  /** The newest cron message, with the cursor that the unit gave it. */
  newestTick(process: ProcessId): (CronPlace & { readonly cursor: string }) | null;
  keepTick(outcome: CronOutcome, cursor: string): void;
}

export function openMemory(database: Database): Memory {
  return {
    isNew(what) {
      if (database.get('SELECT 1 AS one FROM told WHERE what = ?', what) !== undefined) return false;
      database.run('INSERT INTO told (what) VALUES (?)', what);
      return true;
    },
    assignedFor(request) {
      const row = database.get('SELECT assignment FROM assigned WHERE request = ?', request);
      return row === undefined ? null : toItemId(textOf(row, 'assignment'));
    },
    keepAssigned: (request, assignment) =>
      database.run('INSERT OR REPLACE INTO assigned (request, assignment) VALUES (?, ?)', request, assignment),
    monitored: () => database.all('SELECT process FROM monitored ORDER BY process').map((row) => toProcessId(textOf(row, 'process'))),
    isMonitored: (process) => database.get('SELECT 1 AS one FROM monitored WHERE process = ?', process) !== undefined,
    setMonitored: (process, isOn) =>
      database.run(isOn ? 'INSERT OR IGNORE INTO monitored (process) VALUES (?)' : 'DELETE FROM monitored WHERE process = ?', process),
    ticks: (process, after, limit) =>
      database
        .all(
          'SELECT outcome FROM ticks WHERE process = ? AND (slot, tick) > (?, ?) ORDER BY slot, tick LIMIT ?',
          process,
          after?.slot ?? -1,
          after?.tick ?? -1,
          limit,
        )
        .map((row) => JSON.parse(textOf(row, 'outcome')) as CronOutcome),
    newestTick(process) {
      const row = database.get('SELECT slot, tick, cursor FROM ticks WHERE process = ? ORDER BY slot DESC, tick DESC LIMIT 1', process);
      return row === undefined ? null : { slot: toSlot(numberOf(row, 'slot')), tick: numberOf(row, 'tick'), cursor: textOf(row, 'cursor') };
    },
    keepTick: (outcome, cursor) =>
      database.run(
        'INSERT OR IGNORE INTO ticks (process, slot, tick, cursor, outcome) VALUES (?, ?, ?, ?, ?)',
        outcome.process,
        outcome.slot,
        outcome.tick,
        cursor,
        JSON.stringify(outcome),
      ),
  };
}
