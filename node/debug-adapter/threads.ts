import type { ProcessId } from '../contract/ids.ts';
import type { Client } from '../contract/rpc.ts';
import { labels } from './message.ts';
import { firstEvaluation, type Place } from './place.ts';

/** A process, as the editor's list of threads shows it. */
export interface Thread {
  readonly id: number;
  readonly process: ProcessId;
  readonly name: string;
  /** Where it stands; null until it is looked at for the first time. */
  place: Place | null;
  /** Ends the way to the next hit; null while it stands. */
  running: AbortController | null;
  /** The breakpoint whose slot it was led to last, where that is told by slots alone. */
  led: { readonly breakpoint: number; readonly slot: number; readonly tick: number | null } | null;
}

export interface Threads {
  /** Every process of the project, in the order of spawning; those that came since are there too. */
  list(): Promise<readonly Thread[]>;
  /** @returns null where there is none. */
  byId(id: number): Thread | null;
  /** By its id or its name; of several by one name the newest. */
  named(word: string): Promise<Thread | null>;
  of(process: ProcessId): Thread | null;
  /** Where it stands: after its newest slot where nobody has moved it. Null where it has no slot. */
  placeOf(thread: Thread): Promise<Place | null>;
  /** Who an address is, for a person. */
  label(address: string): string;
}

const PAGE = 10_000;

/** @param onNew hears of a process that was not there before, once the first list was given. */
export function createThreads(ask: Client['ask'], onNew: (thread: Thread) => void): Threads {
  const threads: Thread[] = [];
  const names = new Map<string, string>();
  let after = 0;
  let isListed = false;
  let reading: Promise<void> | null = null;

  const read = async (): Promise<void> => {
    for (;;) {
      const { facts, last } = await ask('su.facts', { after, limit: PAGE });
      for (const fact of facts) {
        if (fact.kind !== 'su.assigned' || fact.slot !== 0 || threads.some(({ process }) => process === fact.process)) continue;
        const name = fact.sketch.name ?? `${fact.process.slice(0, 8)}…`;
        const made: Thread = { id: threads.length + 1, process: fact.process, name, place: null, running: null, led: null };
        threads.push(made);
        names.set(fact.process, name);
        if (isListed) onNew(made);
      }
      after = facts.at(-1)?.seq ?? last;
      if (facts.length === 0 || after >= last) return;
    }
  };
  const list = async (): Promise<readonly Thread[]> => {
    reading ??= read().finally(() => {
      reading = null;
    });
    await reading;
    isListed = true;
    return threads;
  };
  return {
    list,
    byId: (id) => threads.find((one) => one.id === id) ?? null,
    named: async (word) => (await list()).findLast(({ process, name }) => process === word || name === word) ?? null,
    of: (process) => threads.find((one) => one.process === process) ?? null,
    async placeOf(thread) {
      if (thread.place !== null) return thread.place;
      const { process } = thread;
      if ((await firstEvaluation(ask, process)) === null) return null;
      const { slotLatest } = await ask('su.process', { process });
      thread.place = { process, slot: slotLatest, tick: null, step: null };
      return thread.place;
    },
    label: labels(names),
  };
}
