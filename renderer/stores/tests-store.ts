import { createStore, type StoreApi } from 'zustand/vanilla';
import { AoError } from '../../node/contract/errors.ts';
import { TEST_FILE, wholeName, type FileCoverage, type TestEvent, type TestSummary, type TestWish } from '../../node/contract/tests.ts';
import type { FileChange } from '../../node/contract/desktop.ts';
import type { Link } from '../link/link.ts';
import type { KnownTests } from '../model/tests.ts';
import type { WorkspaceStore } from './workspace-store.ts';

export interface TestsState extends KnownTests {
  /** False until the tests of the project were looked for. */
  readonly isKnown: boolean;
  readonly isFinding: boolean;
  readonly isRunning: boolean;
  /** Run what a saved file may have changed. */
  readonly isOnSave: boolean;
  readonly last: TestSummary | null;
  /** Count lines and handlers at every run. */
  readonly isCovered: boolean;
  /** What the last run that counted has counted; null before one. */
  readonly coverage: readonly FileCoverage[] | null;
  /** The row that is looked at, by its key. */
  readonly selected: string | null;
  /** Looks for the tests of some files, or of all. @throws AoError as tests.find. */
  find(files?: readonly string[]): Promise<void>;
  /** Runs tests; those that run are stopped first. @throws AoError as tests.run. */
  run(wish: Pick<TestWish, 'files' | 'only'>): Promise<void>;
  stop(): void;
  setOnSave(isOnSave: boolean): void;
  setCovered(isCovered: boolean): void;
  select(key: string | null): void;
}
export type TestsStore = StoreApi<TestsState>;

const KEY = 'tests.onSave';
const COVERED_KEY = 'tests.coverage';
/** Changes of files that come together are one. */
const SAVED_WAIT_MS = 200;
const NOTHING: Kept & Pick<TestsState, 'running'> = {
  files: [],
  results: new Map(),
  running: new Set(),
  broken: new Map(),
  isKnown: false,
  selected: null,
  last: null,
  coverage: null,
};

/** What is kept of a project that is left for a while. */
type Kept = Pick<TestsState, 'files' | 'results' | 'broken' | 'isKnown' | 'selected' | 'last' | 'coverage'>;

/** The tests of the open project, and what became of them. Those of a project that is left for a while are kept. */
export function createTestsStore(link: Link, workspace: WorkspaceStore, onError: (error: unknown) => void): TestsStore {
  let running: AbortController | null = null;
  const store: TestsStore = createStore<TestsState>()((set, get) => ({
    ...NOTHING,
    isFinding: false,
    isRunning: false,
    isOnSave: false,
    isCovered: false,
    async find(files) {
      set({ isFinding: true });
      try {
        const { files: found } = await link.ask('tests.find', { files: files ?? null });
        const others = files === undefined ? [] : get().files.filter(({ file }) => !files.includes(file));
        set({ files: [...others, ...found].sort((one, other) => (one.file < other.file ? -1 : 1)), isKnown: true });
      } finally {
        set({ isFinding: false });
      }
    },
    async run(wish) {
      running?.abort();
      const mine = new AbortController();
      running = mine;
      set({ isRunning: true, last: null });
      try {
        const { isCovered } = get();
        const { coverage, ...last } = await link.ask('tests.run', { pattern: null, module: null, isCovered, ...wish }, mine.signal);
        // It may have been switched off meanwhile.
        if (running === mine) set({ last, ...(coverage === null || !get().isCovered ? {} : { coverage }) });
      } catch (error) {
        if (!(error instanceof AoError) || error.code !== 'CANCELLED') throw error;
      } finally {
        if (running === mine) {
          running = null;
          set({ isRunning: false, running: new Set() });
        }
      }
    },
    stop: () => running?.abort(),
    setOnSave(isOnSave) {
      set({ isOnSave });
      link.ask('shell.remember', { key: KEY, value: isOnSave }).catch(onError);
    },
    setCovered(isCovered) {
      // Marks that no run renews any more would soon be wrong.
      set(isCovered ? { isCovered } : { isCovered, coverage: null });
      link.ask('shell.remember', { key: COVERED_KEY, value: isCovered }).catch(onError);
    },
    select: (selected) => set({ selected }),
  }));
  link.on('tests.event', (event) => store.setState(told(store.getState(), event)));
  const recall = (): void =>
    void Promise.all([link.ask('shell.recall', { key: KEY }), link.ask('shell.recall', { key: COVERED_KEY })]).then(
      ([onSave, covered]) => {
        const isCovered = covered.value === true;
        store.setState({ isOnSave: onSave.value === true, isCovered, ...(isCovered ? {} : { coverage: null }) });
      },
      () => undefined, // Without what was remembered nothing runs by itself.
    );
  recall();
  // Another window chose.
  link.on('settings.changed', ({ key }) => {
    if (key === KEY || key === COVERED_KEY) recall();
  });
  followFiles(link, store, onError);
  followProject(workspace, store);
  return store;
}

function told(state: TestsState, event: TestEvent): Partial<TestsState> {
  if (event.kind === 'found') {
    const found = { file: event.file, tests: event.tests, error: null };
    const broken = new Map(state.broken);
    broken.delete(event.file);
    const others = state.files.filter(({ file }) => file !== event.file);
    return { files: [...others, found].sort((one, other) => (one.file < other.file ? -1 : 1)), broken, isKnown: true };
  }
  if (event.kind === 'started') return { running: new Set([...state.running, wholeName(event)]) };
  if (event.kind === 'file') return event.error === null ? {} : { broken: new Map([...state.broken, [event.file, event.error]]) };
  const name = wholeName(event.result);
  return {
    results: new Map([...state.results, [name, event.result]]),
    running: new Set([...state.running].filter((one) => one !== name)),
  };
}

function followFiles(link: Link, store: TestsStore, onError: (error: unknown) => void): void {
  let waiting: FileChange[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const go = async (changes: readonly FileChange[]): Promise<void> => {
    const tests = changes.filter(({ path }) => path.endsWith(TEST_FILE));
    const { isKnown, isOnSave } = store.getState();
    if (isKnown && tests.length > 0) await store.getState().find(tests.map(({ path }) => path));
    const isSource = changes.some(({ path }) => /(\.lua|^aoscope\.json)$/.test(path) && !path.endsWith(TEST_FILE));
    const saved = tests.filter(({ change }) => change !== 'removed').map(({ path }) => path);
    if (isOnSave && (isSource || saved.length > 0)) await store.getState().run({ files: isSource ? null : saved });
  };
  link.on('files.changed', ({ changes }) => {
    waiting.push(...changes.filter(({ kind }) => kind === 'file'));
    clearTimeout(timer);
    timer = setTimeout(() => {
      const all = waiting;
      waiting = [];
      void go(all).catch(onError);
    }, SAVED_WAIT_MS);
  });
}

/** Each project has its own; one that a recording is looked at for a while finds them again. */
function followProject(workspace: WorkspaceStore, store: TestsStore): void {
  const kept = new Map<string, Kept>();
  let open: string | null = null;
  workspace.subscribe(({ project }) => {
    const path = project?.path ?? null;
    if (path === open) return;
    const { files, results, broken, isKnown, selected, last, coverage } = store.getState();
    if (open !== null) kept.set(open, { files, results, broken, isKnown, selected, last, coverage });
    open = path;
    store.getState().stop();
    store.setState({ ...NOTHING, ...(path === null ? {} : kept.get(path)) });
  });
}
