import type { WorldStore } from '../stores/world-store.ts';

/** The person waits no longer than that for what is read behind the messages. */
const LONGEST_MS = 1_500;
const ACTS = ['keydown', 'pointerdown'];

let seen: Promise<void> | null = null;
let isSeen = false;

/** Whether {@link whenSeen} has resolved. */
export function wasSeen(): boolean {
  return isSeen;
}

/**
 * Resolves once the first messages are on the screen, or there are none: what is large and not needed for them, as the editor
 * is, is read after that. Whoever presses something before does not wait: it may be the editor that they want.
 */
export function whenSeen(world: WorldStore): Promise<void> {
  seen ??= new Promise((done) => {
    const marks = new PerformanceObserver((list) => {
      if (list.getEntriesByName('aoscope:first-message').length > 0) end();
    });
    const stop = world.subscribe(({ isLoading }) => {
      if (!isLoading) end();
    });
    const timer = setTimeout(end, LONGEST_MS);
    for (const act of ACTS) addEventListener(act, end, { capture: true });
    function end(): void {
      clearTimeout(timer);
      for (const act of ACTS) removeEventListener(act, end, { capture: true });
      marks.disconnect();
      stop();
      isSeen = true;
      done();
    }
    marks.observe({ type: 'mark', buffered: true });
    if (!world.getState().isLoading) end();
  });
  return seen;
}
