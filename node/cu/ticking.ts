import type { Commands } from '../contract/commands.ts';
import type { CronPlan, Moment } from '../contract/cron.ts';
import { AoError } from '../contract/errors.ts';
import { toSlot, type ProcessId } from '../contract/ids.ts';
import { ticksBetween, type Tick } from './cron.ts';
import type { CuPorts } from './ports.ts';

/** Cron messages that are run at once; of a longer backlog the oldest are left out, and that is told. */
export const TICKS_MAX = 10_000;

/** The cron messages that are due before a boundary, and how many more were left out. */
export interface Due {
  readonly ticks: readonly Tick[];
  readonly skipped: number;
}

/** What it takes to know what is due. */
export interface TickingPorts {
  readonly memory: { readonly ticks: Pick<CuPorts['memory']['ticks'], 'last'> };
  /** When a slot was assigned. */
  assignment(process: ProcessId, slot: number): Promise<Moment>;
  blocks(args: Commands['gateway.blocks']['args']): Promise<Commands['gateway.blocks']['reply']>;
}

/** The ports of ticking over those of the CU. */
export function tickingPorts({ memory, ask }: CuPorts): TickingPorts {
  return {
    memory,
    async assignment(process, slot) {
      const { entries } = await ask('su.log', { process, from: toSlot(slot), limit: 1 });
      const assignment = entries[0]?.assignment;
      if (assignment?.slot !== slot) throw new AoError('LOG_BROKEN', { process, slot });
      return assignment;
    },
    blocks: (args) => ask('gateway.blocks', args),
  };
}

/**
 * What is due after slot `slot - 1` and before `right`, without what has been run.
 * @param before when slot `slot - 1` was assigned; asked for when null.
 */
export async function dueTicks(
  ports: TickingPorts,
  process: ProcessId,
  plan: CronPlan,
  slot: number,
  before: Moment | null,
  right: Pick<Moment, 'timestampMs'>,
): Promise<Due> {
  const left = before ?? (await ports.assignment(process, slot - 1));
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

async function blocksBetween(ports: TickingPorts, left: Moment, right: Pick<Moment, 'timestampMs'>): Promise<Moment[]> {
  const blocks: Moment[] = [];
  for (let after = left.blockHeight; ;) {
    const page = (await ports.blocks({ after, beforeMs: right.timestampMs })).blocks;
    const last = page.at(-1);
    if (last === undefined) return blocks;
    blocks.push(...page);
    after = last.blockHeight;
  }
}
