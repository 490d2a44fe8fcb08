import { readFileSync, readlinkSync } from 'node:fs';

/** Linux counts the time of threads in ticks of a hundredth of a second, whatever the machine. */
const TICK_MS = 10;

/** The number of the calling thread, as the system counts; null where it does not tell. */
export function ownThread(): number | null {
  try {
    const number = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    return Number.isSafeInteger(number) ? number : null;
  } catch {
    return null;
  }
}

/** What a thread of this process has used of the processor since it began, ms; null where that cannot be told. */
export function usedMs(thread: number): number | null {
  try {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    // The name of the thread stands in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks) ? ticks * TICK_MS : null;
  } catch {
    return null;
  }
}
