/** Numbers that look like chance and are the same for the same seed. */
export interface Chance {
  /** From 0 up to 1, which is never reached. */
  next(): number;
  /** A whole number from 0 up to `below`, which is never reached. */
  below(below: number): number;
  /** One of them. */
  pick<T>(from: readonly [T, ...T[]]): T;
}

/** Mulberry32. @param seed any whole number. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { next, below, pick: (from) => from[below(from.length)] ?? from[0] };
}
