import type { CronDue } from '../contract/answers.ts';
import { nextDueMs, parseCrons, ticksPerSecond, type ChainPace, type CronPlan } from '../contract/cron.ts';
import { AoError } from '../contract/errors.ts';
import { toSlot, type ProcessId } from '../contract/ids.ts';
import type { Item } from '../contract/item.ts';
import type { Schedule } from './schedule.ts';

/** Which processes wake up by themselves. */
export interface Crons {
  /** A process was spawned. */
  add(process: ProcessId, item: Item | null): void;
  /** Every one of them, and when its next cron message will have come. */
  due(nowMs: number, pace: ChainPace): readonly CronDue[];
}

/** The processes of the schedule that have crons; the log is looked through when they are asked for the first time. */
export function createCrons(schedule: Schedule): Crons {
  let known: Map<ProcessId, CronPlan> | null = null;

  const planOf = (process: ProcessId): CronPlan | null => {
    const [first] = schedule.read(process, toSlot(0), 1);
    if (first === undefined || first.message === null || !hasCron(first.message)) return null;
    try {
      return parseCrons(first.message.tags, first.assignment);
    } catch (error) {
      // Its first evaluation says so.
      if (error instanceof AoError && error.code === 'CRON_INVALID') return null;
      throw error;
    }
  };
  const put = (plans: Map<ProcessId, CronPlan>, process: ProcessId): void => {
    const plan = planOf(process);
    if (plan !== null) plans.set(process, plan);
  };
  const all = (): ReadonlyMap<ProcessId, CronPlan> => {
    if (known === null) {
      known = new Map();
      for (const process of schedule.processes()) put(known, process);
    }
    return known;
  };
  return {
    add(process, item) {
      if (known !== null && item !== null && hasCron(item)) put(known, process);
    },
    due: (nowMs, pace) =>
      [...all()].map(([process, plan]) => ({
        process,
        nextMs: nextDueMs(plan, schedule.end(process)?.timestampMs ?? 0, nowMs, pace),
        perSecond: ticksPerSecond(plan, pace.blockMs),
      })),
  };
}

function hasCron({ tags }: Item): boolean {
  return tags.some(({ name }) => name === 'Cron-Interval' || name.startsWith('Cron-Tag-'));
}
