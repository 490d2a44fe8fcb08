/** How patient the host is with its units, in milliseconds. */
export interface Timings {
  /** Between two signs of life. */
  readonly beatMs: number;
  /**
   * Without a sign of life for so long after it has opened, a unit counts as hung and is stopped. Long, because a machine
   * that is busy with other things leaves a sound unit without one for many seconds, and a restart adds to the load.
   */
  readonly silentMs: number;
  /** For a unit to answer `unit.open`. */
  readonly openMs: number;
  /** For a unit to end by itself when it is asked to; then it is killed. */
  readonly closeMs: number;
  /** Waiting before the n-th restart in a row; the last one repeats. */
  readonly backoffMs: readonly number[];
  /** So many restarts within `restartsWithinMs`; then the unit stays down. */
  readonly restartsMax: number;
  readonly restartsWithinMs: number;
  /** Between two attempts to open a unit whose disk is full. */
  readonly roomMs: number;
}

export const TIMINGS: Timings = {
  beatMs: 1000,
  silentMs: 30_000,
  openMs: 120_000,
  closeMs: 3000,
  backoffMs: [100, 200, 400, 800, 1600],
  restartsMax: 5,
  restartsWithinMs: 60_000,
  roomMs: 5_000,
};

/** True as soon as `first` has settled, false when that takes longer than `ms`. */
export function settledWithin(first: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    const done = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    first.then(done, done);
  });
}
