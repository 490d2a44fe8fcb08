import { createStore, type StoreApi } from 'zustand/vanilla';
import { AoError } from '../../node/contract/errors.ts';
import type { BranchStep } from '../../node/contract/branch.ts';
import { toSlot, type ProcessId, type Slot } from '../../node/contract/ids.ts';
import type { EvaluatedPlace, HistoryHit, HistoryQuery } from '../../node/contract/recording.ts';
import type { FilePlace } from '../../node/contract/source-map.ts';
import type { Link } from '../link/link.ts';
import { nearestHit, type FoundHit, type HistoryPlace } from '../../node/contract/nearest-hit.ts';
import { parseBreakpoints, queryOf, type AskedQuery, type Breakpoint } from '../model/breakpoints.ts';
import { placeOf, rowOfFocus } from '../model/lookup.ts';
import { answersOf } from './answers.ts';
import type { BranchStore, Walk } from './branch-store.ts';
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
  /** To the nearest hit, in the branch where one stands in one, of the breakpoints that are on and of the query. @returns null where there is none. @throws AoError as cu.search. */
  go(direction: Hunt['direction']): Promise<FoundHit | null>;
  stop(): void;
  /** Everything that is looked for in the process in focus, logs too. */
  sought(): readonly Sought[];
  /** Where all hits are looked for, from the newest slot on; null where nothing has been evaluated. @throws AoError as cu.branchSteps. */
  end(): Promise<(Line & { readonly from: Slot }) | null>;
}
export type HitsStore = StoreApi<HitsState>;

/** What is searched: a process on the main line, or in a branch. */
export interface Line {
  readonly process: ProcessId;
  readonly branch?: number;
}

/** The process in focus where the person stands: in a branch while one walks there, else on the main line. */
export function lineInFocus(focus: FocusStore, branch: BranchStore): Line | null {
  const { walk } = branch.getState();
  if (walk !== null) return { process: walk.process, branch: walk.branch };
  const { process } = focus.getState().focus;
  return process === null ? null : { process };
}

/** The same text for the same line. */
export const keyOfLine = (line: Line | null): string => (line === null ? '' : `${line.branch ?? ''} ${line.process}`);

/** Breakpoints and a query over the history of the process in focus, and the way from hit to hit. */
export function createHitsStore(
  link: Link,
  world: WorldStore,
  focus: FocusStore,
  workspace: WorkspaceStore,
  branch: BranchStore,
): HitsStore {
  let running: AbortController | null = null;
  const memory = projectMemory(link, 'breakpoints');

  const lineNow = (): Line | null => lineInFocus(focus, branch);
  /** Where the focus stands in the history of its process; null where it follows the latest. */
  const placeInFocus = (): HistoryPlace | null => {
    const now = focus.getState().focus;
    if (now.slot === null && now.row === null) return null;
    const row = rowOfFocus(world.getState().world, now);
    const place = row === null ? null : placeOf(world.getState().world, row);
    return place === null ? null : { slot: place.slot, tick: place.tick, step: now.step };
  };
  const stepOf = async ({ branch: id, process, index }: Omit<Walk, 'step'>): Promise<BranchStep> => {
    const { steps } = await link.ask('cu.branchSteps', { branch: id, process, from: index, limit: 1 });
    const [step] = steps;
    if (step === undefined) throw new AoError('BRANCH_PROCESS', { process, branch: id });
    return step;
  };
  /** Where one stands, and the newest slot of that line. */
  const standing = async (line: Line): Promise<{ readonly from: HistoryPlace | null; readonly latest: Slot }> => {
    const { walk } = branch.getState();
    if (line.branch === undefined || walk === null) {
      const latest = world.getState().world.processById.get(line.process)?.evaluatedTo ?? -1;
      if (latest < 0) throw new AoError('NO_PROCESS');
      return { from: placeInFocus(), latest: toSlot(latest) };
    }
    const { slot, tick } = walk.step ?? (await stepOf(walk));
    return { from: { slot, tick, step: focus.getState().focus.step }, latest: slot };
  };
  /** Where the lines of breakpoints stand in what a process evaluated, by `file:line`: bundled files and those of aos too. */
  let places: { readonly key: string; readonly byLine: ReadonlyMap<string, readonly EvaluatedPlace[]> } | null = null;
  const linesIn = (where: Line, { path, line, condition, log }: Breakpoint): readonly Sought[] => {
    const known = places?.key === keyOfLine(where) ? (places.byLine.get(`${path}:${line}`) ?? []) : [];
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
  const soughtIn = (where: Line, { breakpoints, query }: HitsState): readonly Sought[] => {
    const lines = breakpoints.filter(({ isOn }) => isOn).flatMap((one) => linesIn(where, one));
    const asked = queryOf(query);
    return asked === null ? lines : [...lines, { query: asked, words: query.text, isLog: false, file: null }];
  };
  /** Finds the lines of the breakpoints in what the process has evaluated so far. @throws AoError as cu.places. */
  const place = async (where: Line, breakpoints: readonly Breakpoint[]): Promise<void> => {
    const found = await Promise.all(
      breakpoints.map(async ({ path, line }): Promise<[string, readonly EvaluatedPlace[]]> => {
        const reply = await link.ask('cu.places', { ...where, file: path, line });
        return [`${path}:${line}`, reply.places];
      }),
    );
    places = { key: keyOfLine(where), byLine: new Map(found) };
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
        const line = lineNow();
        if (line === null) throw new AoError('NO_PROCESS');
        const { from, latest } = await standing(line);
        await place(line, get().breakpoints);
        const sought = soughtIn(line, get()).filter(({ isLog }) => !isLog);
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
          const isMeant = async (hit: HistoryHit, index: number): Promise<boolean> => isOfFile(link, line, hit, sought[index]);
          const queries = sought.map(({ query }) => query);
          const wish = { ...line, queries, from, latest, direction, isMeant };
          // Ahead of what follows the latest there is nothing.
          const isAhead = direction === 'forwards' && from === null;
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
        const line = lineNow();
        return line === null ? [] : soughtIn(line, get());
      },
      async end() {
        const line = lineNow();
        if (line === null) return null;
        if (line.branch === undefined) {
          const latest = world.getState().world.processById.get(line.process)?.evaluatedTo ?? -1;
          return latest < 0 ? null : { ...line, from: toSlot(latest) };
        }
        const steps = branch.getState().shown?.run?.lines.find(({ process }) => process === line.process)?.steps ?? 0;
        const { slot } = await stepOf({ branch: line.branch, process: line.process, index: Math.max(0, steps - 1) });
        return { ...line, from: slot };
      },
    };
  });

  /** Whoever lists hits is told when the lines have been found. */
  const placeNow = async (): Promise<void> => {
    const line = lineNow();
    const { breakpoints } = store.getState();
    if (line === null || breakpoints.length === 0) return;
    await place(line, breakpoints).catch(() => undefined);
    if (store.getState().breakpoints === breakpoints) store.setState({ breakpoints: [...breakpoints] });
  };
  let known = '';
  const follow = (): void => {
    const key = keyOfLine(lineNow());
    if (key === known) return;
    known = key;
    void placeNow();
  };
  focus.subscribe(follow);
  branch.subscribe(follow);
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
async function isOfFile(link: Link, searched: Line, { slot }: HistoryHit, sought: Sought | undefined): Promise<boolean> {
  if (sought === undefined || sought.file === null || sought.query.kind !== 'line') return true;
  const { chunk, line } = sought.query;
  if (chunk === `@${sought.file.file}`) return true;
  const found = await answersOf(link)
    .ask('cu.source', { ...searched, slot, chunk, line }, new AbortController().signal)
    .catch(() => null); // A text that nobody knows is not that file.
  return found?.place?.file === sought.file.file && found.place.line === sought.file.line;
}
