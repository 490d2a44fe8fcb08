import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FocusStore } from './focus-store.ts';

/** How many times as fast as a person reads. */
export const SPEEDS = [1, 5, 20, 100] as const;
export type Speed = (typeof SPEEDS)[number];

export interface PlayState {
  readonly isPlaying: boolean;
  readonly speed: Speed;
  /** Goes on from where one is, or from the first slot where that is the latest; pauses where it plays. */
  toggle(): void;
  /** The next of {@link SPEEDS}, the first again after the last. */
  faster(): void;
}
export type PlayStore = StoreApi<PlayState>;

/** One message at the lowest speed. */
const STEP_MS = 600;
/** Quicker than this nobody sees single steps: several are taken at once. */
const TICK_MS = 60;

/** Steps forward through the messages of the process in focus at an even pace, until the latest is reached. */
export function createPlayStore(focus: FocusStore): PlayStore {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const store: PlayStore = createStore<PlayState>()((set, get) => {
    const stop = (): void => {
      clearTimeout(timer);
      set({ isPlaying: false });
    };
    const later = (): void => {
      const perStepMs = STEP_MS / get().speed;
      timer = setTimeout(() => go(Math.max(1, Math.round(TICK_MS / perStepMs))), Math.max(TICK_MS, perStepMs));
    };
    const go = (steps: number): void => {
      const { isPast, focus: at } = focus.getState();
      if (!isPast) return stop();
      // Where each is seen, cron messages between the slots are, too.
      if (steps === 1) focus.getState().step(1);
      else focus.getState().toSlot((at.slot ?? 0) + steps, true);
      if (focus.getState().isPast) later();
      else stop();
    };
    return {
      isPlaying: false,
      speed: 1,
      toggle() {
        if (get().isPlaying) return stop();
        if (!focus.getState().isPast) focus.getState().toSlot(0);
        if (!focus.getState().isPast) return;
        set({ isPlaying: true });
        later();
      },
      faster: () => set({ speed: SPEEDS[(SPEEDS.indexOf(get().speed) + 1) % SPEEDS.length] ?? 1 }),
    };
  });
  // Who looks at another process, or opens another project, is not carried off.
  focus.subscribe((state, before) => {
    if (state.focus.process === before.focus.process || !store.getState().isPlaying) return;
    clearTimeout(timer);
    store.setState({ isPlaying: false });
  });
  return store;
}
