import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Json } from '../../node/contract/outcome.ts';
import type { Link } from '../link/link.ts';
import { NO_FOCUS } from '../../node/contract/focus-note.ts';
import { parseFocusLink } from '../model/focus.ts';
import { parseSession, VIEWS_MAX, type Session } from '../model/session.ts';
import type { ConsoleStore } from './console-store.ts';
import type { FlowStore } from './flow-store.ts';
import type { FocusStore } from './focus-store.ts';
import { INSPECTOR_TABS, type InspectStore } from './inspect-store.ts';
import { followProject } from './project-memory.ts';
import type { SearchStore } from './search-store.ts';
import type { WorkspaceStore } from './workspace-store.ts';
import type { WorldStore } from './world-store.ts';

export interface SessionState {
  /** Projects open as they were left; otherwise each time as at the first. */
  readonly isKept: boolean;
  /** Folders that are open in the tree of files. */
  readonly folders: ReadonlySet<string>;
  /** Where each editor stands, as it writes it down itself. */
  readonly views: ReadonlyMap<string, Json>;
  /** Raised when the views are those of another start or project. */
  readonly recalled: number;
  setKept(isKept: boolean): void;
  setFolders(folders: ReadonlySet<string>): void;
  setView(path: string, view: Json): void;
  /** Hands over what waits: the window is about to go. */
  flush(): void;
}
export type SessionStore = StoreApi<SessionState>;

interface SessionPorts {
  readonly workspace: WorkspaceStore;
  readonly world: WorldStore;
  readonly focus: FocusStore;
  readonly flow: FlowStore;
  readonly console: ConsoleStore;
  readonly search: SearchStore;
  readonly inspect: InspectStore;
}

const KEY = 'session';
const KEPT_KEY = 'session.isKept';
/** Projects that are remembered; the one changed longest ago is forgotten first. */
const PROJECTS_MAX = 50;
/** Half a second after the last change it is handed over; so much is lost at most where the app is killed. */
const WAIT_MS = 500;
const NOWHERE: Pick<SessionState, 'folders' | 'views'> = { folders: new Set(), views: new Map() };

/**
 * How each project was left: where one looked, what was looked for and typed, which folders were open, where the editors stood.
 * It is kept in the user's own folder, never in the project. Tabs and panels are the dock's, unsaved texts those of drafts.ts.
 */
export function createSessionStore(link: Link, ports: SessionPorts): SessionStore {
  const { workspace, world, focus, flow, console, search, inspect } = ports;
  /** How all projects were left. Known here, so that one word is enough when the window goes. */
  let sessions: readonly (readonly [string, unknown])[] = [];
  let project: string | null = null;
  /** Before everything has been put back nothing is written over it. */
  let isRestored = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: Session | null = null;

  const store: SessionStore = createStore<SessionState>()((set, get) => ({
    ...NOWHERE,
    isKept: true,
    recalled: 0,
    setKept(isKept) {
      set({ isKept });
      // What cannot be remembered holds until the window closes.
      link.ask('shell.remember', { key: KEPT_KEY, value: isKept }).catch(() => undefined);
    },
    setFolders: (folders) => set({ folders }),
    setView(path, view) {
      const others = [...get().views].filter(([other]) => other !== path);
      set({ views: new Map([...others.slice(1 - VIEWS_MAX), [path, view]]) });
    },
    flush: () => write(),
  }));

  const now = (): Session => {
    const { filter, isNarrow, mode: flowMode, axis } = flow.getState();
    const { isCase, isWord, isPattern, text } = search.getState().wish;
    const talks = [...console.getState().talks];
    return {
      focus: focus.getState().link(),
      filter: filter.text,
      isNarrow,
      flowMode,
      axis,
      typed: Object.fromEntries(talks.flatMap(([process, { typed }]) => (typed === '' ? [] : [[process, typed]]))),
      folders: [...store.getState().folders],
      search: { text, isCase, isWord, isPattern },
      inspectorTab: inspect.getState().tab,
      views: Object.fromEntries(store.getState().views),
    };
  };
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (project === null || waiting === null) return;
    sessions = [...sessions.filter(([path]) => path !== project).slice(1 - PROJECTS_MAX), [project, waiting]];
    waiting = null;
    // Through JSON: the contract's Json has no undefined. Without a link the next change is handed over with this one.
    link.ask('shell.remember', { key: KEY, value: JSON.parse(JSON.stringify(Object.fromEntries(sessions))) }).catch(() => undefined);
  };
  const changed = (): void => {
    if (!isRestored) return;
    // As it is now: another project may be open when it is written.
    waiting = now();
    timer ??= setTimeout(write, WAIT_MS);
  };
  focus.subscribe((state, before) => state.focus !== before.focus && changed());
  flow.subscribe(({ filter, isNarrow, mode, axis }, before) => {
    if (filter !== before.filter || isNarrow !== before.isNarrow || mode !== before.mode || axis !== before.axis) changed();
  });
  console.subscribe(changed);
  search.subscribe((state, before) => state.wish !== before.wish && changed());
  inspect.subscribe((state, before) => state.tab !== before.tab && changed());
  store.subscribe((state, before) => (state.folders !== before.folders || state.views !== before.views) && changed());

  // Another window chose.
  link.on('settings.changed', ({ key }) => {
    if (key !== KEPT_KEY) return;
    void link.ask('shell.recall', { key }).then(
      ({ value }) => store.setState({ isKept: value !== false }),
      () => undefined, // What is chosen here holds then.
    );
  });

  const restore = async (path: string): Promise<void> => {
    const [all, { value }] = await Promise.all([link.ask('shell.recall', { key: KEY }), link.ask('shell.recall', { key: KEPT_KEY })]);
    if (project !== path) return;
    sessions = typeof all.value === 'object' && all.value !== null && !Array.isArray(all.value) ? Object.entries(all.value) : [];
    const kept = sessions.find(([one]) => one === path)?.[1] ?? null;
    const isKept = value !== false;
    const session = parseSession(isKept ? kept : null);
    const { folders, views, recalled } = store.getState();
    store.setState({
      isKept,
      folders: new Set([...session.folders, ...folders]),
      views: new Map([...Object.entries(session.views), ...views]),
      recalled: recalled + 1,
    });
    if (isKept && kept !== null) putBack(session, ports);
    await untilRead(world);
    if (project !== path) return;
    if (isKept && kept !== null && workspace.getState().project?.isReadOnly === false) lookAgain(session, ports);
    isRestored = true;
  };
  followProject(workspace, (path) => {
    write();
    project = path;
    isRestored = false;
    store.setState(NOWHERE);
    // Without a link there is nothing to recall it from; one begins anew then, and nothing is written over.
    if (path !== null) restore(path).catch(() => undefined);
  });
  return store;
}

/** What was typed and looked for, where nobody has typed anything else meanwhile. */
function putBack(session: Session, { flow, console, search, inspect }: SessionPorts): void {
  for (const [process, typed] of Object.entries(session.typed))
    if (console.getState().of(process).typed === '') console.getState().change(process, { typed });
  if (search.getState().wish.text === '' && session.search.text !== '') search.getState().look(session.search);
  flow.getState().setMode(session.flowMode);
  flow.getState().setAxis(session.axis);
  const tab = INSPECTOR_TABS.find((one) => one === session.inspectorTab);
  if (tab !== undefined) inspect.getState().setTab(tab);
}

/** The focus and the filter, where they still mean something and nobody has moved on meanwhile. */
function lookAgain(session: Session, { world, focus, flow }: SessionPorts): void {
  if (flow.getState().filter.text === '' && session.filter !== '') {
    flow.getState().setText(session.filter);
    flow.getState().setNarrow(session.isNarrow);
  }
  const wanted = parseFocusLink(session.focus);
  const process = wanted === null || wanted.process === null ? undefined : world.getState().world.processById.get(wanted.process);
  // Inside a slot one has to go anew: what ran there is not read at a start.
  const isThere = process !== undefined && (wanted?.slot ?? 0) <= process.slotLatest;
  if (wanted !== null && isThere && focus.getState().isStill(NO_FOCUS)) focus.getState().setFocus({ ...wanted, step: null });
}

/** Resolves once what happened before has been read. */
function untilRead(world: WorldStore): Promise<void> {
  return new Promise((resolve) => {
    if (!world.getState().isLoading) return resolve();
    const stop = world.subscribe(({ isLoading }) => {
      if (isLoading) return;
      stop();
      resolve();
    });
  });
}
