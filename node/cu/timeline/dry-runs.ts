import { createHash } from 'node:crypto';
import type { DryRunMessage } from '../../contract/answers.ts';
import { toSlot, type ProcessId, type Slot } from '../../contract/ids.ts';
import type { DryRunEntry } from '../../contract/timeline.ts';
import { numberOf, textOf, type Database } from '../../store/database.ts';

export const DRY_RUNS_TABLE = `CREATE TABLE dry_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, process TEXT NOT NULL, slot INTEGER NOT NULL, message TEXT NOT NULL,
  times INTEGER NOT NULL, entry TEXT NOT NULL, UNIQUE (process, slot, message));`;

/** Of all processes together; the oldest go first. */
const KEPT_MAX = 10_000;

/** What was tried on the memory of some slot. It is no part of the log: whoever deletes it loses nothing of the history. */
export interface DryRuns {
  /** The same message on the same slot once more is counted there. */
  keep(process: ProcessId, slot: Slot, message: DryRunMessage, entry: Omit<DryRunEntry, 'slot' | 'times'>): void;
  /** Those on the slots between the two (both included), in the order in which they were first tried. */
  between(process: ProcessId, from: number, to: number): readonly DryRunEntry[];
}

/** @param later, flush as for ticks. */
export function openDryRuns(database: Database, later: (write: () => void) => void, flush: () => void): DryRuns {
  return {
    keep(process, slot, message, entry) {
      const key = createHash('sha256').update(JSON.stringify(message)).digest('base64url');
      later(() => {
        database.run(
          `INSERT INTO dry_runs (process, slot, message, times, entry) VALUES (?, ?, ?, 1, ?)
           ON CONFLICT (process, slot, message) DO UPDATE SET times = times + 1, entry = excluded.entry`,
          process,
          slot,
          key,
          JSON.stringify(entry),
        );
        database.run('DELETE FROM dry_runs WHERE id <= (SELECT max(id) FROM dry_runs) - ?', KEPT_MAX);
      });
    },
    between(process, from, to) {
      flush();
      const sql = 'SELECT slot, times, entry FROM dry_runs WHERE process = ? AND slot >= ? AND slot <= ? ORDER BY slot, id';
      return database.all(sql, process, from, to).map((row) => ({
        // Rows are our own: written by keep.
        ...(JSON.parse(textOf(row, 'entry')) as Omit<DryRunEntry, 'slot' | 'times'>),
        slot: toSlot(numberOf(row, 'slot')),
        times: numberOf(row, 'times'),
      }));
    },
  };
}
