import { createStore, type StoreApi } from 'zustand/vanilla';
import { AoError } from '../../node/contract/errors.ts';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { HistoryHit, HistoryQuery } from '../../node/contract/recording.ts';
import type { Json } from '../../node/contract/outcome.ts';
import type { Link } from '../link/link.ts';
import { nearestHit, type FoundHit, type HistoryPlace } from '../model/hits.ts';
import { parseBreakpoints, queryOf, type AskedQuery, type Breakpoint } from '../model/breakpoints.ts';
import { placeOf, rowOfFocus } from '../model/lookup.ts';
import type { FocusStore } from './focus-store.ts';
import type { WorkspaceStore } from './workspace-store.ts';
import type { WorldStore } from './world-store.ts';

/** A query with the words of whoever looks for it. */
export interface Sought {
  readonly query: HistoryQuery;
  readonly words: string;
  /** It tells something, and nobody stops there. */
  readonly isLog: boolean;
}

/** A search for the next hit that is under way. */
export interface Hunt {
  readonly direction: 'forwards' | 'backwards';
  readonly slots: number;
}

export interface HitsState {
  readonly breakpoints: readonly Breakpoint[];
  /** What is looked for besides: a condition, a change, a message … */
  readonly query: AskedQuery;
  readonly hunt: Hunt | null;
  /** The last hit that one was led to; `none`: there was none that way; `nothing`: there was nothing to look for; null before the first. */
  readonly last: { readonly hit: HistoryHit; readonly words: string } | 'none' | 'nothing' | null;
  toggle(path: string, line: number): void;
  put(breakpoint: Breakpoint): void;
  remove(path: string, line: number): void;
  /** Text was put in or taken out: breakpoints of a file stand at other lines. */
  moved(path: string, lines: ReadonlyMap<number, number>): void;
  setQuery(query: AskedQuery): void;
  /** To the nearest hit of the breakpoints that are on and of the query. @returns null where there is none. @throws AoError as cu.search. */
  go(direction: Hunt['direction']): Promise<FoundHit | null>;
  stop(): void;
  /** Everything that is looked for in the process in focus, logs too. */
  sought(): readonly Sought[];
}
export type HitsStore = StoreApi<HitsState>;

const KEY = 'breakpoints';

/** Breakpoints and a query over the history of the process in focus, and the way from hit to hit. */
export function createHitsStore(link: Link, world: WorldStore, focus: FocusStore, workspace: WorkspaceStore): HitsStore {
  let running: AbortController | null = null;

  /** Where the focus stands in the history of its process; null where it follows the latest. */
  const placeInFocus = (): HistoryPlace | null => {
    const now = focus.getState().focus;
    if (now.slot === null && now.row === null) return null;
    const row = rowOfFocus(world.getState().world, now);
    const place = row === null ? null : placeOf(world.getState().world, row);
    return place === null ? null : { slot: place.slot, tick: place.tick, step: now.step };
  };
  const soughtIn = (process: ProcessId, { breakpoints, query }: HitsState): readonly Sought[] => {
    const program = world.getState().world.processById.get(process)?.program ?? null;
    // Modules of the network give every text the same name.
    const isOwn = program === null || program.module === workspace.getState().status?.luaModule;
    const lines = breakpoints
      .filter(({ isOn }) => isOn)
      .map(({ path, line, condition, log }) => ({
        query: { kind: 'line' as const, chunk: isOwn ? `@${path}` : 'aos', line, condition, log },
        words: `${path}:${line}`,
        isLog: log !== null,
      }));
    const asked = queryOf(query);
    return asked === null ? lines : [...lines, { query: asked, words: query.text, isLog: false }];
  };

  const store: HitsStore = createStore<HitsState>()((set, get) => {
    const keep = (breakpoints: readonly Breakpoint[]): void => {
      set({ breakpoints });
      const project = workspace.getState().project?.path ?? null;
      // Through JSON: the contract's Json has no undefined.
      if (project !== null)
        void link
          .ask('shell.remember', { key: KEY, value: JSON.parse(JSON.stringify({ project, breakpoints })) as Json })
          .catch(() => undefined);
    };
    const others = (path: string, line: number): readonly Breakpoint[] =>
      get().breakpoints.filter((one) => one.path !== path || one.line !== line);
    return {
      breakpoints: [],
      query: { kind: 'condition', text: '' },
      hunt: null,
      last: null,
      toggle(path, line) {
        const rest = others(path, line);
        keep(rest.length < get().breakpoints.length ? rest : [...rest, { path, line, condition: null, log: null, isOn: true }]);
      },
      put: (one) =>
        keep([...others(one.path, one.line), one].toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line))),
      remove: (path, line) => keep(others(path, line)),
      moved: (path, lines) =>
        keep(get().breakpoints.map((one) => (one.path === path ? { ...one, line: lines.get(one.line) ?? one.line } : one))),
      setQuery: (query) => set({ query, last: null }),
      async go(direction) {
        const { process } = focus.getState().focus;
        const latest = process === null ? -1 : (world.getState().world.processById.get(process)?.evaluatedTo ?? -1);
        if (process === null || latest < 0) throw new AoError('NO_PROCESS');
        const sought = soughtIn(process, get()).filter(({ isLog }) => !isLog);
        if (sought.length === 0) {
          set({ last: 'nothing' });
          return null;
        }
        running?.abort();
        const stop = new AbortController();
        running = stop;
        set({ hunt: { direction, slots: 0 }, last: null });
        try {
          const wish = { process, queries: sought.map(({ query }) => query), from: placeInFocus(), latest: toSlot(latest), direction };
          // Ahead of what follows the latest there is nothing.
          const isAhead = direction === 'forwards' && wish.from === null;
          const found = isAhead
            ? null
            : await nearestHit(
                (args, signal) => link.ask('cu.search', args, signal),
                wish,
                stop.signal,
                (slots) => running === stop && set({ hunt: { direction, slots } }),
              );
          set({ last: found === null ? 'none' : { hit: found.hit, words: sought[found.query]?.words ?? '' } });
          return found;
        } finally {
          if (running === stop) {
            running = null;
            set({ hunt: null });
          }
        }
      },
      stop: () => running?.abort(),
      sought() {
        const { process } = focus.getState().focus;
        return process === null ? [] : soughtIn(process, get());
      },
    };
  });

  const recall = (project: string | null): void => {
    running?.abort();
    store.setState({ breakpoints: [], last: null, query: { kind: 'condition', text: '' } });
    if (project === null) return;
    void link.ask('shell.recall', { key: KEY }).then(
      ({ value }) => {
        if (workspace.getState().project?.path === project && store.getState().breakpoints.length === 0)
          store.setState({ breakpoints: parseBreakpoints(value, project) });
      },
      () => undefined, // Without what was remembered one begins with none.
    );
  };
  let project: string | null = null;
  workspace.subscribe((state) => {
    const path = state.project?.path ?? null;
    if (path === project) return;
    project = path;
    recall(path);
  });
  return store;
}
