import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { UNITS } from '../../node/contract/trace.ts';
import { createLink } from '../link/link.ts';
import { fixtureRun, seeded } from '../model/run.fixture.ts';
import { emptyWorld, reduce } from '../model/world.ts';
import { createFocusStore, type FocusStore } from './focus-store.ts';
import { createPlayStore, SPEEDS, type PlayStore } from './play-store.ts';
import type { WorldState } from './world-store.ts';

const told = fixtureRun({ processes: 2, messages: 300, random: seeded(8) });
const world = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => told[unit]),
);
const [first, second] = world.processes;
if (first === undefined || second === undefined || first.slotLatest < 30)
  throw new Error('the fixture has two processes with enough slots');

let focus: FocusStore;
let play: PlayStore;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const store = createStore<WorldState>()(() => ({ world: emptyWorld(), isLoading: false, generation: 0 }));
  focus = createFocusStore(createLink().link, store);
  store.setState({ world });
  focus.getState().setFocus({ process: first.id, slot: null });
  play = createPlayStore(focus);
});
afterEach(() => void vi.useRealTimers());

const slot = (): number | null => focus.getState().focus.slot;
/** Until it plays at that speed. */
function chooseSpeed(speed: (typeof SPEEDS)[number]): void {
  for (const _ of SPEEDS) if (play.getState().speed !== speed) play.getState().faster();
  expect(play.getState().speed).toBe(speed);
}

it.each([
  [1, 600, 1],
  [5, 120, 1],
  [20, 60, 2],
  [100, 60, 10],
] as const)('at %i times the speed it is after every %i ms %i slots further', (speed, everyMs, slots) => {
  chooseSpeed(speed);
  play.getState().toggle();
  expect(slot()).toBe(0);
  vi.advanceTimersByTime(everyMs - 1);
  expect(slot()).toBe(0);
  vi.advanceTimersByTime(1);
  expect(slot()).toBe(slots);
  vi.advanceTimersByTime(everyMs);
  expect(slot()).toBe(2 * slots);
});

it('another speed holds from the next step on, and after the last comes the first', () => {
  play.getState().toggle();
  play.getState().faster();
  vi.advanceTimersByTime(600);
  expect(slot()).toBe(1);
  vi.advanceTimersByTime(120);
  expect(slot()).toBe(2);
  chooseSpeed(100);
  play.getState().faster();
  expect(play.getState().speed).toBe(1);
});

it('where it is paused it stays, and goes on from there', () => {
  play.getState().toggle();
  vi.advanceTimersByTime(1_200);
  play.getState().toggle();
  expect(play.getState().isPlaying).toBe(false);
  vi.advanceTimersByTime(60_000);
  expect(slot()).toBe(2);
  play.getState().toggle();
  vi.advanceTimersByTime(600);
  expect(slot()).toBe(3);
});

it('at the latest slot it ends, however fast it came there', () => {
  chooseSpeed(100);
  play.getState().toggle();
  vi.advanceTimersByTime(600_000);
  expect(play.getState().isPlaying).toBe(false);
  expect(focus.getState().isPast).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

it('who looks at another process meanwhile is not carried off', () => {
  play.getState().toggle();
  focus.getState().setFocus({ process: second.id, slot: null });
  expect(play.getState().isPlaying).toBe(false);
  vi.advanceTimersByTime(60_000);
  expect(focus.getState().focus).toMatchObject({ process: second.id, slot: null });
});
