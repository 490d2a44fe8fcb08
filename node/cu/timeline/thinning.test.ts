import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { thinned, type Thinnable } from './thinning.ts';

/** Keyframes of a process, one every `step` slots, each sixteenth one full. */
function line(process: string, count: number, step = 10): Thinnable[] {
  return Array.from({ length: count }, (_, index) => ({
    process,
    slot: index * step,
    isFull: index % 16 === 0,
    bytes: index % 16 === 0 ? 400 : 20,
  }));
}

const bytesOf = (all: readonly Thinnable[]): number => all.reduce((sum, { bytes }) => sum + bytes, 0);
const rest = (all: readonly Thinnable[], gone: readonly Thinnable[]): Thinnable[] => all.filter((one) => !gone.includes(one));

it('what stays fits, is decodable, and holds the newest of every process', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(60), fc.integer({ min: 1, max: 20_000 }), (one, other, bytesMax) => {
      const all = [...line('a', one + 1), ...line('b', other + 1, 3)];
      const kept = rest(all, thinned(all, bytesMax));
      for (const process of ['a', 'b']) {
        const before = all.filter((each) => each.process === process);
        const after = kept.filter((each) => each.process === process);
        expect(after.at(-1)).toBe(before.at(-1));
        // Each difference follows what it was the difference to.
        for (const [index, keyframe] of after.entries())
          if (!keyframe.isFull) expect(after[index - 1]).toBe(before[before.indexOf(keyframe) - 1]);
      }
      const isNewestChain = (keyframe: Thinnable): boolean => {
        const line_ = kept.filter(({ process }) => process === keyframe.process);
        return line_.indexOf(keyframe) >= line_.findLastIndex(({ isFull }) => isFull);
      };
      if (bytesOf(kept) > bytesMax) expect(kept.every(isNewestChain)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

it('gaps grow towards the past', () => {
  const all = line('a', 1_000);
  const kept = rest(all, thinned(all, bytesOf(all) / 5));
  const in_ = (from: number, to: number): number => kept.filter(({ slot }) => slot >= from && slot < to).length;
  expect(in_(7_500, 10_000)).toBeGreaterThan(2 * in_(2_500, 5_000));
  expect(in_(0, 2_500)).toBeGreaterThan(0);
  expect(thinned(all, bytesOf(all))).toEqual([]);
});
