import { AoError } from './errors.ts';
import type { Tag } from './item.ts';

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

/** What is known of the chain: its newest block, and when the next ones come. */
export interface ChainPace {
  readonly blockHeight: number;
  /** Unix ms. */
  readonly nextBlockMs: number;
  /** ms between two blocks. */
  readonly blockMs: number;
}

/**
 * The time at which the next cron message of `plan` will lie before the present, and so have come: a ms after its own.
 * Infinity when there is none. @param lastMs when the newest message of the process was assigned: its seconds are counted from there.
 */
export function nextDueMs(plan: CronPlan, lastMs: number, nowMs: number, chain: ChainPace): number {
  const originSecond = secondOf(plan.origin.timestampMs);
  const within = lastMs % 1_000;
  // The first second whose step is not past, and is not that of the newest message, where it has come already.
  const first = Math.max(secondOf(lastMs) + 1, Math.ceil((nowMs - within) / 1_000));
  const byTime = plan.byTime.map(({ every }) => {
    const times = Math.max(1, Math.ceil((first - originSecond) / every));
    return (originSecond + times * every) * 1_000 + within;
  });
  const byBlock = plan.byBlock.map(({ every }) => {
    const times = Math.max(1, Math.floor((chain.blockHeight - plan.origin.blockHeight) / every) + 1);
    const blocks = plan.origin.blockHeight + times * every - chain.blockHeight;
    return chain.nextBlockMs + (blocks - 1) * chain.blockMs;
  });
  return Math.min(...byTime, ...byBlock) + 1;
}

/** How many cron messages come in a second, on average. */
export function ticksPerSecond(plan: CronPlan, blockMs: number): number {
  const sum = (every: readonly { readonly every: number }[]): number => every.reduce((rate, one) => rate + 1 / one.every, 0);
  return sum(plan.byTime) + (sum(plan.byBlock) * 1_000) / blockMs;
}

/** Whole seconds of a time in ms: the finest that a cron can tell. */
export function secondOf(timestampMs: number): number {
  return Math.floor(timestampMs / 1_000);
}
