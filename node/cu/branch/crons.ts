import { secondOf, type CronPlan, type Moment } from '../../contract/cron.ts';
import { tickKey, type LastTicks, type Tick } from '../cron.ts';
import type { CuPorts } from '../ports.ts';
import { dueTicks } from '../ticking.ts';
import type { Line } from './line.ts';

/** A line that is to be woken, and for what. */
export interface Wake {
  readonly line: Line;
  readonly tick: Tick;
}

/** Wakes processes in a branch whose cron messages are not those of the main line: by their own schedule, on the branch's clock. */
export interface BranchCrons {
  /** @param since when its newest message was assigned. */
  add(line: Line, plan: CronPlan, since: Moment): void;
  /** The first one that is due before a time; null when none is. */
  next(beforeMs: number): Promise<Wake | null>;
  /** A cron message was run, so it does not come again. */
  woken(wake: Wake): void;
  /** A message was run: seconds are counted from it, as on the main line. */
  heard(line: Line, at: Moment): void;
}

interface Sleeper {
  readonly line: Line;
  readonly plan: CronPlan;
  left: Moment;
  /** Up to when `due` is known. */
  knownToMs: number;
  due: readonly Tick[];
  last: LastTicks | null;
}

/** Nobody sleeps yet. Of a long gap between two messages only the newest come, as on the main line. */
export function createBranchCrons({ ask }: Pick<CuPorts, 'ask'>): BranchCrons {
  const sleepers = new Map<Line, Sleeper>();
  const lookAhead = async (sleeper: Sleeper, toMs: number): Promise<void> => {
    const { line, plan, left, last } = sleeper;
    const ports = {
      memory: { ticks: { last: () => last } },
      assignment: async () => left,
      blocks: (args: Parameters<typeof ask<'gateway.blocks'>>[1]) => ask('gateway.blocks', args),
    };
    const { ticks } = await dueTicks(ports, line.process, plan, line.nextSlot(), left, { timestampMs: toMs });
    [sleeper.due, sleeper.knownToMs] = [ticks, toMs];
  };
  return {
    add: (line, plan, since) => void sleepers.set(line, { line, plan, left: since, knownToMs: since.timestampMs, due: [], last: null }),
    async next(beforeMs) {
      let first: Wake | null = null;
      for (const sleeper of sleepers.values()) {
        if (sleeper.due.length === 0 && sleeper.knownToMs < beforeMs) await lookAhead(sleeper, beforeMs);
        const [tick] = sleeper.due;
        if (tick === undefined || tick.timestampMs >= beforeMs) continue;
        if (first === null || tick.timestampMs < first.tick.timestampMs) first = { line: sleeper.line, tick };
      }
      return first;
    },
    woken({ line, tick }) {
      const sleeper = sleepers.get(line);
      if (sleeper === undefined) return;
      const second = secondOf(tick.timestampMs);
      const before = sleeper.last?.second === second ? sleeper.last.ticks : [];
      sleeper.last = { second, ticks: new Set([...before, tickKey(tick)]) };
      sleeper.due = sleeper.due.slice(1);
    },
    heard(line, at) {
      const sleeper = sleepers.get(line);
      if (sleeper !== undefined) Object.assign(sleeper, { left: at, knownToMs: at.timestampMs, due: [] });
    },
  };
}
