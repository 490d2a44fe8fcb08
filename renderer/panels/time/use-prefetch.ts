import { useEffect, useRef } from 'react';
import { toSlot, type ProcessId } from '../../../node/contract/ids.ts';
import { answersOf } from '../../stores/answers.ts';
import { useApp } from '../../stores/app-context.ts';

/** The focus must rest this long before its neighbours are asked for: a key held down asks nothing. */
const REST_MS = 160;

/** Asks for what the slots before and after show, so that a step finds it here. */
export function usePrefetch(process: ProcessId | null, slot: number, latest: number): void {
  const { link, world } = useApp();
  // A step most often goes where was asked ahead: what is on its way is called off only when others are asked for.
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  useEffect(() => {
    if (process === null || slot < 0) return;
    const rest = setTimeout(() => {
      running.current?.abort();
      const stop = new AbortController();
      running.current = stop;
      const answers = answersOf(link);
      const evaluatedTo = world.getState().world.processById.get(process)?.evaluatedTo ?? -1;
      for (const near of [slot - 1, slot + 1]) {
        if (near < 0 || near > Math.min(latest, evaluatedTo)) continue;
        const at = toSlot(near);
        answers.prefetch('cu.diff', { process, from: near === 0 ? null : toSlot(near - 1), to: at }, stop.signal);
        answers.prefetch('cu.result', { process, slot: at }, stop.signal);
      }
    }, REST_MS);
    return () => clearTimeout(rest);
  }, [link, world, process, slot, latest]);
}
