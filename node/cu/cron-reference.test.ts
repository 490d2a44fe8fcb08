import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextDueMs, parseCrons, secondOf, type Moment } from '../contract/cron.ts';
import { tickKey, ticksBetween, type LastTicks, type Tick } from './cron.ts';

/** A cron message in the words of the reference: which, and when. */
type Beat = readonly [cron: string, timestampMs: number];

/**
 * The reference's rules as the protocol sheet gives them (§4.5), written down once more without a look at ours: steps of a
 * second from the left boundary, a block when a step reaches it, crons by time with the shortest interval first.
 */
function referenceBetween(crons: readonly string[], origin: Moment, left: Moment, rightMs: number, blocks: readonly Moment[]): Beat[] {
  const sized = crons.map((text) => ({ text, size: Number.parseInt(text, 10), isBlock: text.includes('block') }));
  const blockwise = sized.filter(({ isBlock }) => isBlock);
  const timewise = sized.filter(({ isBlock }) => !isBlock).toSorted((a, b) => a.size - b.size);
  const beats: Beat[] = [];
  const ahead = blocks.filter((block) => block.timestampMs >= left.timestampMs && block.timestampMs < rightMs);
  for (let t = left.timestampMs; t < rightMs; t += 1_000) {
    const block = ahead[0];
    if (block !== undefined && Math.floor(t / 1_000) >= Math.floor(block.timestampMs / 1_000)) {
      ahead.shift();
      for (const [index, { text, size }] of blockwise.entries())
        if (block.blockHeight !== origin.blockHeight && (block.blockHeight - origin.blockHeight) % size === 0)
          beats.push([`${index}-${text}`, block.timestampMs]);
    }
    const passed = Math.floor(t / 1_000) - Math.floor(origin.timestampMs / 1_000);
    for (const [index, { text, size }] of timewise.entries()) if (passed !== 0 && passed % size === 0) beats.push([`${index}-${text}`, t]);
  }
  // Where ours differs on purpose (DIFFERENCES.md): a block behind the last whole step is not lost.
  for (const block of ahead)
    for (const [index, { text, size }] of blockwise.entries())
      if ((block.blockHeight - origin.blockHeight) % size === 0) beats.push([`${index}-${text}`, block.timestampMs]);
  return beats;
}

const ORIGIN: Moment = { timestampMs: 1_900_000_000_123, blockHeight: 1_500_000 };
const schedule = fc.record({
  crons: fc.uniqueArray(
    fc.oneof(
      fc.integer({ min: 1, max: 20 }).map((n) => `${n}-seconds`),
      fc.integer({ min: 1, max: 4 }).map((n) => `${n}-blocks`),
    ),
    { minLength: 1, maxLength: 5 },
  ),
  /** ms between two messages. */
  gaps: fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 12 }),
  /** ms from one block to the next; a step takes one block at most. */
  blockGaps: fc.array(fc.integer({ min: 2_000, max: 25_000 }), { maxLength: 12 }),
});
const momentsFrom = (gaps: readonly number[]): Moment[] => {
  let { timestampMs, blockHeight } = ORIGIN;
  return gaps.map((gap) => ({ timestampMs: (timestampMs += gap), blockHeight: ++blockHeight }));
};
const plan = (crons: readonly string[]): NonNullable<ReturnType<typeof parseCrons>> => {
  const parsed = parseCrons(
    crons.map((value) => ({ name: 'Cron-Interval', value })),
    ORIGIN,
  );
  if (parsed === null) throw new Error('there are crons');
  return parsed;
};
/** Ours, slot by slot, as the compute unit runs them. */
function ours(crons: readonly string[], rights: readonly number[], blocks: readonly Moment[]): Tick[] {
  const ticks: Tick[] = [];
  let left: Moment = ORIGIN;
  for (const timestampMs of rights) {
    ticks.push(...ticksBetween(plan(crons), left, { timestampMs }, blocks, lastOf(ticks)));
    left = { timestampMs, blockHeight: blocks.findLast((block) => block.timestampMs < timestampMs)?.blockHeight ?? ORIGIN.blockHeight };
  }
  return ticks;
}
function lastOf(ticks: readonly Tick[]): LastTicks | null {
  if (ticks.length === 0) return null;
  const second = Math.max(...ticks.map(({ timestampMs }) => secondOf(timestampMs)));
  return { second, ticks: new Set(ticks.filter((tick) => secondOf(tick.timestampMs) === second).map(tickKey)) };
}

it('random schedules by time and by block give what the rules of the reference give, in the same order', () => {
  fc.assert(
    fc.property(schedule, ({ crons, gaps, blockGaps }) => {
      const blocks = momentsFrom(blockGaps);
      const rights = momentsFrom(gaps).map(({ timestampMs }) => timestampMs);
      const expected: Beat[] = [];
      const seen = new Set<string>();
      let left: Moment = ORIGIN;
      for (const rightMs of rights) {
        for (const [cron, timestampMs] of referenceBetween(crons, ORIGIN, left, rightMs, blocks)) {
          // The other difference on purpose: a cron comes once in a second, and the reference counts anew at every message.
          const key = `${cron} ${cron.includes('block') ? timestampMs : Math.floor(timestampMs / 1_000)}`;
          if (!seen.has(key)) expected.push([cron, timestampMs]);
          seen.add(key);
        }
        left = { timestampMs: rightMs, blockHeight: 0 };
      }
      expect(ours(crons, rights, blocks).map(({ cron, timestampMs }) => [cron, timestampMs])).toEqual(expected);
    }),
    { numRuns: 1_000 },
  );
});

it('going from one due moment to the next meets every cron message, none early and none late', () => {
  fc.assert(
    fc.property(schedule, fc.integer({ min: 0, max: 3 }), ({ crons }, more) => {
      const blockMs = 15_000;
      const blocks = Array.from({ length: 8 }, (_, n) => ({
        timestampMs: ORIGIN.timestampMs - 123 + (n + 1) * blockMs,
        blockHeight: ORIGIN.blockHeight + n + 1,
      }));
      const end = ORIGIN.timestampMs + 60_000 + more * 1_000;
      const all = ours(crons, [end], blocks);
      const met: Tick[] = [];
      for (let nowMs = ORIGIN.timestampMs; ;) {
        const passed = blocks.filter(({ timestampMs }) => timestampMs < nowMs).length;
        const pace = { blockHeight: ORIGIN.blockHeight + passed, nextBlockMs: blocks[passed]?.timestampMs ?? Infinity, blockMs };
        nowMs = nextDueMs(plan(crons), ORIGIN.timestampMs, nowMs, pace);
        if (nowMs > end) break;
        const fresh = [...ticksBetween(plan(crons), ORIGIN, { timestampMs: nowMs }, blocks, lastOf(met))];
        expect(fresh.length).toBeGreaterThan(0);
        expect(fresh.every(({ timestampMs }) => timestampMs === nowMs - 1)).toBe(true);
        met.push(...fresh);
      }
      expect(met.map(tickKey)).toEqual(all.map(tickKey));
    }),
    { numRuns: 300 },
  );
});
