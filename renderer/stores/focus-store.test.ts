import { beforeEach, describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { toProcessId } from '../../node/contract/ids.ts';
import { UNITS } from '../../node/contract/trace.ts';
import { createLink } from '../link/link.ts';
import { childrenOf } from '../model/lookup.ts';
import { fixtureRun, seeded } from '../model/run.fixture.ts';
import { isTrouble } from '../model/rows.ts';
import { emptyWorld, reduce } from '../model/world.ts';
import { createFocusStore, type FocusStore } from './focus-store.ts';
import type { WorldState, WorldStore } from './world-store.ts';

const told = fixtureRun({ processes: 3, messages: 200, random: seeded(4) });
const facts = UNITS.flatMap((unit) => told[unit]);
let world: WorldStore;
let focus: FocusStore;

beforeEach(() => {
  world = createStore<WorldState>()(() => ({ world: emptyWorld(), isLoading: false, generation: 0 }));
  focus = createFocusStore(createLink().link, world);
  world.setState({ world: reduce(emptyWorld(), facts) });
});

const latest = (): number => {
  const { process } = focus.getState().focus;
  return world.getState().world.processById.get(process ?? '')?.slotLatest ?? -1;
};

describe('focus', () => {
  it('follows the first process until something is chosen', () => {
    expect(focus.getState()).toMatchObject({
      focus: { process: world.getState().world.processes[0]?.id, slot: null },
      isPast: false,
      canBack: false,
    });
  });

  it('is the first process even where a later one was heard of before it', () => {
    const fresh = createStore<WorldState>()(() => ({ world: emptyWorld(), isLoading: false, generation: 0 }));
    const late = createFocusStore(createLink().link, fresh);
    const [first, second] = world.getState().world.processes;
    const ofFirst = facts.filter((fact) => 'process' in fact && fact.process === first?.id);
    const others = reduce(
      emptyWorld(),
      facts.filter((fact) => !ofFirst.includes(fact)),
    );
    fresh.setState({ world: others });
    expect(late.getState().focus.process).toBe(second?.id);
    fresh.setState({ world: reduce(others, ofFirst) });
    expect(late.getState()).toMatchObject({ focus: { process: first?.id, slot: null }, canBack: false });
  });

  it('may be brought to what has come of a run only while nobody has gone elsewhere', () => {
    const { step, goLive, isStill } = focus.getState();
    const since = focus.getState().focus;
    expect(isStill(since)).toBe(true);
    step(-1);
    expect(isStill(since)).toBe(false);
    goLive();
    expect(isStill(since)).toBe(true);
    // Whoever has been about is no longer where the app has put them by itself.
    expect(isStill({ ...since, process: toProcessId('e'.repeat(43)) })).toBe(false);
  });

  it('stays on the process that was shown first once a person has chosen it, whatever comes of the run', () => {
    const { setFocus, isStill } = focus.getState();
    const [first] = world.getState().world.processes;
    const elsewhere = { ...focus.getState().focus, process: null };
    expect(isStill(elsewhere)).toBe(true);
    setFocus({ process: first?.id ?? null, slot: null });
    expect(isStill(elsewhere)).toBe(false);
  });

  it('steps back from live, forward to the latest slot, and to live again', () => {
    const { step } = focus.getState();
    step(-1);
    expect(focus.getState()).toMatchObject({ focus: { slot: latest() - 1 }, isPast: true });
    step(1);
    expect(focus.getState()).toMatchObject({ focus: { slot: latest() }, isPast: false });
    step(1);
    expect(focus.getState().focus.slot).toBeNull();
  });

  it('keeps within the slots that there are', () => {
    focus.getState().toSlot(1e9);
    expect(focus.getState().focus.slot).toBe(latest());
    focus.getState().toSlot(-4);
    expect(focus.getState().focus.slot).toBe(0);
    focus.getState().step(-1);
    expect(focus.getState().focus.slot).toBe(0);
  });

  it('becomes the past when a message comes, without moving', () => {
    focus.getState().toSlot(latest());
    const before = focus.getState().focus;
    const { process } = before;
    const row = world.getState().world.messages.find((one) => one.to === process && one.slot !== null);
    if (process === null || row === undefined) throw new Error('the fixture has a slot');
    const slot = (latest() + 1) as NonNullable<typeof before.slot>;
    const last = told.su.at(-1);
    if (last?.kind !== 'su.assigned') throw new Error('the fixture ends with an assignment');
    world.setState((state) => ({ world: reduce(state.world, [{ ...last, seq: last.seq + 1, process, slot }]) }));
    expect(focus.getState()).toMatchObject({ focus: before, isPast: true });
  });

  it('goes into what a message caused and out again, and back through the places', () => {
    const parent = world.getState().world.messages.find((row) => childrenOf(world.getState().world, row)[0]?.cause !== undefined);
    if (parent === undefined) throw new Error('the fixture has a caused message');
    focus.getState().focusRow(parent);
    const there = focus.getState().focus;
    focus.getState().into();
    expect(focus.getState().focus).not.toEqual(there);
    focus.getState().out();
    expect(focus.getState().focus).toEqual(there);
    focus.getState().back();
    focus.getState().back();
    expect(focus.getState().focus.slot).toBeNull();
  });

  it('finds the errors one after the other', () => {
    const wanted = world.getState().world.messages.filter(isTrouble).length;
    focus.getState().focusRow(world.getState().world.messages[0] ?? never());
    const met = new Set<string>();
    for (let times = 0; times < wanted + 3; times += 1) {
      focus.getState().toError(1, 'anywhere');
      met.add(focus.getState().link());
    }
    expect(met.size).toBe(wanted);
  });

  it('keeps a value from slot to slot of its process, leaves a step with its slot, and links to both', () => {
    const { toSlot: go, setValue, setStep } = focus.getState();
    go(2);
    setValue('Balances.alice');
    setStep(7);
    const inside = focus.getState().focus;
    expect(inside).toMatchObject({ slot: 2, step: 7, value: 'Balances.alice' });
    const link = focus.getState().link();
    go(1);
    expect(focus.getState().focus).toMatchObject({ slot: 1, step: null, value: 'Balances.alice' });
    const other = world.getState().world.processes.find(({ id }) => id !== inside.process);
    focus.getState().setFocus({ process: other?.id ?? null });
    expect(focus.getState().focus.value).toBeNull();
    focus.getState().openLink(link);
    expect(focus.getState().focus).toEqual(inside);
  });

  it('a step taken while one follows the latest stands still in that slot', () => {
    focus.getState().goLive();
    focus.getState().setStep(3);
    expect(focus.getState().focus).toMatchObject({ slot: latest(), step: 3 });
  });

  it('comes back from its link', () => {
    focus.getState().toSlot(2);
    const link = focus.getState().link();
    const there = focus.getState().focus;
    focus.getState().goLive();
    expect(focus.getState().openLink(link)).toBe(true);
    expect(focus.getState().focus).toEqual(there);
    expect(focus.getState().openLink('something else')).toBe(false);
  });
});

function never(): never {
  throw new Error('the fixture has messages');
}
