import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tag } from '../contract/item.ts';
import { parseCrons, secondOf, type CronPlan, type Moment } from '../contract/cron.ts';
import { tickInput, tickKey, ticksBetween, type LastTicks, type Tick } from './cron.ts';

const ORIGIN: Moment = { timestampMs: 1_000_400, blockHeight: 100 };
const cron = (interval: string, ...action: string[]): Tag[] => [
  { name: 'Cron-Interval', value: interval },
  ...action.map((value) => ({ name: 'Cron-Tag-Action', value })),
];
const at = (timestampMs: number, blockHeight = 100): Moment => ({ timestampMs, blockHeight });
const plan = (...tags: Tag[]): CronPlan => {
  const made = parseCrons(tags, ORIGIN);
  if (made === null) throw new Error('no cron');
  return made;
};
const short = (ticks: Iterable<Tick>): string[] =>
  [...ticks].map(({ cron: name, timestampMs, blockHeight }) => `${timestampMs} ${blockHeight} ${name}`);

describe('the crons of a process', () => {
  it('are an interval and the tags that follow it; times shortest first, each kind counted for itself', () => {
    const made = plan(
      { name: 'Name', value: 'x' },
      ...cron('5-minutes', 'Five'),
      ...cron('10-blocks', 'Block'),
      ...cron('10-seconds', 'Ten', 'Twice'),
    );
    expect(made.byTime.map(({ name, every }) => [name, every])).toEqual([
      ['0-10-seconds', 10],
      ['1-5-minutes', 300],
    ]);
    expect(made.byBlock.map(({ name, every }) => [name, every])).toEqual([['0-10-blocks', 10]]);
    expect(made.byTime[0]?.tags).toEqual([
      { name: 'Action', value: 'Ten' },
      { name: 'Action', value: 'Twice' },
    ]);
    expect(parseCrons([{ name: 'Name', value: 'x' }], ORIGIN)).toBeNull();
  });

  it.each(['0-seconds', '10-milliseconds', 'often', '1-fortnight', '-5-minutes', '0-blocks', ''])('"%s" is refused', (interval) => {
    expect(() => parseCrons(cron(interval), ORIGIN)).toThrow(/no interval/);
  });

  it('a tag before any interval is refused; a month is a twelfth of a year', () => {
    expect(() => parseCrons([{ name: 'Cron-Tag-Action', value: 'x' }], ORIGIN)).toThrow('Cron-Tag-Action');
    expect(plan(...cron('12-months')).byTime[0]?.every).toBe(plan(...cron('1-year')).byTime[0]?.every);
  });
});

describe('ticks between two boundaries', () => {
  it('come at whole intervals since the origin, in steps from the left boundary, and not at the origin itself', () => {
    const ten = plan(...cron('10-seconds'));
    expect(short(ticksBetween(ten, ORIGIN, at(1_030_400), [], null))).toEqual(['1010400 100 0-10-seconds', '1020400 100 0-10-seconds']);
    expect(short(ticksBetween(ten, at(1_005_900), at(1_021_000), [], null))).toEqual([
      '1010900 100 0-10-seconds',
      '1020900 100 0-10-seconds',
    ]);
  });

  it('a block comes before the times of its second, with its own time and height', () => {
    const both = plan(...cron('1-second'), ...cron('2-blocks', 'Block'));
    const blocks = [at(1_001_000, 101), at(1_003_000, 102)];
    expect(short(ticksBetween(both, ORIGIN, at(1_004_400), blocks, null))).toEqual([
      '1001400 101 0-1-second',
      '1002400 101 0-1-second',
      '1003000 102 0-2-blocks',
      '1003400 102 0-1-second',
    ]);
  });

  it('a block between the last step and the boundary is not lost, and does not come again after it', () => {
    const each = plan(...cron('1-block'));
    const blocks = [at(1_001_000, 101)];
    expect(short(ticksBetween(each, ORIGIN, at(1_001_100), blocks, null))).toEqual(['1001000 101 0-1-block']);
    expect(short(ticksBetween(each, at(1_001_100), at(1_002_000), blocks, null))).toEqual([]);
  });

  it('a message has the tags, the owner as its sender, and nothing that only an item has', () => {
    const [tick] = ticksBetween(plan(...cron('1-second', 'Go')), ORIGIN, at(1_002_000), [], null);
    expect(tick && tickInput('me', 'owner', tick)).toEqual({
      Owner: 'owner',
      From: 'owner',
      Target: 'me',
      Tags: [{ name: 'Action', value: 'Go' }],
      Timestamp: 1_001_400,
      'Block-Height': 100,
      Cron: true,
      'Read-Only': false,
    });
  });

  it('however a span is cut into boundaries, each cron comes once for each of its seconds, in order', () => {
    const several = plan(...cron('1-second'), ...cron('3-seconds'), ...cron('1-block'));
    const blocks = [at(1_007_000, 101), at(1_012_000, 102), at(1_012_000, 103), at(1_019_000, 104)];
    const anywhere = fc.integer({ min: 1_000_401, max: 1_024_999 });
    // Where a second begins, with its blocks, and where a step from the origin falls.
    const nearby = fc
      .tuple(fc.integer({ min: 1_001, max: 1_024 }), fc.constantFrom(-1, 0, 1, 399, 400, 401))
      .map(([second, beside]) => second * 1_000 + beside);
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(anywhere, nearby), { maxLength: 30 }), (cuts) => {
        const seen: Tick[] = [];
        let left = ORIGIN;
        for (const cut of [...cuts.toSorted((a, b) => a - b), 1_025_000]) {
          seen.push(...ticksBetween(several, left, at(cut), blocks, lastOf(seen)));
          left = at(cut, blocks.findLast(({ timestampMs }) => timestampMs <= cut)?.blockHeight ?? 100);
        }
        const seconds = (name: string): number[] =>
          seen.filter((tick) => tick.cron === name).map(({ timestampMs }) => secondOf(timestampMs));
        expect(seconds('1-3-seconds')).toEqual([1_003, 1_006, 1_009, 1_012, 1_015, 1_018, 1_021, 1_024]);
        expect(seconds('0-1-second')).toEqual(Array.from({ length: 24 }, (_, index) => 1_001 + index));
        expect(seconds('0-1-block')).toEqual([1_007, 1_012, 1_012, 1_019]);
        const all = seen.map(({ timestampMs }) => secondOf(timestampMs));
        expect(all).toEqual(all.toSorted((a, b) => a - b));
      }),
    );
  });
});

function lastOf(seen: readonly Tick[]): LastTicks | null {
  const last = seen.at(-1);
  if (last === undefined) return null;
  const second = secondOf(last.timestampMs);
  return { second, ticks: new Set(seen.filter(({ timestampMs }) => secondOf(timestampMs) === second).map(tickKey)) };
}
