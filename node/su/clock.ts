import type { ClockMode, ClockStart, ClockState, ClockWish } from '../contract/clock.ts';
import { checkRate } from '../contract/clock.ts';
import type { Commands } from '../contract/commands.ts';
import type { ChainPace } from '../contract/cron.ts';
import { AoError } from '../contract/errors.ts';
import { numberOf, textOf, type Database, type Sync } from '../store/database.ts';

export const CLOCK_TABLE = 'CREATE TABLE clock (mode TEXT NOT NULL, rate REAL NOT NULL, timestamp INTEGER NOT NULL);';

/** Protocol time: the SU is the only unit that reads it. */
export interface SuClock {
  state(): ClockState;
  /** The newest block and the pace of the next ones. */
  pace(): ChainPace;
  /** What an assignment after `afterMs` carries. `reached` resolves when the chain has come as far. */
  moment(afterMs: number): { readonly nowMs: number; readonly blockHeight: number; readonly reached: Promise<void> };
  /** @throws AoError CLOCK_RATE, CLOCK_AHEAD; what the gateway answers when it cannot come along. */
  set(wish: ClockWish): Promise<ClockState>;
  /** Moves time on. A clock that follows the computer's is told no. @throws AoError CLOCK_BACKWARDS. */
  jump(timestampMs: number): Promise<ClockState>;
  stop(): Promise<void>;
}

export interface ClockPorts {
  readonly database: Database;
  /** Tells the gateway the time; the gateway goes first, so that no assignment names a block that is not there. */
  gatewayClock(timestampMs: number | null): Promise<Commands['gateway.clock']['reply']>;
  /** The height of the chain while it follows the computer's clock. */
  gatewayHeight(): Promise<number>;
  /** How the clock begins where nothing has been kept. */
  readonly start: ClockStart | null;
  /** No assignment was made later than this, Unix ms; 0 for none. */
  readonly newestMs: number;
  /** The computer's clock, Unix ms. */
  computerMs(): number;
  /** ms that have passed on a clock that nobody sets. */
  stopwatchMs(): number;
  onChange(state: ClockState): void;
}

/** How often the local chain's height is asked for; a block lasts two minutes, and more can be mined at any time. */
const HEIGHT_EVERY_MS = 5_000;
const HEIGHT_EVERY_OWN_MS = 500;
/** A running clock goes on in steps of this: each is agreed on with the gateway and written down. */
const RUN_EVERY_MS = 50;
const SECOND_MS = 1_000;

/**
 * Opens the clock over the SU's database (table {@link CLOCK_TABLE}). While it has a time of its own, that time only moves
 * after the gateway's chain has, and after it is on disk: a kill in between leaves the gateway ahead, and the next start
 * takes the gateway's time.
 */
export async function openClock(ports: ClockPorts): Promise<SuClock> {
  const { database } = ports;
  let { mode, rate, timestampMs } = read(ports);
  let height = 0;
  let chain: { readonly nextBlockMs: number; readonly blockMs: number } = { nextBlockMs: Number.MAX_SAFE_INTEGER, blockMs: 120_000 };
  let turn: Promise<unknown> = Promise.resolve();
  /** From where a running clock counts. */
  let from = { timestampMs, stopwatchMs: ports.stopwatchMs() };

  const now = (): number => (mode === 'real' ? Math.max(timestampMs, ports.computerMs()) : timestampMs);
  const state = (): ClockState => ({ mode, rate, timestampMs: now(), blockHeight: height });
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const keep = (sync: Sync): void => {
    const at = Math.floor(timestampMs);
    database.transaction(() => {
      database.run('DELETE FROM clock');
      database.run('INSERT INTO clock (mode, rate, timestamp) VALUES (?, ?, ?)', mode, rate, at);
    }, sync);
  };
  /** Goes to `to` together with the gateway, which may be further. */
  const reach = async (to: number, sync: Sync, next: ClockMode = mode): Promise<void> => {
    const there = await ports.gatewayClock(to);
    const before = { mode, timestampMs };
    mode = next;
    timestampMs = Math.max(timestampMs, there.timestampMs);
    if (mode !== before.mode || timestampMs !== before.timestampMs) keep(sync);
    height = Math.max(height, there.blockHeight);
    chain = there;
  };
  const countFromHere = (): void => {
    from = { timestampMs, stopwatchMs: ports.stopwatchMs() };
  };
  const meet = async (): Promise<void> => {
    if (mode === 'real') height = Math.max(height, await ports.gatewayHeight());
    else await reach(timestampMs, 'normal');
  };

  const changed = (): ClockState => {
    ports.onChange(state());
    return state();
  };
  const setReal = async (): Promise<void> => {
    // Going back by less than a second is standing still for as long: pausing rounds up to a second.
    if (timestampMs > ports.computerMs() + SECOND_MS) throw new AoError('CLOCK_AHEAD', { now: isoOf(timestampMs) });
    await ports.gatewayClock(null);
    mode = 'real';
    keep('full');
  };
  const timers = startTimers({
    heightEveryMs: () => (mode === 'real' ? HEIGHT_EVERY_MS : HEIGHT_EVERY_OWN_MS),
    // Between two answers the last height stands; it only ever grows.
    height: () => inTurn(meet).catch(() => undefined),
    run: () =>
      inTurn(async () => {
        if (mode !== 'running') return;
        const to = Math.floor(from.timestampMs + (ports.stopwatchMs() - from.stopwatchMs) * rate);
        if (to > timestampMs) await reach(to, 'normal');
        // The gateway was ahead: what is missing is not waited for.
        if (timestampMs > to) countFromHere();
      }).catch(countFromHere),
  });
  // Without a gateway the scheduler still schedules; the height follows as soon as there is one.
  await (mode === 'real' && timestampMs > 0 ? ports.gatewayClock(null).then(meet) : meet()).catch(() => undefined);
  if (mode !== 'real') keep('full');
  countFromHere();

  return {
    state,
    pace: () => ({ blockHeight: height, ...chain }),
    moment(afterMs) {
      const nowMs = now();
      const at = Math.max(nowMs, afterMs + 1);
      if (mode === 'real' || at < chain.nextBlockMs) return { nowMs, blockHeight: height, reached: Promise.resolve() };
      // More messages than the pause has ms: the chain comes along.
      const more = 1 + Math.floor((at - chain.nextBlockMs) / chain.blockMs);
      const reached = inTurn(() => reach(at, 'normal')).catch(() => undefined);
      return { nowMs: at, blockHeight: height + more, reached };
    },
    set: (wish) =>
      inTurn(async () => {
        if (wish.mode === 'running' && wish.rate !== null) checkRate(wish.rate);
        const before = { mode, rate };
        if (wish.mode === 'real') {
          if (mode !== 'real') await setReal();
        } else if (wish.mode === 'paused') {
          // At a whole second, so that the crons of one second are never torn apart.
          if (mode !== 'paused') await reach(Math.ceil(now() / SECOND_MS) * SECOND_MS, 'full', 'paused');
        } else {
          const wanted = wish.rate ?? (mode === 'real' ? 1 : rate);
          await reach(Math.floor(now()), 'full', 'running');
          rate = wanted;
          keep('full');
          countFromHere();
        }
        return mode === before.mode && rate === before.rate ? state() : changed();
      }),
    jump: (to) =>
      inTurn(async () => {
        if (to < now() || mode === 'real') throw new AoError('CLOCK_BACKWARDS', { now: isoOf(now()), to: isoOf(to) });
        await reach(to, 'full');
        countFromHere();
        return changed();
      }),
    async stop() {
      timers.stop();
      await turn;
    },
  };
}

function read({ database, start, newestMs, computerMs }: ClockPorts): { mode: ClockMode; rate: number; timestampMs: number } {
  const row = database.get('SELECT mode, rate, timestamp FROM clock');
  if (row !== undefined) {
    const mode = textOf(row, 'mode');
    const rate = numberOf(row, 'rate');
    const timestampMs = numberOf(row, 'timestamp');
    return mode === 'paused' || mode === 'running' ? { mode, rate, timestampMs } : { mode: 'real', rate, timestampMs };
  }
  // A log that came back from elsewhere may be from the future of this computer: time does not go behind it.
  if (start === null || newestMs > 0) return { mode: 'real', rate: 1, timestampMs: newestMs > computerMs() ? newestMs : 0 };
  const timestampMs = start.startMs ?? Math.ceil(computerMs() / SECOND_MS) * SECOND_MS;
  return { mode: start.rate === null ? 'paused' : 'running', rate: start.rate ?? 1, timestampMs };
}

interface TimerWork {
  heightEveryMs(): number;
  height(): Promise<void>;
  run(): Promise<void>;
}

/** The two things that a clock does by itself; each waits for the one before. */
function startTimers(work: TimerWork): { stop(): void } {
  let isStopped = false;
  const timers = new Map<string, NodeJS.Timeout>();
  const again = (name: string, everyMs: () => number, one: () => Promise<void>): void => {
    if (isStopped) return;
    timers.set(
      name,
      setTimeout(() => void one().then(() => again(name, everyMs, one)), everyMs()),
    );
  };
  again('height', work.heightEveryMs, work.height);
  again('run', () => RUN_EVERY_MS, work.run);
  return {
    stop() {
      isStopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/** A time as a person reads it in an error. */
function isoOf(timestampMs: number): string {
  return new Date(timestampMs).toISOString().replace('.000Z', 'Z');
}
