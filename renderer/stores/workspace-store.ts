import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DesktopStatus, FileEntry, ProjectInfo } from '../../node/contract/desktop.ts';
import type { GitStatus } from '../../node/contract/git.ts';
import type { Link, LinkState } from '../link/link.ts';

export interface WorkspaceState {
  /** 'connecting' only before the first answer. */
  readonly linkState: 'connecting' | LinkState;
  readonly status: DesktopStatus | null;
  readonly project: ProjectInfo | null;
  /** True once the node has said which project is open. */
  readonly isProjectKnown: boolean;
  /** Every file and folder of the project, in the order of the tree. */
  readonly entries: readonly FileEntry[];
  /** How the files stand to the last commit; null where the project lies in no repository. */
  readonly git: GitStatus | null;
  /** What takes its time now, for the bar on top; null when nothing does. */
  readonly busy: string | null;
  /** The project that a recording is looked at from; null where none was open. */
  readonly cameFrom: { readonly path: string; readonly name: string } | null;
  /** Reads status, project and files again. @throws AoError when the node does not answer. */
  refresh(): Promise<void>;
  refreshFiles(): Promise<void>;
  /** Does `work` while `busy` says what it is. */
  during<T>(what: string, work: () => Promise<T>): Promise<T>;
}
export type WorkspaceStore = StoreApi<WorkspaceState>;

/** Folders first, then files, each by name, parents before their children. */
export function inTreeOrder(entries: readonly FileEntry[]): readonly FileEntry[] {
  const folders = new Set(entries.filter((entry) => entry.kind === 'folder').map((entry) => entry.path));
  const key = (path: string): string => {
    const parts = path.split('/');
    // A folder's part sorts before a file's: '0' before '1'.
    return parts.map((part, index) => `${folders.has(parts.slice(0, index + 1).join('/')) ? '0' : '1'}${part.toLowerCase()}`).join('/');
  };
  return entries
    .map((entry) => ({ entry, key: key(entry.path) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ entry }) => entry);
}

/** Files that change quickly are looked at together. */
const GIT_WAIT_MS = 300;

/** The node's status, the open project and its files, kept in step with what the node announces. */
export function createWorkspaceStore(link: Link, onError: (error: unknown) => void): WorkspaceStore {
  const store: WorkspaceStore = createStore<WorkspaceState>()((set, get) => ({
    linkState: 'connecting',
    status: null,
    project: null,
    isProjectKnown: false,
    entries: [],
    git: null,
    busy: null,
    cameFrom: null,
    async refresh() {
      const [status, { project }] = await Promise.all([link.ask('shell.status', {}), link.ask('project.current', {})]);
      set({ status, project, isProjectKnown: true });
      await get().refreshFiles();
    },
    async refreshFiles() {
      if (get().project === null) return set({ entries: [], git: null });
      const { entries } = await link.ask('files.list', {});
      set({ entries: inTreeOrder(entries) });
      lookAtGit();
    },
    async during(what, work) {
      set({ busy: what });
      try {
        return await work();
      } finally {
        if (get().busy === what) set({ busy: null });
      }
    },
  }));
  let gitAsked = 0;
  let gitTimer: ReturnType<typeof setTimeout> | undefined;
  /** Not a word where it cannot be known: git tells that better. */
  const lookAtGit = (): void => {
    clearTimeout(gitTimer);
    gitTimer = setTimeout(() => {
      if (store.getState().project === null) return;
      const mine = ++gitAsked;
      const { project } = store.getState();
      link.ask('files.git', {}).then(
        ({ git }) => {
          // A later look knows better, and another project is none of its.
          const isCurrent = mine === gitAsked && project?.path === store.getState().project?.path;
          if (isCurrent && JSON.stringify(git) !== JSON.stringify(store.getState().git)) store.setState({ git });
        },
        () => undefined,
      );
    }, GIT_WAIT_MS);
  };
  const refresh = (): void => void store.getState().refresh().catch(onError);
  const refreshFiles = (): void => void store.getState().refreshFiles().catch(onError);
  link.onState((linkState) => {
    store.setState({ linkState });
    if (linkState === 'open') refresh();
  });
  link.on('status', (status) => store.setState({ status }));
  link.on('project.changed', ({ project }) => {
    const former = store.getState().project;
    const isSame = former !== null && former.path === project?.path;
    store.setState({
      project,
      isProjectKnown: true,
      ...(isSame ? {} : { git: null }),
      cameFrom: cameFromOf(former, project, store.getState().cameFrom),
    });
    refreshFiles();
  });
  link.on('files.changed', ({ changes }) => {
    if (changes.some((change) => change.change !== 'changed')) refreshFiles();
    else lookAtGit();
  });
  // Whoever commits does it in another window, and comes back.
  globalThis.addEventListener?.('focus', lookAtGit);
  return store;
}

/** From a recording one goes back to the project that was open before; from one recording to the next that stays the same. */
function cameFromOf(former: ProjectInfo | null, now: ProjectInfo | null, known: WorkspaceState['cameFrom']): WorkspaceState['cameFrom'] {
  if (now === null || !now.isReadOnly) return null;
  if (former === null || former.isReadOnly || former.isScratch) return known;
  return { path: former.path, name: former.name };
}
