import type { ProcessId } from '../contract/ids.ts';
import { toSlot } from '../contract/ids.ts';
import type { Assignment } from '../contract/item.ts';
import { AoError } from '../contract/errors.ts';
import { ticksBetween, type CronPlan, type Moment, type Tick } from './cron.ts';
import type { CuPorts } from './ports.ts';

/** Cron messages that are run at once; of a longer backlog the oldest are left out, and that is told. */
export const TICKS_MAX = 10_000;

/** The cron messages that are due before a boundary, and how many more were left out. */
export interface Due {
  readonly ticks: readonly Tick[];
  readonly skipped: number;
}

/**
 * What is due after slot `slot - 1` and before `right`, without what has been run.
 * @param before the assignment of slot `slot - 1`; asked for when null.
 */
export async function dueTicks(
  ports: CuPorts,
  process: ProcessId,
  plan: CronPlan,
  slot: number,
  before: Assignment | null,
  right: Pick<Moment, 'timestampMs'>,
): Promise<Due> {
  const left = before ?? (await assignmentAt(ports, process, slot - 1));
  const blocks = await blocksBetween(ports, left, right);
  const ticks: Tick[] = [];
  let skipped = 0;
  for (const tick of ticksBetween(plan, left, right, blocks, ports.memory.ticks.last(process))) {
    ticks.push(tick);
    if (ticks.length < TICKS_MAX * 2) continue;
    ticks.splice(0, TICKS_MAX);
    skipped += TICKS_MAX;
  }
  const tooMany = Math.max(0, ticks.length - TICKS_MAX);
  return { ticks: ticks.slice(tooMany), skipped: skipped + tooMany };
}

async function assignmentAt(ports: CuPorts, process: ProcessId, slot: number): Promise<Assignment> {
  const { entries } = await ports.ask('su.log', { process, from: toSlot(slot), limit: 1 });
  const assignment = entries[0]?.assignment;
  if (assignment?.slot !== slot) throw new AoError('LOG_BROKEN', { process, slot });
  return assignment;
}

async function blocksBetween(ports: CuPorts, left: Moment, right: Pick<Moment, 'timestampMs'>): Promise<Moment[]> {
  const blocks: Moment[] = [];
  for (let after = left.blockHeight; ;) {
    const page = await ports.ask('gateway.blocks', { after, beforeMs: right.timestampMs });
    blocks.push(...page.blocks);
    const last = page.blocks.at(-1);
    if (last === undefined || page.blocks.length < 1_000) return blocks;
    after = last.blockHeight;
  }
}
