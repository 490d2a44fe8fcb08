import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FindQuery, Found } from '../../node/contract/find.ts';
import type { Link } from '../link/link.ts';
import { isDirty, type EditorStore } from './editor-store.ts';
import { followProject } from './project-memory.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** What is looked for in the files, without the texts that are open. */
export type SearchWish = Omit<FindQuery, 'drafts'>;

export interface SearchState {
  readonly wish: SearchWish;
  /** What the last search has found; null before the first. It stands until the next one has an answer. */
  readonly found: Found | null;
  /** Why the last search has found nothing. */
  readonly failure: unknown;
  readonly isLooking: boolean;
  /** Looks for something else from now on. */
  look(change: Partial<SearchWish>): void;
  /** Whether anybody sees what is found: nothing is looked for otherwise. */
  shown(isShown: boolean): void;
}
export type SearchStore = StoreApi<SearchState>;

/** Letters that are typed quickly are one search. */
const TYPING_MS = 150;
/** Files that change quickly are, too. */
const CHANGES_MS = 400;

/** Looking through the files of the project: again whenever they, or the texts in the editor, have changed. */
export function createSearchStore(link: Link, workspace: WorkspaceStore, editor: EditorStore): SearchStore {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = new AbortController();
  let isShown = false;
  /** Something has changed while nobody was looking. */
  let isStale = false;
  const store: SearchStore = createStore<SearchState>()((set, get) => ({
    wish: { text: '', isCase: false, isWord: false, isPattern: false },
    found: null,
    failure: null,
    isLooking: false,
    look(change) {
      set({ wish: { ...get().wish, ...change } });
      again(TYPING_MS);
    },
    shown(now) {
      isShown = now;
      if (now && isStale) again(0);
    },
  }));
  const again = (waitMs: number): void => {
    clearTimeout(timer);
    stop.abort();
    const { text } = store.getState().wish;
    if (text === '' || workspace.getState().project === null) {
      if (store.getState().found !== null || store.getState().failure !== null)
        store.setState({ found: null, failure: null, isLooking: false });
      return;
    }
    if (!isShown) {
      isStale = true;
      return;
    }
    if (!store.getState().isLooking) store.setState({ isLooking: true });
    timer = setTimeout(() => void ask(), waitMs);
  };
  const ask = async (): Promise<void> => {
    const mine = new AbortController();
    stop = mine;
    isStale = false;
    const drafts = [...editor.getState().files.values()].filter(isDirty).map(({ path, text }) => ({ path, text }));
    try {
      const found = await link.ask('files.find', { ...store.getState().wish, drafts }, mine.signal);
      if (!mine.signal.aborted) store.setState({ found, failure: null, isLooking: false });
    } catch (failure) {
      if (!mine.signal.aborted) store.setState({ found: null, failure, isLooking: false });
    }
  };
  link.on('files.changed', () => again(CHANGES_MS));
  editor.subscribe((now, before) => {
    if (now.files !== before.files && store.getState().wish.text !== '') again(CHANGES_MS);
  });
  followProject(workspace, () => again(0));
  return store;
}
