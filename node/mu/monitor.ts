import type { CronPlace } from '../contract/answers.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import { toProcessId, toSlot, type ProcessId } from '../contract/ids.ts';
import { tagValue } from '../contract/item.ts';
import { numberOf, textOf, type Database } from '../store/database.ts';
import { isStopping, type Push } from './push.ts';
import type { MuPorts } from './ports.ts';

export const MONITORS_TABLE = `CREATE TABLE monitors (
  process TEXT PRIMARY KEY, slot INTEGER NOT NULL, tick INTEGER NOT NULL) WITHOUT ROWID;`;

/** Which processes are monitored, and up to which cron message each was pushed; on disk. */
export interface MonitorStore {
  all(): readonly { readonly process: ProcessId; readonly after: CronPlace }[];
  put(process: ProcessId, after: CronPlace): void;
  remove(process: ProcessId): void;
}

/** Pushes what the cron messages of monitored processes send (protocol §2.4). */
export interface Monitors {
  /** From now on; what came before is not pushed. @throws AoError MONITOR_EXISTS, MONITORS_FULL, PROCESS_UNKNOWN. */
  start(process: ProcessId): Promise<void>;
  /** @throws AoError MONITOR_UNKNOWN. */
  end(process: ProcessId): void;
  list(): readonly ProcessId[];
  /** Pushes what is due now, of every process; resolves with how many cron messages that were. */
  catchUp(): Promise<number>;
  /** Waits for what is being pushed; the pauses in between end by themselves when the unit stops. */
  stop(): Promise<void>;
}

/** The shortest cron is a second; the reference asks every ten. */
const EVERY_MS = 1_000;
const PAGE = 50;
/** Each is asked for every second. */
export const MONITORS_MAX = 1_000;
const BEFORE_ALL: CronPlace = { slot: toSlot(0), tick: 0 };

/** The monitors over the MU's database (table {@link MONITORS_TABLE}). */
export function openMonitorStore(database: Database): MonitorStore {
  return {
    all: () =>
      database.all('SELECT process, slot, tick FROM monitors ORDER BY process').map((row) => ({
        process: toProcessId(textOf(row, 'process')),
        after: { slot: toSlot(numberOf(row, 'slot')), tick: numberOf(row, 'tick') },
      })),
    put: (process, { slot, tick }) =>
      database.run('INSERT OR REPLACE INTO monitors (process, slot, tick) VALUES (?, ?, ?)', process, slot, tick),
    remove: (process) => database.run('DELETE FROM monitors WHERE process = ?', process),
  };
}

/** One monitored process. */
interface Watch {
  after: CronPlace;
  /** False once it is known that nothing ever wakes it: it is not asked then, however many of its kind are watched. */
  isWoken: boolean;
  /** What its last failure said, so that it is told once. */
  told: string;
  /** One round at a time. */
  turn: Promise<unknown>;
}

/** Goes on with every monitor that `store` holds. A cron message that was pushed right before a kill is pushed again, to the same ids. */
export function createMonitors(ports: MuPorts, store: MonitorStore, push: Push['cron']): Monitors {
  const watched = new Map<ProcessId, Watch>();
  /** Those whose first answer has not come yet: they count, however many are asked for at once. */
  const starting = new Set<ProcessId>();
  const loops = new Set<Promise<void>>();

  const watch = (process: ProcessId, after: CronPlace): void => {
    const mine: Watch = { after, isWoken: true, told: '', turn: Promise.resolve() };
    watched.set(process, mine);
    const loop = follow(process, mine).finally(() => loops.delete(loop));
    loops.add(loop);
  };
  const isWatched = (process: ProcessId, mine: Watch): boolean => watched.get(process) === mine;
  /** Pushes everything that is due. @throws AoError CANCELLED when the node stops; other failures are told. */
  const pushDue = async (process: ProcessId, mine: Watch): Promise<number> => {
    let pushed = 0;
    try {
      // A paused node wakes nobody: what came due meanwhile is pushed when it goes on, each with its own time.
      for (let isMore = !ports.outbox.isPaused(); isMore && isWatched(process, mine);) {
        const { ticks } = await ports.ask('cu.cron', { process, after: mine.after, limit: PAGE });
        for (const tick of ticks) {
          if (!isWatched(process, mine) || ports.outbox.isPaused()) return pushed;
          await push(tick);
          if (!isWatched(process, mine)) return pushed;
          mine.after = { slot: tick.slot, tick: tick.tick };
          store.put(process, mine.after);
          pushed++;
        }
        isMore = ticks.length === PAGE;
      }
      mine.told = '';
    } catch (error) {
      if (isStopping(error)) throw error;
      const known = error instanceof AoError ? error : new AoError('UNEXPECTED', { reason: reasonOf(error) });
      if (known.message !== mine.told && isWatched(process, mine))
        ports.record({ kind: 'mu.rejected', id: process, sketch: null, code: known.code, message: known.message });
      mine.told = known.message;
    }
    return pushed;
  };
  const round = (process: ProcessId, mine: Watch): Promise<number> => {
    const running = mine.turn.then(() => pushDue(process, mine));
    mine.turn = running.catch(() => undefined);
    return running;
  };
  /** A process has its crons from its spawn on. Where the scheduler is away it is taken to have some. */
  const hasCron = async (process: ProcessId): Promise<boolean> => {
    try {
      return tagValue((await ports.ask('su.process', { process })).item.tags, 'Cron-Interval') !== null;
    } catch (error) {
      if (isStopping(error)) throw error;
      return true;
    }
  };
  const follow = async (process: ProcessId, mine: Watch): Promise<void> => {
    try {
      mine.isWoken = await hasCron(process);
      while (mine.isWoken && isWatched(process, mine)) {
        await round(process, mine);
        await ports.pause(EVERY_MS);
      }
    } catch {
      // Pauses and questions end like this when the node stops.
    }
  };
  for (const { process, after } of store.all()) watch(process, after);

  return {
    async start(process) {
      if (watched.has(process) || starting.has(process)) throw new AoError('MONITOR_EXISTS', { process });
      if (watched.size + starting.size >= MONITORS_MAX) throw new AoError('MONITORS_FULL', { limit: MONITORS_MAX });
      starting.add(process);
      try {
        const { newest } = await ports.ask('cu.cron', { process, after: null, limit: 1 });
        store.put(process, newest ?? BEFORE_ALL);
        watch(process, newest ?? BEFORE_ALL);
      } finally {
        starting.delete(process);
      }
    },
    end(process) {
      if (!watched.delete(process)) throw new AoError('MONITOR_UNKNOWN', { process });
      store.remove(process);
    },
    list: () => [...watched.keys()],
    async catchUp() {
      const pushed = await Promise.all([...watched].filter(([, mine]) => mine.isWoken).map(([process, mine]) => round(process, mine)));
      return pushed.reduce((sum, one) => sum + one, 0);
    },
    async stop() {
      watched.clear();
      await Promise.all(loops);
    },
  };
}
