import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Link } from '../link/link.ts';
import { withTerm, type TermUse } from '../model/filter-edit.ts';
import { NO_FILTER, parseFilter, testFor, type Filter } from '../model/filter.ts';
import { hitsOf, nextHit, type Hits, type TimeRange } from '../model/hit-rows.ts';
import { rowOfFocus } from '../model/lookup.ts';
import type { SceneWish } from '../model/scene.ts';
import type { FlowMode } from '../model/session.ts';
import { ownWallets, type OwnWallets } from '../model/own-wallets.ts';
import { named, recoloured, type World } from '../model/world.ts';
import type { CallStore } from './call-store.ts';
import { keepFlowMemory, NO_MEMORY, type FlowMemory } from './flow-memory.ts';
import type { FocusStore } from './focus-store.ts';
import { createLogSearch, type LogHits } from './log-hits.ts';
import type { WorkspaceStore } from './workspace-store.ts';
import type { WorldStore } from './world-store.ts';

export interface FlowState {
  readonly filter: Filter;
  /** Only hits are shown; otherwise everything, with the hits standing out. */
  readonly isNarrow: boolean;
  readonly range: TimeRange | null;
  /** Which view of the messages is shown. */
  readonly mode: FlowMode;
  /** What the lanes are drawn over. */
  readonly axis: SceneWish['axis'];
  /** What fits filter and range; kept up with the world at a pace that leaves time for everything else. */
  readonly hits: Hits;
  readonly log: LogHits;
  readonly memory: FlowMemory;
  /** What is made of the hits took so long: they are kept up at a pace that leaves time for it too. */
  took(ms: number): void;
  setText(text: string): void;
  /** Puts a word into the filter, or takes it out where it stands there in this use. */
  applyTerm(term: string, use: TermUse): void;
  setNarrow(isNarrow: boolean): void;
  setMode(mode: FlowMode): void;
  setAxis(axis: SceneWish['axis']): void;
  setRange(range: TimeRange | null): void;
  /** Puts the next (or previous) hit in focus; false where there is none that way. */
  toHit(by: 1 | -1): boolean;
  /** Remembers the filter among those used lately. */
  used(): void;
  save(name: string): void;
  forget(name: string): void;
  hide(process: string): void;
  showHidden(): void;
  /** Puts a lane above the others, or back in its place. */
  pin(process: string): void;
  /** Null gives the colour back that its order gives. */
  colour(process: string, lane: number | null): void;
}
export type FlowStore = StoreApi<FlowState>;

const RECENT_MAX = 12;
/** What finding the hits takes is at most this share of the time while messages come in. */
const SHARE = 0.2;
const NOTHING_IN_LOG: LogHits = { found: new Map(), isRunning: false, error: null };

/** What is looked for among the messages, and how the lanes stand: the same in every view of the Flow pane. */
export function createFlowStore(link: Link, world: WorldStore, focus: FocusStore, workspace: WorkspaceStore, call: CallStore): FlowStore {
  let costMs = 0;
  let laidOutMs = 0;
  let endedAtMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = (): World => world.getState().world;
  const own = (): OwnWallets => {
    const { wallets, book } = call.getState();
    return ownWallets(workspace.getState().status?.wallet ?? null, wallets, book);
  };

  const store: FlowStore = createStore<FlowState>()((set, get) => {
    const remember = (part: Partial<FlowMemory>): void => {
      const memory = { ...get().memory, ...part };
      set({ memory });
      keeper().keep(memory);
    };
    return {
      filter: NO_FILTER,
      isNarrow: true,
      range: null,
      mode: 'space-time',
      axis: 'order',
      hits: hitsOf(now(), null, null),
      log: NOTHING_IN_LOG,
      memory: NO_MEMORY,
      took: (ms) => void (laidOutMs = ms),
      setText(text) {
        if (text === get().filter.text) return;
        const filter = text.trim() === '' ? { ...NO_FILTER, text } : parseFilter(text);
        set({ filter });
        // It tells what it knows already, and with that the hits are found.
        search.want(filter.wishes);
      },
      applyTerm: (term, use) => get().setText(withTerm(get().filter.text, term, use)),
      setNarrow: (isNarrow) => set({ isNarrow }),
      setMode: (mode) => set({ mode }),
      setAxis: (axis) => set({ axis }),
      setRange(range) {
        set({ range });
        find();
      },
      toHit(by) {
        const { focus: at } = focus.getState();
        const row = rowOfFocus(now(), at);
        const isFollowing = at.slot === null && at.row === null;
        // Who follows the latest stands behind all of them.
        const from = row === null || isFollowing ? now().messages.length : row.at;
        const hit = nextHit(get().hits, from, by) ?? (isFollowing && by === 1 ? (get().hits.rows[0] ?? null) : null);
        if (hit !== null) focus.getState().focusRow(hit);
        return hit !== null;
      },
      used() {
        const text = get().filter.text.trim();
        if (text === '' || get().filter.problems.length > 0 || get().memory.recent[0] === text) return;
        remember({ recent: [text, ...get().memory.recent.filter((one) => one !== text)].slice(0, RECENT_MAX) });
      },
      save(name) {
        const others = get().memory.saved.filter((one) => one.name !== name);
        remember({ saved: [...others, { name, text: get().filter.text.trim() }].toSorted((a, b) => (a.name < b.name ? -1 : 1)) });
      },
      forget: (name) => remember({ saved: get().memory.saved.filter((one) => one.name !== name) }),
      hide: (process) => remember({ hidden: [...get().memory.hidden.filter((one) => one !== process), process] }),
      showHidden: () => remember({ hidden: [] }),
      pin(process) {
        const others = get().memory.pinned.filter((one) => one !== process);
        remember({ pinned: others.length < get().memory.pinned.length ? others : [...others, process] });
      },
      colour(process, lane) {
        const colours = new Map(get().memory.colours);
        if (lane === null) colours.delete(process);
        else colours.set(process, lane);
        remember({ colours });
        world.setState({ world: recoloured(now(), colours) });
      },
    };
  });

  const search = createLogSearch(link, (log) => {
    store.setState({ log });
    find();
  });
  const find = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const startedMs = performance.now();
    const { filter, range, log } = store.getState();
    store.setState({ hits: hitsOf(now(), testFor(now(), filter, log.found, own()), range) });
    endedAtMs = performance.now();
    costMs = endedAtMs - startedMs;
  };
  const memory = keepFlowMemory(link, workspace, (recalled) => {
    store.setState({ memory: recalled });
    if (recalled.colours.size > 0) world.setState({ world: recoloured(now(), recalled.colours) });
  });
  function keeper(): typeof memory {
    return memory;
  }

  world.subscribe((state, before) => {
    if (state.generation !== before.generation) {
      search.forget();
      store.setState({ filter: NO_FILTER, range: null });
      return find();
    }
    if (state.world === before.world || timer !== undefined) return;
    search.grown();
    const waitMs = endedAtMs + (costMs + laidOutMs) / SHARE - performance.now();
    if (waitMs <= 0) find();
    else timer = setTimeout(find, waitMs);
  });
  // Names of wallets are words of the filter.
  workspace.subscribe(({ status }, before) => {
    if (status?.wallet !== before.status?.wallet && store.getState().filter.meaning !== null) find();
  });
  call.subscribe(({ wallets, book }, before) => {
    // A new world is looked through by itself, soon; what was named is found now.
    if (book !== before.book) world.setState({ world: named(now(), new Map(book.map(({ address, name }) => [address, name]))) });
    if ((wallets !== before.wallets || book !== before.book) && store.getState().filter.meaning !== null) find();
  });
  return store;
}
