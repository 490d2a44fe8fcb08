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
  `ALTER TABLE jobs ADD COLUMN ahead TEXT;
   ALTER TABLE jobs ADD COLUMN is_told INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE ended (journey TEXT PRIMARY KEY) WITHOUT ROWID;
   CREATE TABLE paused (at INTEGER PRIMARY KEY) WITHOUT ROWID;`,
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
  /** The first turn whose entry has not been delivered. */
  readonly next: number;
  /** Turns after it whose entry a person has had delivered before. */
  readonly ahead: readonly number[];
  readonly isHeld: boolean;
  /** Has been told which of its entries wait while the node is paused. */
  readonly isTold: boolean;
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
  /** The entries before `next` are delivered, and those of `ahead`. */
  moveOn(job: Job, next: number, ahead: readonly number[]): Promise<void>;
  /** It has been told which of its entries wait. */
  told(job: Job): Promise<void>;
  /** Everything is delivered, or nothing can be. */
  finish(job: Job): Promise<void>;
  hold(job: Job): Promise<void>;
  /** Raises the journey's limit and frees its held jobs; empty when none was held. */
  release(journey: ItemId, limit: number): readonly Job[];
  hopLimit(journey: ItemId): number | null;
  /** Nothing of the journey is delivered any more, also after a power loss. Frees its held jobs, to be dropped. */
  end(journey: ItemId): readonly Job[];
  isEnded(journey: ItemId): boolean;
  isPaused(): boolean;
  /** Resolves once it would survive a power loss. */
  setPaused(isPaused: boolean): Promise<void>;
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
    return { ...job, seq, next: 0, ahead: [], isHeld: false, isTold: false, slot: null, wish };
  };
  let isPaused = database.get('SELECT at FROM paused') !== undefined;
  const ended = new Set(database.all('SELECT journey FROM ended').map((row) => textOf(row, 'journey')));
  const freeHeld = (journey: ItemId): readonly Job[] => {
    const held = database.all('SELECT * FROM jobs WHERE journey = ? AND is_held = 1 ORDER BY seq', journey).map(jobOf);
    database.run('UPDATE jobs SET is_held = 0 WHERE journey = ?', journey);
    return held.map((job) => ({ ...job, isHeld: false }));
  };
  const flush = (): void => {
    synced.flush();
    progress.flush();
  };
  return {
    async accept(wanted) {
      // Whoever sends it anew begins it anew.
      if (ended.delete(wanted.journey)) database.run('DELETE FROM ended WHERE journey = ?', wanted.journey);
      const job = await insert(wanted);
      // A synced commit takes with it whatever was written before.
      return { job, synced: synced.add(() => database.run('UPDATE jobs SET next = next WHERE seq = ?', job.seq)) };
    },
    add: insert,
    moveOn: (job, next, ahead) =>
      progress.add(() =>
        database.run('UPDATE jobs SET next = ?, ahead = ? WHERE seq = ?', next, ahead.length === 0 ? null : JSON.stringify(ahead), job.seq),
      ),
    told: (job) => progress.add(() => database.run('UPDATE jobs SET is_told = 1 WHERE seq = ?', job.seq)),
    finish: (job) => progress.add(() => database.run('DELETE FROM jobs WHERE seq = ?', job.seq)),
    hold: (job) => progress.add(() => database.run('UPDATE jobs SET is_held = 1, is_told = 0 WHERE seq = ?', job.seq)),
    release(journey, limit) {
      flush();
      return database.transaction(() => {
        const held = freeHeld(journey);
        if (held.length > 0) database.run('INSERT OR REPLACE INTO journeys (journey, hop_limit) VALUES (?, ?)', journey, limit);
        return held;
      });
    },
    hopLimit(journey) {
      const row = database.get('SELECT hop_limit FROM journeys WHERE journey = ?', journey);
      return row === undefined ? null : numberOf(row, 'hop_limit');
    },
    end(journey) {
      flush();
      const freed = database.transaction(() => {
        database.run('INSERT OR IGNORE INTO ended (journey) VALUES (?)', journey);
        return freeHeld(journey);
      }, 'full');
      ended.add(journey);
      return freed;
    },
    isEnded: (journey) => ended.has(journey),
    isPaused: () => isPaused,
    async setPaused(wanted) {
      isPaused = wanted;
      await synced.add(() => database.run(wanted ? 'INSERT OR IGNORE INTO paused (at) VALUES (1)' : 'DELETE FROM paused'));
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
    ahead: row['ahead'] === null ? [] : (JSON.parse(textOf(row, 'ahead')) as number[]),
    isHeld: numberOf(row, 'is_held') === 1,
    isTold: numberOf(row, 'is_told') === 1,
    wish: row['wish'] === null ? null : (JSON.parse(textOf(row, 'wish')) as AssignWish),
  };
}
