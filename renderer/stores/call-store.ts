import { createStore, type StoreApi } from 'zustand/vanilla';
import type { NamedAddress } from '../../node/contract/deploy.ts';
import type { NamedWallet } from '../../node/contract/desktop.ts';
import type { Slot } from '../../node/contract/ids.ts';
import type { Outcome } from '../../node/contract/outcome.ts';
import type { Link } from '../link/link.ts';
import { NO_CALL, recalledCalls, withCall, type CallDraft, type PastCall } from '../model/past-calls.ts';
import { followProject, projectMemory } from './project-memory.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** What came of the last call to a process. */
export type CallEnd =
  | { readonly kind: 'running' }
  | { readonly kind: 'sent'; readonly slot: Slot }
  /** `slot` is the past moment at which it was tried; null for the present. */
  | { readonly kind: 'tried'; readonly outcome: Outcome; readonly slot: Slot | null }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface CallState {
  /** By process. */
  readonly drafts: ReadonlyMap<string, CallDraft>;
  readonly ends: ReadonlyMap<string, CallEnd>;
  /** Calls of this project, the newest first. */
  readonly calls: readonly PastCall[];
  /** Empty until they have been asked for. */
  readonly wallets: readonly NamedWallet[];
  /** The person's address book. */
  readonly book: readonly NamedAddress[];
  /** Name of the wallet that signs. */
  readonly wallet: string;
  draftOf(process: string): CallDraft;
  change(process: string, part: Partial<CallDraft>): void;
  end(process: string, end: CallEnd): void;
  /** Keeps a call, over a restart too. */
  remember(call: PastCall): void;
  choose(wallet: string): void;
  /** @throws AoError WALLET_UNREADABLE. */
  readWallets(): Promise<void>;
  /** @throws AoError FILE_UNREADABLE. */
  readBook(): Promise<void>;
  /** Makes a wallet and chooses it. @throws AoError WALLET_TAKEN. */
  makeWallet(name: string): Promise<void>;
}
export type CallStore = StoreApi<CallState>;

/** What is filled in to be sent to the processes of the open project, and what came of it. */
export function createCallStore(link: Link, workspace: WorkspaceStore): CallStore {
  const memory = projectMemory(link, 'calls');
  let project: string | null = null;
  const store: CallStore = createStore<CallState>()((set, get) => ({
    drafts: new Map(),
    ends: new Map(),
    calls: [],
    wallets: [],
    book: [],
    wallet: 'dev',
    draftOf: (process) => get().drafts.get(process) ?? NO_CALL,
    change: (process, part) => set({ drafts: new Map(get().drafts).set(process, { ...get().draftOf(process), ...part }) }),
    end: (process, end) => set({ ends: new Map(get().ends).set(process, end) }),
    remember(call) {
      const calls = withCall(get().calls, call);
      set({ calls });
      if (project !== null) memory.remember(project, calls);
    },
    choose: (wallet) => set({ wallet }),
    async readWallets() {
      const { wallets } = await link.ask('wallet.list', {});
      set({ wallets });
    },
    async readBook() {
      const { addresses } = await link.ask('addresses.list', {});
      set({ book: addresses });
    },
    async makeWallet(name) {
      const made = await link.ask('wallet.create', { name });
      set({ wallets: [...get().wallets, made], wallet: made.name });
    },
  }));
  // Whoever edits it is told what is wrong with its file.
  const readBook = (): void =>
    void store
      .getState()
      .readBook()
      .catch(() => undefined);
  link.on('addresses.changed', readBook);
  followProject(workspace, (path) => {
    project = path;
    store.setState({ drafts: new Map(), ends: new Map(), calls: [], wallet: 'dev' });
    if (path === null) return;
    readBook();
    // Whose messages are the person's own is shown everywhere; whoever signs asks again, and is told what went wrong.
    void store
      .getState()
      .readWallets()
      .catch(() => undefined);
    // Without a link there is nothing to recall them from; one begins anew then.
    void memory.recall(path).then(
      (kept) => {
        if (project !== path) return;
        const early = store.getState().calls;
        const calls = early.toReversed().reduce(withCall, recalledCalls(kept));
        store.setState({ calls });
        if (early.length > 0) memory.remember(path, calls);
      },
      () => undefined,
    );
  });
  return store;
}

/** The address of the wallet that signs; null until it is known. */
export function signerOf({ wallets, wallet }: CallState): string | null {
  return wallets.find(({ name }) => name === wallet)?.address ?? null;
}

/** A past call, filled in again. */
export function refill(store: CallStore, { process, draft, wallet }: PastCall): void {
  const { change, choose, wallets } = store.getState();
  change(process, draft);
  if (wallets.some(({ name }) => name === wallet)) choose(wallet);
}
