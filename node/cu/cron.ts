import { AoError } from '../contract/errors.ts';
import type { Tag } from '../contract/item.ts';
import type { MessageInput } from './vm/machine.ts';

/** A time of the protocol and the height of the chain then. */
export interface Moment {
  /** Unix ms. */
  readonly timestampMs: number;
  readonly blockHeight: number;
}

/** One Cron-Interval of a process with the Cron-Tag-* that follow it. */
interface Cron {
  /** As the reference CU names it: its index among those of its kind and the interval as it was written, `0-10-seconds`. */
  readonly name: string;
  /** Seconds, or blocks. */
  readonly every: number;
  readonly tags: readonly Tag[];
}

/** Everything a process wants to be woken for, since `origin`, its own assignment. */
export interface CronPlan {
  readonly origin: Moment;
  /** In the order in which they were declared. */
  readonly byBlock: readonly Cron[];
  /** The shortest interval first. */
  readonly byTime: readonly Cron[];
}

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

const TAG = /^Cron-Tag-(.+)$/;
const INTERVAL = /^\s*(\d+)\s*-\s*([a-z]+?)s?\s*$/;
const DAY = 86_400;
const YEAR = 365.25 * DAY;
/** Seconds; a year as the reference's parser has it, and the twelfth of one, which the reference does not know. */
const SECONDS: Readonly<Record<string, number>> = {
  millisecond: 0.001,
  second: 1,
  minute: 60,
  hour: 3_600,
  day: DAY,
  week: 7 * DAY,
  month: YEAR / 12,
  year: YEAR,
};

/**
 * The crons in a process's tags; null when it has none (protocol §1.3, §4.5).
 * @throws AoError CRON_INVALID for an interval that can never come, or a Cron-Tag-* before any Cron-Interval.
 */
export function parseCrons(tags: readonly Tag[], origin: Moment): CronPlan | null {
  const found: { readonly interval: string; readonly isByBlock: boolean; readonly every: number; readonly tags: Tag[] }[] = [];
  for (const { name, value } of tags) {
    if (name === 'Cron-Interval') found.push({ interval: value, ...parseInterval(value), tags: [] });
    const tagName = TAG.exec(name)?.[1];
    if (tagName === undefined) continue;
    const last = found.at(-1);
    if (last === undefined) throw new AoError('CRON_INVALID', { reason: `${name} stands before any Cron-Interval` });
    last.tags.push({ name: tagName, value });
  }
  if (found.length === 0) return null;
  const named = (some: typeof found): Cron[] =>
    some.map(({ interval, every, tags: given }, index) => ({ name: `${index}-${interval}`, every, tags: given }));
  return {
    origin,
    byBlock: named(found.filter(({ isByBlock }) => isByBlock)),
    byTime: named(found.filter(({ isByBlock }) => !isByBlock).sort((a, b) => a.every - b.every)),
  };
}

function parseInterval(text: string): { readonly isByBlock: boolean; readonly every: number } {
  const [, count = '', unit = ''] = INTERVAL.exec(text) ?? [];
  const isByBlock = unit === 'block';
  const every = isByBlock ? Number(count) : Math.floor(Number(count) * (SECONDS[unit] ?? Number.NaN));
  if (!(every >= 1)) throw new AoError('CRON_INVALID', { reason: `"${text.slice(0, 60)}" is no interval of a second or a block, or more` });
  return { isByBlock, every };
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
  const waiting = blocks.filter(({ timestampMs }) => timestampMs > left.timestampMs && timestampMs < right.timestampMs);
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

/** Whole seconds of a time in ms: the finest that a cron can tell. */
export function secondOf(timestampMs: number): number {
  return Math.floor(timestampMs / 1_000);
}
