import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PlannedProcess, RanProcess, RunWay, RunWish } from '../../node/contract/topology.ts';
import type { Link } from '../link/link.ts';
import type { WorkspaceStore } from './workspace-store.ts';

export interface PlanState {
  /** The processes of aoscope.json, in its order, and how each stands to its files. */
  readonly processes: readonly PlannedProcess[];
  /** What Run does with a process whose code was changed. */
  readonly way: RunWay;
  /** True while a new project is being described. */
  readonly isCreating: boolean;
  /** Reads it again. @throws AoError as project.topology. */
  refresh(): Promise<void>;
  /** @throws AoError as project.run. */
  run(wish: RunWish): Promise<readonly RanProcess[]>;
  setWay(way: RunWay): void;
  setCreating(isCreating: boolean): void;
}
export type PlanStore = StoreApi<PlanState>;

const KEY = 'run.way';
/** Changes of files that come together are one. */
const CHANGED_WAIT_MS = 150;

/** How the processes of the project stand to its files, kept in step with both. */
export function createPlanStore(link: Link, workspace: WorkspaceStore, onError: (error: unknown) => void): PlanStore {
  /** Of several answers under way the newest question's counts. */
  let asked = 0;
  const store: PlanStore = createStore<PlanState>()((set, get) => ({
    processes: [],
    way: 'evaluate',
    isCreating: false,
    async refresh() {
      const mine = ++asked;
      const isEmpty = (workspace.getState().project?.manifest.processes.length ?? 0) === 0;
      const { processes } = isEmpty ? { processes: [] } : await link.ask('project.topology', {});
      if (mine === asked) set({ processes });
    },
    async run(wish) {
      const { processes } = await link.ask('project.run', { how: get().way, ...wish });
      return processes;
    },
    setWay(way) {
      set({ way });
      link.ask('shell.remember', { key: KEY, value: way }).catch(onError);
    },
    setCreating: (isCreating) => set({ isCreating }),
  }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** A unit that is down is told elsewhere; when it is back, what could not be read is read. */
  let isStale = false;
  const read = async (): Promise<void> => {
    try {
      await store.getState().refresh();
      isStale = false;
    } catch {
      isStale = true;
    }
  };
  const refreshSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void read(), CHANGED_WAIT_MS);
  };
  link.on('status', () => {
    if (isStale) refreshSoon();
  });
  workspace.subscribe((now, before) => {
    if (now.project !== before.project) refreshSoon();
  });
  link.on('files.changed', refreshSoon);
  link.on('project.ran', refreshSoon);
  link.onState((state) => {
    if (state !== 'open') return;
    refreshSoon();
    void link.ask('shell.recall', { key: KEY }).then(
      ({ value }) => {
        if (value === 'evaluate' || value === 'respawn') store.setState({ way: value });
      },
      () => undefined, // It stays as it is; the lost link is told elsewhere.
    );
  });
  return store;
}
