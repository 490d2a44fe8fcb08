import { toItemId, toProcessId, type ItemId, type ProcessId, type Slot } from '../contract/ids.ts';
import { numberOf, textOf, type Database, type SqlRow } from '../store/database.ts';
import { createGroupCommit } from '../store/group-commit.ts';
import { JOURNAL_TABLE } from '../store/journal.ts';
import { MONITORS_TABLE } from './monitor.ts';

export const MU_SCHEMA = [
  `CREATE TABLE jobs (
     seq INTEGER PRIMARY KEY, process TEXT NOT NULL, message TEXT NOT NULL, journey TEXT NOT NULL, hops INTEGER NOT NULL,
     next INTEGER NOT NULL, is_held INTEGER NOT NULL);
   CREATE TABLE journeys (journey TEXT PRIMARY KEY, hop_limit INTEGER NOT NULL);
   ${JOURNAL_TABLE}`,
  MONITORS_TABLE,
  'ALTER TABLE jobs ADD COLUMN wish TEXT;',
];

/** A message whose result is still to be pulled and pushed. `message` is the item's id, or an assignment's. */
export interface Job {
  readonly seq: number;
  readonly process: ProcessId;
  readonly message: ItemId;
  /** Id of the item that a person sent and from which all this came. */
  readonly journey: ItemId;
  /** Hops from that item: 0 for itself. */
  readonly hops: number;
  /** Index of the first outbox entry that has not been delivered. */
  readonly next: number;
  readonly isHeld: boolean;
  /** Where the message stands; null where the SU has to be asked. Not kept on disk. */
  readonly slot: Slot | null;
  /** Where `message` is data that somebody wants assigned: how. The SU knows the request again, so asking twice does no harm. */
  readonly wish: AssignWish | null;
}

/** How data is to be assigned to the process of a job. */
export interface AssignWish {
  readonly baseLayer: boolean;
  readonly exclude: readonly string[];
  readonly request: string;
}

export type NewJob = Pick<Job, 'process' | 'message' | 'journey' | 'hops'> & { readonly wish?: AssignWish };

/** A job from outside, written down, and on its way to the disk. */
export interface Owed {
  readonly job: Job;
  readonly synced: Promise<void>;
}

/** What the MU still owes: it survives a kill at any moment. */
export interface Outbox {
  /**
   * A job for what someone outside sent. It resolves when a kill cannot take the job away any more; a power loss cannot
   * once `synced` has resolved, and only then may it be acknowledged.
   */
  accept(job: NewJob): Promise<Owed>;
  /** A job that follows from another one. Lost at a power loss, it is made again: by then its parent's cursor is lost too. */
  add(job: NewJob): Promise<Job>;
  /** The entries before `next` are delivered. */
  moveOn(job: Job, next: number): Promise<void>;
  /** Everything is delivered, or nothing can be. */
  finish(job: Job): Promise<void>;
  hold(job: Job): Promise<void>;
  /** Raises the journey's limit and frees its held jobs; empty when none was held. */
  release(journey: ItemId, limit: number): readonly Job[];
  hopLimit(journey: ItemId): number | null;
  /** Every job that was owed when the outbox was opened, oldest first. */
  owed(): readonly Job[];
  flush(): void;
}

/** Opens the outbox over the MU's database (tables of {@link MU_SCHEMA}). */
export function openOutbox(database: Database): Outbox {
  const synced = createGroupCommit(database, 'full');
  // Progress is written in order, unsynced: what is lost of it at a power loss is delivered again to the same ids.
  const progress = createGroupCommit(database, 'normal');
  let last = numberOf(database.get('SELECT coalesce(max(seq), 0) AS last FROM jobs') ?? {}, 'last');
  const insert = async (job: NewJob): Promise<Job> => {
    const seq = ++last;
    const { process, message, journey, hops, wish = null } = job;
    const sql = 'INSERT INTO jobs (seq, process, message, journey, hops, next, is_held, wish) VALUES (?, ?, ?, ?, ?, 0, 0, ?)';
    await progress.add(() => database.run(sql, seq, process, message, journey, hops, wish === null ? null : JSON.stringify(wish)));
    return { ...job, seq, next: 0, isHeld: false, slot: null, wish };
  };
  const flush = (): void => {
    synced.flush();
    progress.flush();
  };
  return {
    async accept(wanted) {
      const job = await insert(wanted);
      // A synced commit takes with it whatever was written before.
      return { job, synced: synced.add(() => database.run('UPDATE jobs SET next = next WHERE seq = ?', job.seq)) };
    },
    add: insert,
    moveOn: (job, next) => progress.add(() => database.run('UPDATE jobs SET next = ? WHERE seq = ?', next, job.seq)),
    finish: (job) => progress.add(() => database.run('DELETE FROM jobs WHERE seq = ?', job.seq)),
    hold: (job) => progress.add(() => database.run('UPDATE jobs SET is_held = 1 WHERE seq = ?', job.seq)),
    release(journey, limit) {
      flush();
      return database.transaction(() => {
        const held = database.all('SELECT * FROM jobs WHERE journey = ? AND is_held = 1 ORDER BY seq', journey).map(jobOf);
        if (held.length === 0) return [];
        database.run('UPDATE jobs SET is_held = 0 WHERE journey = ?', journey);
        database.run('INSERT OR REPLACE INTO journeys (journey, hop_limit) VALUES (?, ?)', journey, limit);
        return held.map((job) => ({ ...job, isHeld: false }));
      });
    },
    hopLimit(journey) {
      const row = database.get('SELECT hop_limit FROM journeys WHERE journey = ?', journey);
      return row === undefined ? null : numberOf(row, 'hop_limit');
    },
    owed: () => database.all('SELECT * FROM jobs ORDER BY seq').map(jobOf),
    flush,
  };
}

function jobOf(row: SqlRow): Job {
  return {
    seq: numberOf(row, 'seq'),
    process: toProcessId(textOf(row, 'process')),
    message: toItemId(textOf(row, 'message')),
    journey: toItemId(textOf(row, 'journey')),
    hops: numberOf(row, 'hops'),
    slot: null,
    next: numberOf(row, 'next'),
    isHeld: numberOf(row, 'is_held') === 1,
    wish: row['wish'] === null ? null : (JSON.parse(textOf(row, 'wish')) as AssignWish),
  };
}
