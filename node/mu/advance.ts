import type { ClockState, ClockStep } from '../contract/clock.ts';
import type { CronDue } from '../contract/answers.ts';
import { AoError, ERRORS } from '../contract/errors.ts';
import type { ProcessId } from '../contract/ids.ts';
import type { Monitors } from './monitor.ts';
import type { MuPorts } from './ports.ts';
import type { Queue } from './queue.ts';

/** Moves protocol time on, with all that comes due on the way. */
export interface Advance {
  /** Answers once everything due has been run and pushed. @throws AoError CLOCK_BACKWARDS, CLOCK_NO_CRON; what the SU says. */
  advance(by: ClockStep): Promise<ClockState>;
  /** Waits until nothing is owed. With a clock of its own: until what is due has been run and pushed as well. */
  settle(): Promise<void>;
}

/** Moments of monitored processes that one advance goes through; where more lie on the way, time leaps to the last of them. */
export const MOMENTS_MAX = 10_000;
/** Processes whose cron messages are run side by side. */
const SIDE_BY_SIDE = 16;

/**
 * The clock is the SU's, what a cron message sends is the MU's to push, so the MU leads. A jump is no leap: what a
 * monitored process sends in the middle of it gets the time it was sent at, and others answer then. A process that
 * nobody monitors sends nothing and is run at the end: its cron messages carry their own times.
 */
export function createAdvance(
  { ask }: Pick<MuPorts, 'ask'>,
  queue: Pick<Queue, 'idle' | 'isIdle'>,
  monitors: Pick<Monitors, 'list' | 'catchUp'>,
): Advance {
  let turn: Promise<unknown> = Promise.resolve();

  const runUnmonitored = async (): Promise<void> => {
    const { due } = await ask('su.due', {});
    const monitored = new Set(monitors.list());
    const waiting = due.map(({ process }) => process).filter((process) => !monitored.has(process));
    const drain = async (): Promise<void> => {
      for (let process = waiting.shift(); process !== undefined; process = waiting.shift()) await runDue(ask, process);
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, drain));
  };
  /** Time stands still, so this ends as soon as the journeys do. */
  const settleMonitored = async (): Promise<void> => {
    do await queue.idle();
    while ((await monitors.catchUp()) > 0 || !queue.isIdle());
  };
  const settle = async (): Promise<void> => {
    await queue.idle();
    const mode = await ask('su.clock', {}).then(
      (state) => state.mode,
      () => 'real' as const, // Without a scheduler nothing comes due.
    );
    if (mode === 'real') return;
    if (mode === 'paused') await settleMonitored();
    else {
      // Up to the present: there is always more to come.
      await monitors.catchUp();
      await queue.idle();
    }
    await runUnmonitored();
  };

  const targetOf = async (by: ClockStep, nowMs: number): Promise<number> => {
    if (by.kind === 'to') return by.timestampMs;
    if (by.kind === 'seconds') return nowMs + Math.round(by.seconds * 1_000);
    const { due, nextBlockMs } = await ask('su.due', {});
    if (by.kind === 'block') return nextBlockMs;
    const next = Math.min(...due.map(({ nextMs }) => nextMs));
    if (next === Infinity) throw new AoError('CLOCK_NO_CRON');
    return next;
  };
  /** Goes through the moments of monitored processes up to `target`. */
  const walk = async (from: number, target: number): Promise<void> => {
    for (let moments = 0, nowMs = from; moments < MOMENTS_MAX; moments++) {
      const monitored = new Set(monitors.list());
      if (monitored.size === 0) return;
      const due = (await ask('su.due', {})).due.filter(({ process }) => monitored.has(process));
      const next = Math.max(momentOf(due, nowMs, target, MOMENTS_MAX - moments), nowMs);
      if (next >= target) return;
      if (next > nowMs) nowMs = (await ask('su.jump', { timestampMs: next })).timestampMs;
      await settleMonitored();
    }
  };
  const advance = async (by: ClockStep): Promise<ClockState> => {
    const before = await ask('su.clock', {});
    const paused = before.mode === 'paused' ? before : await ask('su.setClock', { wish: { mode: 'paused' } });
    const resume = async (): Promise<void> => {
      if (before.mode === 'running') await ask('su.setClock', { wish: { mode: 'running', rate: null } });
    };
    try {
      await settle();
      const target = await targetOf(by, paused.timestampMs);
      if (target > paused.timestampMs) await walk(paused.timestampMs, target);
      await ask('su.jump', { timestampMs: target });
      await settle();
    } catch (error) {
      await resume();
      throw error;
    }
    await resume();
    return ask('su.clock', {});
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  return { advance: (by) => inTurn(() => advance(by)), settle };
}

/** When to stop next: at the next moment, or behind those that are too many to stop at. Infinity when none is left. */
function momentOf(due: readonly CronDue[], nowMs: number, target: number, momentsLeft: number): number {
  const perSecond = due.reduce((sum, one) => sum + one.perSecond, 0);
  const next = Math.min(...due.map(({ nextMs }) => nextMs));
  const leap = perSecond === 0 ? nowMs : Math.floor(target - (momentsLeft / perSecond) * 1_000);
  return Math.max(next, Math.min(leap, target));
}

/** What is due of a process is run; one that cannot be evaluated has said so itself and keeps no other waiting. */
async function runDue(ask: MuPorts['ask'], process: ProcessId): Promise<void> {
  try {
    await ask('cu.cron', { process, after: null, limit: 1 });
  } catch (error) {
    if (!(error instanceof AoError) || ERRORS[error.code].fault === 'system') throw error;
    if (error.code === 'CANCELLED') throw error;
  }
}
