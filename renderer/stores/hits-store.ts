import { createStore, type StoreApi } from 'zustand/vanilla';
import { AoError } from '../../node/contract/errors.ts';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { EvaluatedPlace, HistoryHit, HistoryQuery } from '../../node/contract/recording.ts';
import type { FilePlace } from '../../node/contract/source-map.ts';
import type { Link } from '../link/link.ts';
import { nearestHit, type FoundHit, type HistoryPlace } from '../../node/contract/nearest-hit.ts';
import { parseBreakpoints, queryOf, type AskedQuery, type Breakpoint } from '../model/breakpoints.ts';
import { placeOf, rowOfFocus } from '../model/lookup.ts';
import { answersOf } from './answers.ts';
import type { FocusStore } from './focus-store.ts';
import { followProject, projectMemory } from './project-memory.ts';
import type { WorkspaceStore } from './workspace-store.ts';
import type { WorldStore } from './world-store.ts';

/** A query with the words of whoever looks for it. */
export interface Sought {
  readonly query: HistoryQuery;
  readonly words: string;
  /** It tells something, and nobody stops there. */
  readonly isLog: boolean;
  /** The line of a file that it stands for; null for what is no line. */
  readonly file: FilePlace | null;
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
  /** The line whose slots a person wants to see listed beside it; null once they are. */
  readonly lineAsked: {
    readonly path: string;
    readonly line: number;
    readonly at: { readonly x: number; readonly y: number } | null;
  } | null;
  askLine(asked: HitsState['lineAsked']): void;
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

/** Breakpoints and a query over the history of the process in focus, and the way from hit to hit. */
export function createHitsStore(link: Link, world: WorldStore, focus: FocusStore, workspace: WorkspaceStore): HitsStore {
  let running: AbortController | null = null;
  const memory = projectMemory(link, 'breakpoints');

  /** Where the focus stands in the history of its process; null where it follows the latest. */
  const placeInFocus = (): HistoryPlace | null => {
    const now = focus.getState().focus;
    if (now.slot === null && now.row === null) return null;
    const row = rowOfFocus(world.getState().world, now);
    const place = row === null ? null : placeOf(world.getState().world, row);
    return place === null ? null : { slot: place.slot, tick: place.tick, step: now.step };
  };
  /** Where the lines of breakpoints stand in what a process evaluated, by `file:line`: bundled files and those of aos too. */
  let places: { readonly process: ProcessId; readonly byLine: ReadonlyMap<string, readonly EvaluatedPlace[]> } | null = null;
  const linesIn = (process: ProcessId, { path, line, condition, log }: Breakpoint): readonly Sought[] => {
    const known = places?.process === process ? (places.byLine.get(`${path}:${line}`) ?? []) : [];
    const distinct = known.filter(
      (one, index) => known.findIndex((other) => other.chunk === one.chunk && other.line === one.line) === index,
    );
    return distinct.map((place) => ({
      query: { kind: 'line' as const, chunk: place.chunk, line: place.line, condition, log },
      words: `${path}:${line}`,
      isLog: log !== null,
      file: { file: path, line },
    }));
  };
  const soughtIn = (process: ProcessId, { breakpoints, query }: HitsState): readonly Sought[] => {
    const lines = breakpoints.filter(({ isOn }) => isOn).flatMap((one) => linesIn(process, one));
    const asked = queryOf(query);
    return asked === null ? lines : [...lines, { query: asked, words: query.text, isLog: false, file: null }];
  };
  /** Finds the lines of the breakpoints in what the process has evaluated so far. @throws AoError as cu.places. */
  const place = async (process: ProcessId, breakpoints: readonly Breakpoint[]): Promise<void> => {
    const found = await Promise.all(
      breakpoints.map(async ({ path, line }): Promise<[string, readonly EvaluatedPlace[]]> => {
        const reply = await link.ask('cu.places', { process, file: path, line });
        return [`${path}:${line}`, reply.places];
      }),
    );
    places = { process, byLine: new Map(found) };
  };

  const store: HitsStore = createStore<HitsState>()((set, get) => {
    const keep = (breakpoints: readonly Breakpoint[]): void => {
      set({ breakpoints });
      const project = workspace.getState().project?.path ?? null;
      if (project !== null) memory.remember(project, breakpoints);
      void placeNow();
    };
    const others = (path: string, line: number): readonly Breakpoint[] =>
      get().breakpoints.filter((one) => one.path !== path || one.line !== line);
    return {
      breakpoints: [],
      query: { kind: 'condition', text: '' },
      hunt: null,
      last: null,
      lineAsked: null,
      askLine: (lineAsked) => set({ lineAsked }),
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
        await place(process, get().breakpoints);
        const sought = soughtIn(process, get()).filter(({ isLog }) => !isLog);
        if (sought.length === 0) {
          // A file that this process has not evaluated has no hits there.
          set({ last: get().breakpoints.some(({ isOn, log }) => isOn && log === null) ? 'none' : 'nothing' });
          return null;
        }
        running?.abort();
        const stop = new AbortController();
        running = stop;
        set({ hunt: { direction, slots: 0 }, last: null });
        try {
          const isMeant = async (hit: HistoryHit, index: number): Promise<boolean> => isOfFile(link, process, hit, sought[index]);
          const queries = sought.map(({ query }) => query);
          const wish = { process, queries, from: placeInFocus(), latest: toSlot(latest), direction, isMeant };
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

  /** Whoever lists hits is told when the lines have been found. */
  const placeNow = async (): Promise<void> => {
    const { process } = focus.getState().focus;
    const { breakpoints } = store.getState();
    if (process === null || breakpoints.length === 0) return;
    await place(process, breakpoints).catch(() => undefined);
    if (store.getState().breakpoints === breakpoints) store.setState({ breakpoints: [...breakpoints] });
  };
  let process: ProcessId | null = null;
  focus.subscribe((state) => {
    if (state.focus.process === process) return;
    process = state.focus.process;
    void placeNow();
  });
  followProject(workspace, (project) => {
    running?.abort();
    store.setState({ breakpoints: [], last: null, query: { kind: 'condition', text: '' } });
    if (project === null) return;
    void memory.recall(project).then(
      (value) => {
        if (workspace.getState().project?.path !== project || store.getState().breakpoints.length > 0) return;
        store.setState({ breakpoints: parseBreakpoints(value) });
        void placeNow();
      },
      () => undefined, // Without what was remembered one begins with none.
    );
  });
  return store;
}

/** A chunk's name may stand for many texts: the one that was in force must be that file. */
async function isOfFile(link: Link, process: ProcessId, { slot }: HistoryHit, sought: Sought | undefined): Promise<boolean> {
  if (sought === undefined || sought.file === null || sought.query.kind !== 'line') return true;
  const { chunk, line } = sought.query;
  if (chunk === `@${sought.file.file}`) return true;
  const found = await answersOf(link)
    .ask('cu.source', { process, slot, chunk, line }, new AbortController().signal)
    .catch(() => null); // A text that nobody knows is not that file.
  return found?.place?.file === sought.file.file && found.place.line === sought.file.line;
}
