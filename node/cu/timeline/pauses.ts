import type { PausedProcess } from '../../contract/answers.ts';
import { toProcessId, toSlot, type ProcessId } from '../../contract/ids.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { numberOf, textOf, type Database, type SqlRow } from '../../store/database.ts';

export const PAUSES_TABLE = `CREATE TABLE pauses (
  process TEXT PRIMARY KEY, slot INTEGER NOT NULL, tick INTEGER, is_accepted INTEGER NOT NULL,
  outcome TEXT NOT NULL, memory_bytes INTEGER NOT NULL, duration_ms REAL NOT NULL) WITHOUT ROWID;`;

/** A slot, or a cron message, that a limit has ended, and that waits for a person. */
export interface Pause {
  readonly slot: number;
  readonly tick: number | null;
  readonly outcome: Outcome;
  readonly memoryBytes: number;
  readonly durationMs: number;
}

/** Processes that stand still because a limit was met and the person wants to be asked (`limits.onLimit`). */
export interface Pauses {
  set(process: ProcessId, pause: Pause): void;
  /** With `isAccepted` once the person has said that the outcome stands. */
  of(process: ProcessId): (Pause & { readonly isAccepted: boolean }) | null;
  accept(process: ProcessId): void;
  clear(process: ProcessId): void;
  list(): readonly PausedProcess[];
}

/** Written at once: there is at most one for a process, and a person is told of it. */
export function openPauses(database: Database): Pauses {
  return {
    set(process, { slot, tick, outcome, memoryBytes, durationMs }) {
      const sql =
        'INSERT OR REPLACE INTO pauses (process, slot, tick, is_accepted, outcome, memory_bytes, duration_ms) VALUES (?, ?, ?, 0, ?, ?, ?)';
      database.run(sql, process, slot, tick, JSON.stringify(outcome), memoryBytes, durationMs);
    },
    of(process) {
      const row = database.get('SELECT * FROM pauses WHERE process = ?', process);
      return row === undefined ? null : { ...pauseOf(row), isAccepted: numberOf(row, 'is_accepted') === 1 };
    },
    accept: (process) => database.run('UPDATE pauses SET is_accepted = 1 WHERE process = ?', process),
    clear: (process) => database.run('DELETE FROM pauses WHERE process = ?', process),
    list: () =>
      database.all('SELECT * FROM pauses WHERE is_accepted = 0 ORDER BY process').map((row) => {
        const { slot, tick, outcome } = pauseOf(row);
        return { process: toProcessId(textOf(row, 'process')), slot: toSlot(slot), tick, verdict: outcome.verdict, error: outcome.error };
      }),
  };
}

function pauseOf(row: SqlRow): Pause {
  return {
    slot: numberOf(row, 'slot'),
    tick: row['tick'] === null ? null : numberOf(row, 'tick'),
    outcome: JSON.parse(textOf(row, 'outcome')) as Outcome,
    memoryBytes: numberOf(row, 'memory_bytes'),
    durationMs: Number(row['duration_ms']),
  };
}
