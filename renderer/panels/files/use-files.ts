import { useState, type RefObject } from 'react';
import { useStore } from 'zustand';
import { createEntry, deleteEntry, renameEntry } from '../../commands/file.ts';
import { useApp } from '../../stores/app-context.ts';
import { joinPath, parentOf } from './tree.ts';

/** A name being typed: of a new entry, or over the row whose entry gets another. */
export type Naming =
  | { readonly what: 'file' | 'folder'; readonly folder: string }
  | { readonly what: 'rename'; readonly path: string; readonly top: number; readonly left: number };

export interface Files {
  readonly expanded: ReadonlySet<string>;
  setExpanded(paths: ReadonlySet<string>): void;
  readonly naming: Naming | null;
  isFolder(path: string): boolean;
  /** Opens a folder that is closed, and the other way round. */
  fold(path: string): void;
  open(path: string): void;
  startNew(what: 'file' | 'folder', folder: string): void;
  startRename(path: string): void;
  remove(path: string): void;
  /** Does what was begun, with the name that was typed; '' does nothing. */
  commit(name: string): void;
  cancel(): void;
}

/** What the tree of files can do. `body` holds the rows, to lay a field over one of them. */
export function useFiles(body: RefObject<HTMLElement | null>): Files {
  const app = useApp();
  const entries = useStore(app.workspace, (state) => state.entries);
  const expanded = useStore(app.session, (state) => state.folders);
  const setExpanded = app.session.getState().setFolders;
  const [naming, setNaming] = useState<Naming | null>(null);
  const { fail } = app.ui.getState();
  return {
    expanded,
    setExpanded,
    naming,
    isFolder: (path) => entries.some((entry) => entry.path === path && entry.kind === 'folder'),
    fold(path) {
      const next = new Set(expanded);
      if (!next.delete(path)) next.add(path);
      setExpanded(next);
    },
    open: (path) => app.ui.getState().dock?.openFile(path),
    startNew(what, folder) {
      if (folder !== '') setExpanded(new Set([...expanded, folder]));
      setNaming({ what, folder });
    },
    startRename(path) {
      const row = body.current?.querySelector(`[data-key="${CSS.escape(path)}"] .file-name`);
      const frame = body.current?.getBoundingClientRect();
      if (row === null || row === undefined || frame === undefined) return;
      const box = row.getBoundingClientRect();
      setNaming({ what: 'rename', path, top: box.top - frame.top, left: box.left - frame.left });
    },
    remove: (path) => void deleteEntry(app, path).catch(fail),
    commit(name) {
      setNaming(null);
      if (naming === null || name === '') return;
      const work =
        naming.what === 'rename'
          ? renameEntry(app, naming.path, joinPath(parentOf(naming.path), name))
          : createEntry(app, joinPath(naming.folder, name), naming.what);
      work.catch(fail);
    },
    cancel: () => setNaming(null),
  };
}
