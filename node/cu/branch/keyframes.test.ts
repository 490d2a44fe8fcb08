import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Keyframe } from '../evaluator/protocol.ts';
import { createBranchKeyframes } from './keyframes.ts';

const keyframe = (count: number, isFull: boolean, bytes = 10): Keyframe => ({
  slot: count,
  isFull,
  hash: `after ${count}`,
  blob: new Uint8Array(bytes).fill(count % 256),
});

it('a jump begins at the newest memory before it, by the chain that leads there', () => {
  const keyframes = createBranchKeyframes();
  expect(keyframes.chainTo('a', 100)).toBeNull();
  for (const [count, isFull] of [
    [4, false],
    [8, false],
    [12, true],
    [16, false],
  ] as const)
    keyframes.keep('a', count, keyframe(count, isFull));
  keyframes.keep('b', 2, keyframe(2, true));
  expect(keyframes.chainTo('a', 3)).toBeNull();
  expect(keyframes.chainTo('a', 11)).toMatchObject({ count: 8, counts: [4, 8], isFull: false, hash: 'after 8' });
  expect(keyframes.chainTo('a', 15)).toMatchObject({ count: 12, counts: [12], isFull: true });
  expect(keyframes.chainTo('a', 99)).toMatchObject({ count: 16, counts: [12, 16], isFull: true, hash: 'after 16' });
  expect(keyframes.chainTo('b', 99)).toMatchObject({ count: 2, counts: [2], isFull: true });
});

it('over its limit it keeps whole chains, the newest of every process among them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 400 }), (count, bytesMax) => {
      const keyframes = createBranchKeyframes(bytesMax);
      const isFull = (at: number): boolean => at % 8 === 5;
      for (let at = 1; at <= count; at++) for (const line of ['a', 'b']) keyframes.keep(line, at, keyframe(at, isFull(at)));
      for (const line of ['a', 'b']) {
        expect(keyframes.chainTo(line, count)?.count).toBe(count);
        for (let at = 1; at <= count; at++) {
          const chain = keyframes.chainTo(line, at);
          if (chain === null) continue;
          // Each is the difference to the one before it, so none is missing in between.
          const first = chain.counts[0] ?? 0;
          expect(chain.counts).toEqual(chain.counts.map((_, place) => first + place));
          expect(chain.isFull ? isFull(first) : first === 1).toBe(true);
          expect(chain.keyframes.map(([mark]) => mark)).toEqual(chain.counts);
        }
      }
    }),
    { numRuns: 40 },
  );
});
