import type { ProcessId } from '../contract/ids.ts';
import type { Progress } from '../contract/timeline.ts';

/** How far the replays have come that compare. */
export interface Verifying {
  /** Does `work`, which tells how many slots of so many it has compared. */
  during<T>(process: ProcessId, of: number, work: (tell: (slots: number) => void) => Promise<T>): Promise<T>;
  /** Of the one that began last; null while none runs. */
  of(process: ProcessId): Progress | null;
}

export function createVerifying(): Verifying {
  const running = new Map<ProcessId, { done: number; readonly of: number; readonly startedMs: number }[]>();
  return {
    async during(process, of, work) {
      const mine = { done: 0, of, startedMs: performance.now() };
      running.set(process, [...(running.get(process) ?? []), mine]);
      try {
        return await work((slots) => {
          mine.done = slots;
        });
      } finally {
        const others = (running.get(process) ?? []).filter((one) => one !== mine);
        if (others.length === 0) running.delete(process);
        else running.set(process, others);
      }
    },
    of(process) {
      const last = running.get(process)?.at(-1);
      return last === undefined ? null : { done: last.done, of: last.of, elapsedMs: performance.now() - last.startedMs };
    },
  };
}
