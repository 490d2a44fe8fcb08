import type { CuTold } from '../../contract/told.ts';
import type { FactBody } from '../../contract/trace.ts';
import { numberOf, type Database } from '../../store/database.ts';

export const TOLD_TABLE = `CREATE TABLE told (
  process TEXT NOT NULL, slot INTEGER NOT NULL, tick INTEGER NOT NULL, at_ms REAL NOT NULL, duration_ms REAL NOT NULL,
  PRIMARY KEY (process, slot, tick)) WITHOUT ROWID;`;

/** Stands where no cron message is meant. */
const NO_TICK = -1;

/** When slots were run where a recording was made. Of a project of one's own nothing is kept. */
export interface Told {
  keep(facts: readonly CuTold[]): void;
  /** What is to be told of an evaluation, with the times that were measured there; `atMs` is undefined where it happens now. */
  of(fact: FactBody): { readonly fact: FactBody; readonly atMs: number | undefined };
}

/** Opens it over the CU's database (table {@link TOLD_TABLE}). */
export function openTold(database: Database): Told {
  let isEmpty = database.get('SELECT 1 AS one FROM told LIMIT 1') === undefined;
  return {
    keep(facts) {
      const sql = 'INSERT OR REPLACE INTO told (process, slot, tick, at_ms, duration_ms) VALUES (?, ?, ?, ?, ?)';
      database.transaction(() => {
        for (const { process, slot, tick, atMs, durationMs } of facts) database.run(sql, process, slot, tick ?? NO_TICK, atMs, durationMs);
      });
      isEmpty = isEmpty && facts.length === 0;
    },
    of(fact) {
      if (isEmpty || (fact.kind !== 'cu.evaluated' && fact.kind !== 'cu.cron')) return { fact, atMs: undefined };
      const sql = 'SELECT at_ms, duration_ms FROM told WHERE process = ? AND slot = ? AND tick = ?';
      const row = database.get(sql, fact.process, fact.slot, fact.kind === 'cu.cron' ? fact.tick : NO_TICK);
      if (row === undefined) return { fact, atMs: undefined };
      return { fact: { ...fact, durationMs: numberOf(row, 'duration_ms') }, atMs: numberOf(row, 'at_ms') };
    },
  };
}
