import type { ClockState } from '../contract/clock.ts';
import type { SuClock } from './clock.ts';

/** A clock that a test turns by hand. */
export function clockBy(now: () => number, blockHeight: number): Omit<SuClock, 'stop'> {
  const state = (): ClockState => ({ mode: 'real', rate: 1, timestampMs: now(), blockHeight });
  return {
    state,
    pace: () => ({ blockHeight, nextBlockMs: Number.MAX_SAFE_INTEGER, blockMs: 120_000 }),
    moment: () => ({ nowMs: now(), blockHeight, reached: Promise.resolve() }),
    set: async () => state(),
    jump: async () => state(),
  };
}
