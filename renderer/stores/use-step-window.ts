import { useEffect, useEffectEvent, useRef } from 'react';
import { toSlot, type ProcessId, type Slot } from '../../node/contract/ids.ts';
import { useApp } from './app-context.ts';

/** The focus must rest this long before its neighbours are asked for: a key held down asks nothing. */
const REST_MS = 90;
/** The same for one who merely follows the latest slot: what comes in streams is not looked into. */
const LIVE_REST_MS = 400;

/**
 * Asks ahead for what the slots around the one in focus show, so that a step finds it here and every pane is painted in one frame: two
 * slots the way that one went last, and one the other way.
 * @param process null asks nothing
 * @param ask asks for one slot; `signal` aborts once others are asked for
 */
export function useStepWindow(process: ProcessId | null, slot: number, ask: (slot: Slot, signal: AbortSignal) => void): void {
  const { world, focus } = useApp();
  const askNow = useEffectEvent(ask);
  // A step most often goes where was asked ahead: what is on its way is called off only when others are asked for.
  const running = useRef<AbortController | null>(null);
  const before = useRef<{ readonly process: ProcessId | null; readonly slot: number; readonly way: 1 | -1 }>({
    process: null,
    slot: -1,
    way: -1,
  });
  useEffect(() => () => running.current?.abort(), []);
  useEffect(() => {
    if (process === null || slot < 0) return;
    const { way: wayBefore, ...from } = before.current;
    const way = from.process !== process ? -1 : slot === from.slot ? wayBefore : slot > from.slot ? 1 : -1;
    before.current = { process, slot, way };
    const isStreaming = from.process === process && focus.getState().focus.slot === null;
    const rest = setTimeout(
      () => {
        running.current?.abort();
        const stop = new AbortController();
        running.current = stop;
        const evaluatedTo = world.getState().world.processById.get(process)?.evaluatedTo ?? -1;
        for (const near of [slot + way, slot + 2 * way, slot - way])
          if (near >= 0 && near <= evaluatedTo) askNow(toSlot(near), stop.signal);
      },
      isStreaming ? LIVE_REST_MS : REST_MS,
    );
    return () => clearTimeout(rest);
  }, [world, focus, process, slot]);
}
