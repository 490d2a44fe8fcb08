import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FactsReply } from '../../node/contract/answers.ts';
import { AoError } from '../../node/contract/errors.ts';
import { UNITS, type UnitName } from '../../node/contract/trace.ts';
import type { Link } from '../link/link.ts';
import { continueFrom, NOTHING_READ, readPage, type TakenFacts } from '../model/feed.ts';
import { emptyWorld, settled, takeIn, type World } from '../model/world.ts';
import { createPace } from './pace.ts';

export interface WorldState {
  readonly world: World;
  /** True until what was journalled before has been read. */
  readonly isLoading: boolean;
  /** Raised when another project opens: nothing remembered about slots and messages holds any more. */
  readonly generation: number;
}
export type WorldStore = StoreApi<WorldState>;

const PAGE = 5_000;
/** The first is small, so that there is something to see at once. */
const FIRST_PAGE = 1_000;
const RETRY_MS = 1000;
/** While a long history is read there is something to see already: drawing all of it anew for every page would take most of the time. */
const READING_MS = 5000;

/**
 * The world, kept in step with the node: reads each unit's journal from where it stopped, then follows the live facts,
 * and asks again where a number is missing. Facts are taken in as they come, and there is at most one change per frame, however
 * many they are.
 */
export function createWorldStore(link: Link): WorldStore {
  const store: WorldStore = createStore<WorldState>()(() => ({ world: emptyWorld(), isLoading: true, generation: 0 }));
  let last: Record<UnitName, number> = { ...NOTHING_READ };
  /** Facts were taken in that nobody has been told of. */
  let isTaken = false;
  const pace = createPace();
  /** While a long history is read, what is read is shown seldom. */
  let paused: ReturnType<typeof setTimeout> | undefined;
  const reading = new Map<UnitName, { isAskedAgain: boolean }>();

  /** False where nothing was taken in that is not shown yet. */
  const flush = (): boolean => {
    clearTimeout(paused);
    paused = undefined;
    if (!isTaken) return false;
    isTaken = false;
    store.setState((state) => ({ world: settled(state.world) }));
    return true;
  };
  const flushSoon = (): void => {
    const { isLoading, world } = store.getState();
    if (isLoading && world.messages.length > 0) paused ??= setTimeout(flush, READING_MS);
    else pace.soon(flush);
  };
  const take = (unit: UnitName, taken: TakenFacts): void => {
    if (taken.last === last[unit]) return;
    last[unit] = taken.last;
    const { world } = store.getState();
    for (const fact of taken.fresh()) takeIn(world, fact);
    isTaken = true;
    flushSoon();
  };

  const readOn = async (unit: UnitName, generation: number): Promise<void> => {
    const isCurrent = (): boolean => store.getState().generation === generation;
    const running = reading.get(unit);
    if (running !== undefined) {
      running.isAskedAgain = true;
      return;
    }
    const own = { isAskedAgain: false };
    reading.set(unit, own);
    try {
      const ask = (after: number, limit: number): Promise<FactsReply> => link.ask(`${unit}.facts`, { after, limit, isPacked: true });
      let asked: Promise<FactsReply> | null = ask(last[unit], FIRST_PAGE);
      while (asked !== null) {
        const page: FactsReply = await asked;
        if (!isCurrent()) return;
        const before = last[unit];
        const taken = readPage(before, page);
        const isMore = own.isAskedAgain || (taken.last > before && taken.last < page.last);
        own.isAskedAgain = false;
        // The unit reads the next page while this one is taken in.
        asked = isMore ? ask(taken.last, PAGE) : null;
        take(unit, taken);
      }
    } catch (error) {
      // Without a project there is nothing to read; anything else passes (a unit that restarts, a link that comes back).
      if (!(error instanceof AoError && error.code === 'NO_PROJECT'))
        setTimeout(() => isCurrent() && void readOn(unit, generation), RETRY_MS);
    } finally {
      if (reading.get(unit) === own) reading.delete(unit);
    }
  };

  const readAll = async (): Promise<void> => {
    const { generation } = store.getState();
    await Promise.all(UNITS.map((unit) => readOn(unit, generation)));
    if (store.getState().generation !== generation) return;
    flush();
    store.setState({ isLoading: false });
    performance.mark('aoscope:indexed');
  };
  const startAnew = (): void => {
    last = { ...NOTHING_READ };
    isTaken = false;
    // The former project may have meant to wait long: the first of this one is drawn at once.
    clearTimeout(paused);
    paused = undefined;
    pace.forget();
    reading.clear();
    store.setState((state) => ({ world: emptyWorld(state.world.inside.given), isLoading: true, generation: state.generation + 1 }));
    void readAll();
  };

  let project: string | null | undefined;
  link.on('project.changed', (body) => {
    project = body.project?.path ?? null;
    startAnew();
  });
  link.on('facts', ({ unit, facts }) => {
    const taken = continueFrom(last[unit], facts);
    take(unit, { fresh: () => taken.fresh, last: taken.last });
    if (taken.isGap) void readOn(unit, store.getState().generation);
  });
  link.onState((state) => {
    if (state !== 'open') return;
    void link.ask('project.current', {}).then(
      (reply) => {
        const path = reply.project?.path ?? null;
        const isSame = project === undefined || project === path;
        project = path;
        if (isSame) void readAll();
        else startAnew();
      },
      () => void readAll(),
    );
  });
  return store;
}

/** Resolves once what happened before has been read. */
export function untilRead(world: WorldStore): Promise<void> {
  return new Promise((resolve) => {
    if (!world.getState().isLoading) return resolve();
    const stop = world.subscribe(({ isLoading }) => {
      if (isLoading) return;
      stop();
      resolve();
    });
  });
}
