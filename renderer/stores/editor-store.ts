import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FileText } from '../../node/contract/desktop.ts';
import { AoError } from '../../node/contract/errors.ts';
import type { Link } from '../link/link.ts';
import { keyboardWish } from './keyboard.ts';

/** A file's text as the person has it, and how it stands to the disk. */
export interface OpenFile {
  readonly path: string;
  readonly text: string;
  /** The text that was last read or written. */
  readonly saved: string;
  readonly version: string;
  /** Set when the disk went another way than the person's text. */
  readonly conflict: { readonly kind: 'changed'; readonly disk: FileText } | { readonly kind: 'removed' } | null;
}

/** A mark in a text: an error of syntax, or what runs and is probably not meant. Lines and columns count from 1. */
export interface TextMark {
  readonly message: string;
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Errors alone: hints are not counted among the problems. */
export function errorsAmong(marks: readonly TextMark[] | undefined): readonly TextMark[] {
  return marks?.filter(({ severity }) => severity === 'error') ?? [];
}

/** An editor that wants the keyboard, at a place where one is given. */
interface FocusWish {
  readonly path: string;
  readonly at: { readonly line: number; readonly column: number } | null;
  mayTake(): boolean;
}

export interface EditorState {
  readonly files: ReadonlyMap<string, OpenFile>;
  /** The file whose tab was last in front. */
  readonly active: string | null;
  readonly cursor: { readonly line: number; readonly column: number } | null;
  /** The selected text of the active file; '' when nothing is selected. */
  readonly selection: string;
  /** Of every Lua file of the project, open or not. */
  readonly marks: ReadonlyMap<string, readonly TextMark[]>;
  /** Whose editor should take the keyboard as soon as it is drawn, unless the person has put it elsewhere by then. */
  readonly focusWanted: FocusWish | null;
  /** Reads a file unless it is open already. @throws AoError as files.read. */
  open(path: string): Promise<OpenFile>;
  edit(path: string, text: string): void;
  /** Writes the text. A file that changed outside is not written: its conflict is set. @returns true when written. */
  save(path: string): Promise<boolean>;
  /** Writes over whatever stands on the disk. */
  overwrite(path: string): Promise<void>;
  /** Takes the text of the disk. */
  reload(path: string): Promise<void>;
  /** Puts back text that was typed into `version` of an open file. Where the file has another by now, a conflict. */
  restore(path: string, text: string, version: string): void;
  close(path: string): void;
  renamed(from: string, to: string): void;
  setActive(path: string | null): void;
  setCursor(cursor: EditorState['cursor'], selection: string): void;
  setMarks(path: string, marks: readonly TextMark[]): void;
  /** Lets the editor of `path` take the keyboard, at a place where one is given; null takes the wish back. */
  wantFocus(path: string | null, at?: { readonly line: number; readonly column: number }): void;
}
export type EditorStore = StoreApi<EditorState>;

/** True when the text has changes that are not on the disk. */
export function isDirty(file: OpenFile): boolean {
  return file.text !== file.saved;
}

/** The open files. Reads and writes through the link; follows changes from outside. */
export function createEditorStore(link: Link, onError: (error: unknown) => void): EditorStore {
  /** The last save of each file that is under way: the next one waits for it, so it knows the version it follows. */
  const writing = new Map<string, Promise<void>>();
  const reading = new Map<string, Promise<OpenFile>>();

  const store: EditorStore = createStore<EditorState>()((set, get) => {
    const put = (file: OpenFile): void => set({ files: new Map(get().files).set(file.path, file) });
    const fileOf = (path: string): OpenFile => {
      const file = get().files.get(path);
      if (file === undefined) throw new AoError('FILE_MISSING', { path });
      return file;
    };
    const take = (disk: FileText): OpenFile => {
      const file: OpenFile = { path: disk.path, text: disk.text, saved: disk.text, version: disk.version, conflict: null };
      put(file);
      return file;
    };
    const write = async (path: string, isOverwriting: boolean): Promise<void> => {
      const before = writing.get(path)?.catch(() => undefined) ?? Promise.resolve();
      const mine = before.then(async () => {
        const { text, version } = fileOf(path);
        const reply = await link.ask('files.write', { path, text, version: isOverwriting ? null : version });
        put({ ...fileOf(path), saved: text, version: reply.version, conflict: null });
      });
      writing.set(path, mine);
      try {
        await mine;
      } finally {
        if (writing.get(path) === mine) writing.delete(path);
      }
    };
    return {
      files: new Map(),
      active: null,
      cursor: null,
      selection: '',
      marks: new Map(),
      focusWanted: null,
      open(path) {
        const open = get().files.get(path);
        if (open !== undefined) return Promise.resolve(open);
        const running =
          reading.get(path) ??
          link
            .ask('files.read', { path })
            .then(take)
            .finally(() => reading.delete(path));
        reading.set(path, running);
        return running;
      },
      edit(path, text) {
        const file = get().files.get(path);
        if (file !== undefined && file.text !== text) put({ ...file, text });
      },
      async save(path) {
        try {
          await write(path, false);
          return true;
        } catch (error) {
          if (!(error instanceof AoError) || error.code !== 'FILE_CHANGED_OUTSIDE') throw error;
          put({ ...fileOf(path), conflict: { kind: 'changed', disk: await link.ask('files.read', { path }) } });
          return false;
        }
      },
      overwrite: (path) => write(path, true),
      async reload(path) {
        take(await link.ask('files.read', { path }));
      },
      restore(path, text, version) {
        const file = fileOf(path);
        if (text === file.text) return;
        const disk: FileText = { path, text: file.saved, version: file.version };
        put({ ...file, text, conflict: version === file.version ? null : { kind: 'changed', disk } });
      },
      close(path) {
        const files = new Map(get().files);
        const marks = new Map(get().marks);
        files.delete(path);
        marks.delete(path);
        set({ files, marks, active: get().active === path ? null : get().active });
      },
      renamed(from, to) {
        const files = new Map<string, OpenFile>();
        for (const [path, file] of get().files) {
          const moved = path === from ? to : path.startsWith(`${from}/`) ? to + path.slice(from.length) : path;
          files.set(moved, { ...file, path: moved });
        }
        set({ files });
      },
      setActive: (active) => set(active === get().active ? {} : { active, cursor: null, selection: '' }),
      setCursor: (cursor, selection) => set({ cursor, selection }),
      setMarks: (path, marks) => set({ marks: new Map(get().marks).set(path, marks) }),
      wantFocus: (path, at) => set({ focusWanted: path === null ? null : { path, at: at ?? null, mayTake: keyboardWish() } }),
    };
  });

  const conflict = (path: string, value: OpenFile['conflict']): void => {
    const file = store.getState().files.get(path);
    if (file !== undefined) store.setState({ files: new Map(store.getState().files).set(path, { ...file, conflict: value }) });
  };
  /** Compares one open file with the disk: a clean one follows it, a dirty one gets a conflict. */
  const compare = async (path: string): Promise<void> => {
    const before = store.getState().files.get(path);
    if (before === undefined || writing.has(path)) return;
    const disk = await link.ask('files.read', { path }).catch((error: unknown) => {
      if (error instanceof AoError && error.code === 'FILE_MISSING') return null;
      throw error;
    });
    const file = store.getState().files.get(path);
    if (file === undefined || writing.has(path)) return;
    if (disk === null) return conflict(path, { kind: 'removed' });
    if (disk.version === file.version) return conflict(path, null);
    if (disk.text === file.text || !isDirty(file)) {
      const follow: OpenFile = { path, text: disk.text, saved: disk.text, version: disk.version, conflict: null };
      store.setState({ files: new Map(store.getState().files).set(path, follow) });
    } else conflict(path, { kind: 'changed', disk });
  };
  link.on('files.changed', ({ changes }) => {
    for (const change of changes) void compare(change.path).catch(onError);
  });
  let wasOpen = false;
  link.onState((state) => {
    if (state === 'open' && wasOpen) for (const path of store.getState().files.keys()) void compare(path).catch(onError);
    wasOpen = true;
  });
  return store;
}
