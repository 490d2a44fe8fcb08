import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Json } from '../../node/contract/outcome.ts';
import type { Link } from '../link/link.ts';
import { NO_FOCUS } from '../../node/contract/focus-note.ts';
import { parseFocusLink } from '../model/focus.ts';
import { parseSession, VIEWS_MAX, type Session } from '../model/session.ts';
import type { ConsoleState, ConsoleStore } from './console-store.ts';
import type { FlowStore } from './flow-store.ts';
import type { FocusStore } from './focus-store.ts';
import { INSPECTOR_TABS, type InspectStore } from './inspect-store.ts';
import { followProject, projectMemory } from './project-memory.ts';
import type { SearchStore } from './search-store.ts';
import type { WorkspaceStore } from './workspace-store.ts';
import { untilRead, type WorldStore } from './world-store.ts';

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
  /** Of a file of `project`; where another is open by now it is dropped. */
  setView(project: string, path: string, view: Json): void;
  /** Hands over what waits: the window is about to go. */
  flush(): void;
  /** True in the window that tells how the project was left: of several the one that was used last. */
  isLastUsed(): boolean;
  /** Resolves once the project that is open stands as it was left, as far as that goes. */
  settled(): Promise<void>;
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
  readonly isLastUsed: () => boolean;
}

const KEPT_KEY = 'session.isKept';
/** Half a second after the last change it is handed over; so much is lost at most where the app is killed. */
const WAIT_MS = 500;
/** Where editors stand changes with every scroll: that may be a little older. */
const VIEWS_WAIT_MS = 3_000;
const NOWHERE: Pick<SessionState, 'folders' | 'views'> = { folders: new Set(), views: new Map() };

/**
 * How each project was left: where one looked, what was looked for and typed, which folders were open, where the editors stood.
 * It is kept in the user's own folder, never in the project. Tabs and panels are the dock's, unsaved texts those of drafts.ts.
 */
export function createSessionStore(link: Link, ports: SessionPorts): SessionStore {
  const { workspace, world, focus, flow, console, search, inspect } = ports;
  const memory = projectMemory(link, 'session');
  let project: string | null = null;
  /** Before everything has been put back nothing is written over it. */
  let isRestored = false;
  let restoring: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueMs = Infinity;
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
    flush: () => write(),
    isLastUsed: ports.isLastUsed,
    settled: () => restoring,
    setView(of, path, view) {
      if (of !== project) return;
      const others = [...get().views].filter(([other]) => other !== path);
      set({ views: new Map([...others.slice(1 - VIEWS_MAX), [path, view]]) });
    },
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
    dueMs = Infinity;
    if (project !== null && waiting !== null) memory.remember(project, waiting);
    waiting = null;
  };
  const changed = (waitMs = WAIT_MS): void => {
    // What empties itself because another project is open says nothing about the one that is left.
    if (!isRestored || workspace.getState().project?.path !== project || !ports.isLastUsed()) return;
    // As it is now: another project may be open when it is written.
    waiting = now();
    if (performance.now() + waitMs >= dueMs) return;
    clearTimeout(timer);
    dueMs = performance.now() + waitMs;
    timer = setTimeout(write, waitMs);
  };
  focus.subscribe((state, before) => state.focus !== before.focus && changed());
  flow.subscribe(({ filter, isNarrow, mode, axis }, before) => {
    if (filter !== before.filter || isNarrow !== before.isNarrow || mode !== before.mode || axis !== before.axis) changed();
  });
  console.subscribe((state, before) => state.talks !== before.talks && !isTypedSame(state.talks, before.talks) && changed());
  search.subscribe((state, before) => state.wish !== before.wish && changed());
  inspect.subscribe((state, before) => state.tab !== before.tab && changed());
  store.subscribe((state, before) => {
    if (state.folders !== before.folders) changed();
    if (state.views !== before.views) changed(VIEWS_WAIT_MS);
  });

  // Another window chose.
  link.on('settings.changed', ({ key }) => {
    if (key !== KEPT_KEY) return;
    void link.ask('shell.recall', { key }).then(
      ({ value }) => store.setState({ isKept: value !== false }),
      () => undefined, // What is chosen here holds then.
    );
  });

  const restore = async (path: string): Promise<void> => {
    const [kept, { value }] = await Promise.all([memory.recall(path), link.ask('shell.recall', { key: KEPT_KEY })]);
    if (project !== path) return;
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
    restoring = path === null ? Promise.resolve() : restore(path).catch(() => undefined);
  });
  return store;
}

/** True where the lines of all consoles are the same: what they answered is kept elsewhere. */
function isTypedSame(one: ConsoleState['talks'], other: ConsoleState['talks']): boolean {
  const isIn = (lines: ConsoleState['talks'], others: ConsoleState['talks']): boolean =>
    [...lines].every(([process, { typed }]) => typed === (others.get(process)?.typed ?? ''));
  return isIn(one, other) && isIn(other, one);
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
