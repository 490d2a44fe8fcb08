import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ClockState, ClockStep, ClockWish } from '../../node/contract/clock.ts';
import type { Link } from '../link/link.ts';

export interface ClockStoreState {
  /** The node's protocol time; null where the scheduler does not say how its clock goes. */
  readonly clock: ClockState | null;
  /** Time is being moved on, and what comes due is run. */
  readonly isMoving: boolean;
  /** Is the control on screen? */
  readonly isOpen: boolean;
  setOpen(isOpen: boolean): void;
  /** @throws AoError CLOCK_*. */
  set(wish: ClockWish): Promise<void>;
  /** @throws AoError CLOCK_*. */
  advance(by: ClockStep): Promise<void>;
}
export type ClockStore = StoreApi<ClockStoreState>;

/** Steps that wait for the one before, as when a key is pressed several times; a key that is held down asks for no more. */
const STEPS_MAX = 10;
/** How often a clock that goes by itself is looked at. */
const LOOK_EVERY_MS = 1_000;

/** The node's clock, followed while the window is connected. */
export function createClockStore(link: Link): ClockStore {
  let steps = 0;
  const store: ClockStore = createStore<ClockStoreState>()((set) => ({
    clock: null,
    isMoving: false,
    isOpen: false,
    setOpen: (isOpen) => set({ isOpen }),
    async set(wish) {
      set({ clock: await link.ask('su.setClock', { wish }) });
    },
    async advance(by) {
      if (steps >= STEPS_MAX) return;
      steps += 1;
      set({ isMoving: true });
      try {
        set({ clock: await link.ask('mu.advance', { by }) });
      } finally {
        steps -= 1;
        set({ isMoving: steps > 0 });
      }
    },
  }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    void link
      .ask('su.clock', {})
      .then(
        (clock) => store.setState({ clock }),
        () => store.setState({ clock: null }), // A unit that restarts, no project, a scheduler elsewhere.
      )
      .finally(() => {
        clearTimeout(timer);
        timer = setTimeout(look, LOOK_EVERY_MS);
      });
  };
  link.onState((state) => {
    if (state === 'open') look();
    else clearTimeout(timer);
  });
  link.on('facts', ({ facts }) => {
    const last = facts.findLast((fact) => fact.kind === 'su.clock');
    if (last === undefined) return;
    const { mode, rate, timestampMs, blockHeight } = last;
    store.setState({ clock: { mode, rate, timestampMs, blockHeight } });
  });
  return store;
}
