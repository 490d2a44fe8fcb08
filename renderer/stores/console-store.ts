import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ErrorCode } from '../../node/contract/errors.ts';
import type { Link } from '../link/link.ts';
import { keptHistories, NO_HISTORY, recalledHistories, remembered, type History } from '../model/console-history.ts';
import { followProject, projectMemory } from './project-memory.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** A line of a console that is of no slot: what a command of the console answered, or what a dry run gave. */
export interface LocalLine {
  readonly id: number;
  /** The newest slot when it was written; it stands behind that one. */
  readonly after: number;
  readonly kind: 'input' | 'output' | 'error' | 'note';
  /** May hold ANSI colours. */
  readonly text: string;
  readonly code: ErrorCode | null;
  /** What to do about an error; null for everything else. */
  readonly cure: string | null;
  /** Of a dry run: nothing of it is kept by the process. */
  readonly isDry: boolean;
}

/** What a person and the console of one process have to do with each other. */
export interface Talk {
  readonly history: History;
  /** What stands in the line and is not sent yet. */
  readonly typed: string;
  readonly lines: readonly LocalLine[];
  /** True while what is typed is tried and forgotten. */
  readonly isDry: boolean;
  /** True while Enter makes a line, up to `.done`. */
  readonly isEditing: boolean;
  /** The newest slot that is shown while its output stands still; null while it is live. */
  readonly pausedAt: number | null;
}

export interface ConsoleState {
  readonly talks: ReadonlyMap<string, Talk>;
  of(process: string): Talk;
  change(process: string, part: Partial<Omit<Talk, 'lines'>>): void;
  /** Keeps a line that was sent, over a restart too. */
  remember(process: string, line: string): void;
  say(process: string, line: Omit<LocalLine, 'id'>): void;
}
export type ConsoleStore = StoreApi<ConsoleState>;

const SILENT: Talk = { history: NO_HISTORY, typed: '', lines: [], isDry: false, isEditing: false, pausedAt: null };
const LINES_MAX = 500;

/** What is typed into the consoles of the open project, and what stands there without being of a slot. */
export function createConsoleStore(link: Link, workspace: WorkspaceStore): ConsoleStore {
  const memory = projectMemory(link, 'console');
  let project: string | null = null;
  let lastLine = 0;
  const store: ConsoleStore = createStore<ConsoleState>()((set, get) => {
    const put = (process: string, talk: Talk): void => {
      const talks = new Map(get().talks);
      // The one that was typed to last stands at the end.
      talks.delete(process);
      set({ talks: talks.set(process, talk) });
    };
    return {
      talks: new Map(),
      of: (process) => get().talks.get(process) ?? SILENT,
      change: (process, part) => put(process, { ...get().of(process), ...part }),
      remember(process, line) {
        const talk = get().of(process);
        put(process, { ...talk, history: remembered(talk.history, line) });
        if (project !== null) memory.remember(project, keptHistories(historiesOf(get())));
      },
      say(process, line) {
        const talk = get().of(process);
        put(process, { ...talk, lines: [...talk.lines, { ...line, id: ++lastLine }].slice(-LINES_MAX) });
      },
    };
  });
  followProject(workspace, (path) => {
    project = path;
    store.setState({ talks: new Map() });
    if (path === null) return;
    // Without a link there is nothing to recall it from; one begins anew then.
    void memory.recall(path).then(
      (kept) => project === path && recall(store, recalledHistories(kept)),
      () => undefined,
    );
  });
  return store;
}

function historiesOf({ talks }: ConsoleState): Map<string, History> {
  return new Map([...talks].map(([process, { history }]) => [process, history]));
}

/** What was kept stands before what has been typed meanwhile. */
function recall(store: ConsoleStore, kept: ReadonlyMap<string, History>): void {
  const { talks, of } = store.getState();
  const all = new Map<string, Talk>();
  for (const [process, history] of kept) {
    const talk = of(process);
    all.set(process, { ...talk, history: talk.history.entries.reduce(remembered, history) });
  }
  for (const [process, talk] of talks) if (!all.has(process)) all.set(process, talk);
  store.setState({ talks: all });
}
