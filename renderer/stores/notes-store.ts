import { createStore, type StoreApi } from 'zustand/vanilla';
import { NOTES_FILE, type FocusNote, type NotePlace } from '../../node/contract/focus-note.ts';
import type { Link } from '../link/link.ts';
import { followProject } from './project-memory.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** A note that is being written. */
export interface NoteDraft {
  /** The note that is changed; null for a new one. */
  readonly id: string | null;
  readonly place: NotePlace;
  readonly text: string;
}

export interface NotesState {
  readonly notes: readonly FocusNote[];
  /** Why they cannot be read; null where they can. */
  readonly error: unknown;
  /** What is being written at this moment; null for nothing. */
  readonly draft: NoteDraft | null;
  setDraft(draft: NoteDraft | null): void;
  /** Keeps a note: a new one where `id` is null. @throws AoError as notes.put. */
  put(id: string | null, place: NotePlace, text: string): Promise<void>;
  /** Puts back a note that was removed. @throws AoError as notes.put. */
  restore(note: FocusNote): Promise<void>;
  remove(id: string): Promise<void>;
}
export type NotesStore = StoreApi<NotesState>;

/** What people wrote about places in the history of the open project. */
export function createNotesStore(link: Link, workspace: WorkspaceStore): NotesStore {
  let asked = 0;
  const read = async (): Promise<void> => {
    const mine = ++asked;
    try {
      const { notes } = await link.ask('notes.read', {});
      if (mine === asked) store.setState({ notes, error: null });
    } catch (error) {
      if (mine === asked) store.setState({ notes: [], error });
    }
  };
  const store: NotesStore = createStore<NotesState>()((set) => ({
    notes: [],
    error: null,
    draft: null,
    setDraft: (draft) => set({ draft }),
    async put(id, place, text) {
      await link.ask('notes.put', { note: { id: id ?? crypto.randomUUID(), text, atMs: Date.now(), place } });
      await read();
    },
    async restore(note) {
      await link.ask('notes.put', { note });
      await read();
    },
    async remove(id) {
      await link.ask('notes.remove', { id });
      await read();
    },
  }));
  followProject(workspace, (project) => {
    store.setState({ notes: [], error: null, draft: null });
    if (project !== null) void read();
  });
  link.on('files.changed', ({ changes }) => {
    if (changes.some(({ path }) => path === NOTES_FILE)) void read();
  });
  return store;
}
