import type { Database, Sync } from './database.ts';

/** Collects writes for a moment and syncs them to disk in one transaction. */
export interface GroupCommit {
  /** Runs `write` inside the next transaction; resolves once that is on disk, rejects when it failed. */
  add(write: () => void): Promise<void>;
  /** Commits what waits, now. */
  flush(): void;
}

interface Waiting {
  readonly write: () => void;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * A sync costs far more than a row, so writes that come within one turn of the event loop share one
 * (design §3: group commit, at most 2 ms of waiting).
 * @param sync as for a transaction; the database's own way when absent.
 */
export function createGroupCommit(database: Database, sync?: Sync): GroupCommit {
  let waiting: Waiting[] = [];
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      database.transaction(() => batch.forEach((one) => one.write()), sync);
      batch.forEach((one) => one.resolve());
    } catch (error) {
      batch.forEach((one) => one.reject(error));
    }
  };
  return {
    add(write) {
      return new Promise((resolve, reject) => {
        waiting.push({ write, resolve, reject });
        if (waiting.length === 1) setImmediate(flush);
      });
    },
    flush,
  };
}
