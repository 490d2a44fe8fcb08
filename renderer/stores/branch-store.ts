import { createStore, type StoreApi } from 'zustand/vanilla';
import type { BranchEdit, BranchInfo, BranchRun, BranchSpec } from '../../node/contract/branch.ts';
import { AoError } from '../../node/contract/errors.ts';
import type { Link } from '../link/link.ts';

/** What a person is about to change: one edit, and what becomes of the rest. */
export interface BranchDraft {
  /** What it is, in words. */
  readonly title: string;
  readonly edit: BranchEdit;
  readonly isHeard: boolean;
  readonly later: 'apply' | 'drop';
}

/** A branch that is looked at, and how far it has run. */
export interface ShownBranch {
  readonly info: BranchInfo;
  readonly run: BranchRun | null;
  readonly isRunning: boolean;
  readonly error: unknown;
}

export interface BranchState {
  readonly draft: BranchDraft | null;
  readonly shown: ShownBranch | null;
  /** Those that were made and not thrown away. */
  readonly branches: readonly BranchInfo[];
  setDraft(draft: BranchDraft | null): void;
  /** Makes the branch of a draft and runs it. @throws AoError as cu.branchNew. */
  start(draft: BranchDraft): Promise<void>;
  /** Looks at a branch, and runs it on where it has not been run to its end. */
  open(info: BranchInfo): void;
  /** Ends the run with what there is. */
  stop(): void;
  /** Back to the list. */
  leave(): void;
  /** @throws AoError as cu.branchName. */
  rename(branch: number, name: string): Promise<void>;
  /** @throws AoError as cu.branchDrop. */
  drop(branch: number): Promise<void>;
  /** @throws AoError as cu.branches. */
  refresh(): Promise<void>;
}
export type BranchStore = StoreApi<BranchState>;

/** Each part of a run ends after this long, so that one sees how far it is and can end it. */
const PART_MS = 300;

/** Other futures of the log: made, run part by part, kept or thrown away. */
export function createBranchStore(link: Link): BranchStore {
  let running: AbortController | null = null;

  const store: BranchStore = createStore<BranchState>()((set, get) => {
    const run = async (info: BranchInfo): Promise<void> => {
      running?.abort();
      const stop = new AbortController();
      running = stop;
      set({ shown: { info, run: null, isRunning: true, error: null } });
      const put = (part: Partial<ShownBranch>): void => {
        const { shown } = get();
        if (shown?.info.id === info.id && running === stop) set({ shown: { ...shown, ...part } });
      };
      try {
        for (let isDone = false; !isDone;) {
          const made = await link.ask('cu.branchRun', { branch: info.id, budgetMs: PART_MS }, stop.signal);
          isDone = made.isDone;
          put({ run: made, isRunning: !isDone });
        }
      } catch (error) {
        put({ isRunning: false, error: error instanceof AoError && error.code === 'CANCELLED' ? null : error });
      }
    };
    return {
      draft: null,
      shown: null,
      branches: [],
      setDraft: (draft) => set({ draft }),
      async start({ title, edit, isHeard, later }) {
        const spec: BranchSpec = { name: title.slice(0, NAME_MAX), scope: isHeard ? 'node' : 'process', edits: [edit], later };
        const info = await link.ask('cu.branchNew', { spec });
        set({ draft: null, branches: [...get().branches, info] });
        void run(info);
      },
      open: (info) => void run(info),
      stop() {
        const { shown } = get();
        running?.abort();
        if (shown !== null) set({ shown: { ...shown, isRunning: false } });
      },
      leave() {
        running?.abort();
        set({ shown: null, draft: null });
      },
      async rename(branch, name) {
        const info = await link.ask('cu.branchName', { branch, name });
        const { shown } = get();
        set({ branches: get().branches.map((one) => (one.id === branch ? info : one)) });
        if (shown?.info.id === branch) set({ shown: { ...shown, info } });
      },
      async drop(branch) {
        if (get().shown?.info.id === branch) get().leave();
        await link.ask('cu.branchDrop', { branch });
        set({ branches: get().branches.filter((one) => one.id !== branch) });
      },
      async refresh() {
        set({ branches: (await link.ask('cu.branches', {})).branches });
      },
    };
  });
  link.on('project.changed', () => {
    running?.abort();
    store.setState({ draft: null, shown: null, branches: [] });
  });
  return store;
}

const NAME_MAX = 200;
