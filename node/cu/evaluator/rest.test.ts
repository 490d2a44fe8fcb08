import { expect, test } from 'vitest';
import { createLastAsked, noteAsked, restBeside } from './rest.ts';

const FEW_CORES = 2;
const MANY_CORES = 16;

/** The shortest time of some that a program needs for a step after it has run for a while. */
function shortestStepMs(rest: () => number, before: () => void): number {
  const took = Array.from({ length: 12 }, () => {
    const startMs = performance.now();
    while (performance.now() - startMs < 4);
    before();
    const stepMs = performance.now();
    const restedMs = rest();
    const tookMs = performance.now() - stepMs;
    expect(restedMs).toBeLessThanOrEqual(tookMs);
    return tookMs;
  });
  return Math.min(...took);
}

test('a slow program rests while others are asked for, and only then', () => {
  const asked = createLastAsked();
  const rest = restBeside(asked, FEW_CORES);
  expect(shortestStepMs(rest, () => undefined)).toBeLessThan(5);
  expect(shortestStepMs(rest, () => noteAsked(asked))).toBeGreaterThan(8);
});

test('where there are processors for all, nobody rests', () => {
  const asked = createLastAsked();
  expect(shortestStepMs(restBeside(asked, MANY_CORES), () => noteAsked(asked))).toBeLessThan(5);
});
