import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ProcessId, Slot } from '../../node/contract/ids.ts';
import type { Link } from '../link/link.ts';

export const INSPECTOR_TABS = ['happened', 'message', 'outbox', 'state', 'handlers', 'why'] as const;
export type InspectorTab = (typeof INSPECTOR_TABS)[number];
export const INSPECTOR_TITLES: Readonly<Record<InspectorTab, string>> = {
  happened: 'Changes',
  message: 'Message',
  outbox: 'Outbox',
  state: 'State',
  handlers: 'Handlers',
  why: 'Why',
};

/** A moment of a process: after its slot `slot`. */
export interface Moment {
  readonly process: ProcessId;
  readonly slot: Slot;
}

/** Why is a value as it is after a slot? It stands until another one is asked, wherever its answer leads. */
export interface WhyQuestion extends Moment {
  readonly expression: string;
  /** Set where the slot is one of a branch. */
  readonly branch?: number | undefined;
}

export interface InspectState {
  readonly tab: InspectorTab;
  /** What other slots of its process are compared with; null for none. */
  readonly pinned: Moment | null;
  readonly question: WhyQuestion | null;
  /** What is opened in the tree of states, by process: it stays so from slot to slot, and when one comes back to it. */
  readonly opened: ReadonlyMap<ProcessId, ReadonlySet<string>>;
  toggle(process: ProcessId, path: string): void;
  setTab(tab: InspectorTab): void;
  pin(moment: Moment | null): void;
  /** Asks, and shows the answer. */
  ask(question: WhyQuestion): void;
  /** Asks no more. */
  stop(): void;
}
export type InspectStore = StoreApi<InspectState>;

/** What the inspector shows of the focus; what it holds on to is forgotten when another project opens. */
export function createInspectStore(link: Link): InspectStore {
  const store: InspectStore = createStore<InspectState>()((set) => ({
    tab: 'happened',
    pinned: null,
    question: null,
    opened: new Map(),
    toggle: (process, path) =>
      set(({ opened }) => {
        const now = opened.get(process) ?? new Set();
        const paths = now.has(path) ? [...now].filter((one) => one !== path) : [...now, path];
        return { opened: new Map(opened).set(process, new Set(paths)) };
      }),
    setTab: (tab) => set({ tab }),
    pin: (pinned) => set({ pinned }),
    ask: (question) => set({ question, tab: 'why' }),
    stop: () => set({ question: null }),
  }));
  link.on('project.changed', () => store.setState({ pinned: null, question: null, opened: new Map() }));
  return store;
}
