/** More cron messages than this never stand between two slots. */
const TICKS = 2 ** 22;

/**
 * A moment of a process as one number, so that moments are in the order of their numbers: a slot stands for the moment
 * after its own message (-1: before the first), and a cron message before it for one between the two slots.
 */
export function placeOf(slot: number, tick: number | null): number {
  return tick === null ? slot : slot - 1 + (tick + 1) / TICKS;
}
