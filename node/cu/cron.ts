import { secondOf, type CronPlan, type Moment } from '../contract/cron.ts';
import type { Tag } from '../contract/item.ts';
import type { MessageInput } from './vm/machine.ts';

/** A cron message that is due. */
export interface Tick extends Moment {
  readonly cron: string;
  readonly tags: readonly Tag[];
}

/** The last second in which ticks were run, and which they were: none of them runs twice. */
export interface LastTicks {
  readonly second: number;
  /** As {@link tickKey} tells them apart. */
  readonly ticks: ReadonlySet<string>;
}

/**
 * The cron messages between two boundaries, the right one excluded, as the reference CU generates them: in steps of a
 * second from the left one on; where a step reaches the next block those of the block come first. A longer `right`
 * only adds to the end. Unlike there no cron comes twice in a second, however many messages that second has, and a
 * block right before a boundary is not lost.
 * @param blocks of the chain, ascending; those outside the boundaries are passed over.
 */
export function* ticksBetween(
  plan: CronPlan,
  left: Moment,
  right: Pick<Moment, 'timestampMs'>,
  blocks: readonly Moment[],
  last: LastTicks | null,
): Generator<Tick> {
  const waiting = blocks.filter(({ timestampMs }) => timestampMs >= left.timestampMs && timestampMs < right.timestampMs);
  let { blockHeight } = left;
  const isNew = (tick: Tick): boolean => {
    const second = secondOf(tick.timestampMs);
    return last === null || second > last.second || (second === last.second && !last.ticks.has(tickKey(tick)));
  };
  const ofBlock = (block: Moment): Tick[] => {
    blockHeight = block.blockHeight;
    const since = block.blockHeight - plan.origin.blockHeight;
    return plan.byBlock
      .filter(({ every }) => since !== 0 && since % every === 0)
      .map(({ name, tags }) => ({ ...block, cron: name, tags }))
      .filter(isNew);
  };
  for (let timestampMs = left.timestampMs; timestampMs < right.timestampMs; timestampMs += 1_000) {
    for (let next = waiting[0]; next !== undefined && secondOf(timestampMs) >= secondOf(next.timestampMs); [next] = waiting) {
      waiting.shift();
      yield* ofBlock(next);
    }
    const since = secondOf(timestampMs) - secondOf(plan.origin.timestampMs);
    for (const { every, name, tags } of plan.byTime) {
      const tick = { cron: name, timestampMs, blockHeight, tags };
      if (since !== 0 && since % every === 0 && isNew(tick)) yield tick;
    }
  }
  for (const block of waiting) yield* ofBlock(block);
}

/** The tags of a cron message that is known by its name. */
export function tagsOf({ byTime, byBlock }: CronPlan, { cron }: Pick<Tick, 'cron'>): readonly Tag[] {
  return [...byTime, ...byBlock].find(({ name }) => name === cron)?.tags ?? [];
}

/** The message object that a program sees for a tick: no Id, no Data, and the process's owner as its sender (protocol §4.3). */
export function tickInput(process: string, owner: string, { tags, timestampMs, blockHeight }: Tick): MessageInput {
  return {
    Owner: owner,
    From: owner,
    Target: process,
    Tags: tags,
    Timestamp: timestampMs,
    'Block-Height': blockHeight,
    Cron: true,
    'Read-Only': false,
  };
}

/** What tells a tick from the others of its second: several blocks may share one. */
export function tickKey({ cron, blockHeight }: Pick<Tick, 'cron' | 'blockHeight'>): string {
  return cron.includes('block') ? `${cron} ${blockHeight}` : cron;
}
