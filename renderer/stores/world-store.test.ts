import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Commands, CommandName } from '../../node/contract/commands.ts';
import { AoError } from '../../node/contract/errors.ts';
import { UNITS, type Fact, type UnitName } from '../../node/contract/trace.ts';
import type { EventName, Events } from '../../node/contract/events.ts';
import type { Link } from '../link/link.ts';
import { fixtureRun, seeded, type Told } from '../model/run.fixture.ts';
import { emptyWorld, reduce } from '../model/world.ts';
import { createWorldStore } from './world-store.ts';

const whole = fixtureRun({ processes: 3, messages: 120, random: seeded(9) });
const wanted = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => whole[unit]),
).messages.length;

/** A node whose journals are `journal`, read 25 facts at a time. */
function node(journal: { told: Told }): { link: Link; tell: <E extends EventName>(name: E, body: Events[E]) => void; asked: string[] } {
  const listeners = new Map<EventName, ((body: never, seq: number) => void)[]>();
  const asked: string[] = [];
  const answer = (name: CommandName, args: unknown): unknown => {
    if (name === 'project.current') return { project: null };
    const unit = UNITS.find((one) => name === `${one}.facts`);
    if (unit === undefined) throw new AoError('COMMAND_UNKNOWN', { command: name });
    const { after } = args as Commands['su.facts']['args'];
    asked.push(`${unit}@${after}`);
    return { facts: journal.told[unit].slice(after, after + 25), last: journal.told[unit].length };
  };
  const link: Link = {
    ask: async (name, args) => answer(name, args) as Commands[typeof name]['reply'],
    on(name, listener) {
      listeners.set(name, [...(listeners.get(name) ?? []), listener as (body: never, seq: number) => void]);
      return () => undefined;
    },
    onState(listener) {
      listener('open');
      return () => undefined;
    },
  };
  return { link, asked, tell: (name, body) => listeners.get(name)?.forEach((listener) => listener(body as never, 0)) };
}

let journal: { told: Told };
const part = (share: number): Told => {
  const cut = (unit: UnitName): readonly Fact[] => whole[unit].slice(0, Math.floor(whole[unit].length * share));
  return { gateway: cut('gateway'), su: cut('su'), cu: cut('cu'), mu: cut('mu') };
};

beforeEach(() => {
  journal = { told: whole };
});

describe('world store', () => {
  it('reads every journal page by page', async () => {
    const store = createWorldStore(node(journal).link);
    expect(store.getState().isLoading).toBe(true);
    await vi.waitFor(() => expect(store.getState().isLoading).toBe(false));
    expect(store.getState().world.messages).toHaveLength(wanted);
  });

  it('follows live facts and asks again for what it missed', async () => {
    journal.told = part(0.5);
    const { link, tell, asked } = node(journal);
    const store = createWorldStore(link);
    await vi.waitFor(() => expect(store.getState().isLoading).toBe(false));
    const before = part(0.5);
    journal.told = whole;
    asked.length = 0;
    for (const unit of UNITS) {
      const rest = whole[unit].slice(before[unit].length);
      // The SU's first fact is lost on the way.
      tell('facts', { unit, facts: unit === 'su' ? rest.slice(1) : rest });
    }
    await vi.waitFor(() => expect(store.getState().world.messages).toHaveLength(wanted));
    expect(asked.every((one) => one.startsWith('su@'))).toBe(true);
    expect(asked[0]).toBe(`su@${before.su.length}`);
  });

  it('starts anew with another project', async () => {
    const { link, tell } = node(journal);
    const store = createWorldStore(link);
    await vi.waitFor(() => expect(store.getState().isLoading).toBe(false));
    journal.told = { gateway: [], su: [], cu: [], mu: [] };
    tell('project.changed', { project: null });
    expect(store.getState()).toMatchObject({ isLoading: true, generation: 1 });
    await vi.waitFor(() => expect(store.getState().isLoading).toBe(false));
    expect(store.getState().world.messages).toHaveLength(0);
  });
});
