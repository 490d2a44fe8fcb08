import { AoError } from '../contract/errors.ts';
import { toSlot, type ProcessId } from '../contract/ids.ts';
import type { Moment } from '../contract/cron.ts';
import type { Item } from '../contract/item.ts';
import type { CronOutcome } from '../contract/outcome.ts';
import type { Client } from '../contract/rpc.ts';

/** Brings the clock of a test to where it was when something happened, so that the same crons have come by then. */
export interface CronTime {
  /** What stands in front of everything else. */
  readonly first: readonly string[];
  /** Lines that bring the clock there; none where no cron came in between. */
  to(moment: Moment): readonly string[];
  /** Cron messages of a process, in order. */
  of(process: ProcessId): readonly CronOutcome[];
}

const PAGE = 500;
/** More of them would keep every run of the test waiting. */
const TICKS_MAX = 2_000;
/** Two crons of one process are whole seconds apart, and a test's messages a few ms. */
const BEHIND_TICK_MS = 500;

/**
 * When the crons of these processes came up to a time, from the moment at which `root` was spawned. Null where none of them has any.
 * @throws AoError TEST_FROM_CRON where a test could not wait for them, or has to go by time and by blocks.
 */
export async function cronTimeOf(
  ask: Client['ask'],
  spawned: ReadonlyMap<ProcessId, Item>,
  root: ProcessId,
  until: Moment,
): Promise<CronTime | null> {
  const intervals = [...spawned].flatMap(([process, { tags }]) =>
    tags.filter(({ name }) => name === 'Cron-Interval').map(({ value }) => ({ process, isByBlock: /block/.test(value) })),
  );
  const [first] = intervals;
  if (first === undefined) return null;
  const refuse = (reason: string): AoError => new AoError('TEST_FROM_CRON', { reason });
  const isByBlock = first.isByBlock;
  if (intervals.some((one) => one.isByBlock !== isByBlock))
    throw refuse('some of its crons come by time and others by blocks, and a test moves its clock by one of both');
  const [begin] = (await ask('su.log', { process: root, from: toSlot(0), limit: 1 })).entries;
  if (begin === undefined) return null;
  const origin = begin.assignment;
  const all = new Map<ProcessId, readonly CronOutcome[]>();
  for (const process of new Set(intervals.map((one) => one.process))) all.set(process, await ticksOf(ask, process, until));
  const ticks = [...all.values()].flat();
  if (ticks.length > TICKS_MAX)
    throw refuse(`${ticks.length} cron messages came until then, and a test waits for no more than ${TICKS_MAX}`);
  const offset = ({ timestampMs, blockHeight }: Moment): number =>
    isByBlock ? blockHeight - origin.blockHeight : timestampMs - origin.timestampMs;
  let at = 0;
  const withinMs = origin.timestampMs % 1_000;
  return {
    // Crons are counted in whole seconds: the test begins at the same part of one.
    first: isByBlock
      ? ['local h0 = clock.height()']
      : [...(withinMs === 0 ? [] : [`clock.step(${withinMs / 1_000})`]), 'local t0 = clock.now()'],
    to(moment) {
      const target = offset(moment);
      const passed = ticks.filter((tick) => offset(tick) > at && offset(tick) <= target);
      if (passed.length === 0) return [];
      const isTick = passed.some((tick) => offset(tick) === target);
      at = target;
      if (isByBlock) return [`while clock.height() < h0 + ${target} do clock.block() end`];
      return [`clock.jump(t0 + ${target + (isTick ? BEHIND_TICK_MS : 0)})`];
    },
    of: (process) => all.get(process) ?? [],
  };
}

/** The cron messages of a process up to a time, at most a few more than a test would wait for. */
export async function ticksOf(ask: Client['ask'], process: ProcessId, until: Moment): Promise<readonly CronOutcome[]> {
  const found: CronOutcome[] = [];
  for (;;) {
    const last = found.at(-1);
    const after = last === undefined ? null : { slot: last.slot, tick: last.tick };
    const { ticks } = await ask('cu.cron', { process, after, limit: PAGE });
    const within = ticks.filter(({ timestampMs }) => timestampMs <= until.timestampMs);
    found.push(...within);
    if (within.length < PAGE || found.length > TICKS_MAX) return found;
  }
}
