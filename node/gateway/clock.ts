import { numberOf, type Database } from '../store/database.ts';

export const CLOCK_TABLE = `CREATE TABLE clock (timestamp INTEGER NOT NULL, is_own INTEGER NOT NULL);
  INSERT INTO clock VALUES (0, 0);`;

/** The time that blocks go by: the computer's, or what the SU has said last. */
export interface GatewayClock {
  /** Unix ms; never falls below what it was told. */
  now(): number;
  /** It is `timestampMs` now, and stays so; null follows the computer's clock. On disk when it returns. */
  follow(timestampMs: number | null): void;
  /** Begins a new chain at `timestampMs`, also one before the present; null with the computer's clock. */
  begin(timestampMs: number | null): void;
}

/**
 * Opens the clock over the gateway's database (table {@link CLOCK_TABLE}). Writes need no sync of their own: what a
 * power loss takes, the SU says again when it opens. @param computerMs the computer's clock, Unix ms.
 */
export function openGatewayClock(database: Database, computerMs: () => number): GatewayClock {
  const row = database.get('SELECT timestamp, is_own FROM clock') ?? {};
  let isOwn = numberOf(row, 'is_own') === 1;
  let timestampMs = numberOf(row, 'timestamp');
  const now = (): number => (isOwn ? timestampMs : Math.max(timestampMs, computerMs()));
  const keep = (reached: number, own: boolean): void => {
    database.transaction(() => database.run('UPDATE clock SET timestamp = ?, is_own = ?', reached, own ? 1 : 0), 'normal');
    timestampMs = reached;
    isOwn = own;
  };
  return {
    now,
    follow(to) {
      if (to === null ? !isOwn : isOwn && to <= timestampMs) return;
      // Blocks may have been shown up to this moment.
      keep(to === null ? timestampMs : Math.max(to, now()), to !== null);
    },
    begin(to) {
      if (to !== null) keep(to, true);
    },
  };
}
