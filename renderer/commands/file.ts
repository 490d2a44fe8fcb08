import { AoError } from '../../node/contract/errors.ts';
import type { App } from '../stores/app-context.ts';
import { isDirty } from '../stores/editor-store.ts';
import type { Command } from './registry.ts';

/** Closes a file's tab; with unsaved changes the person is asked first. */
export async function closeFile(app: App, path: string): Promise<void> {
  const file = app.editor.getState().files.get(path);
  if (file !== undefined && isDirty(file)) {
    const answer = await app.ui.getState().askPerson(`${path} has changes that are not saved.`, ['Save', 'Discard']);
    if (answer === null) return;
    if (answer === 'Save' && !(await app.editor.getState().save(path))) return;
  }
  app.ui.getState().dock?.closeFile(path);
  app.editor.getState().close(path);
}

/** Creates a file or folder; a file is opened. @throws AoError as files.create. */
export async function createEntry(app: App, path: string, kind: 'file' | 'folder'): Promise<void> {
  await app.link.ask('files.create', { path, kind });
  await app.workspace.getState().refreshFiles();
  if (kind === 'file') app.ui.getState().dock?.openFile(path);
}

/** Renames or moves; open tabs follow. @throws AoError as files.rename. */
export async function renameEntry(app: App, from: string, to: string): Promise<void> {
  if (from === to) return;
  const moved = [...app.editor.getState().files.keys()].filter((path) => path === from || path.startsWith(`${from}/`));
  await app.link.ask('files.rename', { from, to });
  for (const path of moved) app.ui.getState().dock?.closeFile(path);
  app.editor.getState().renamed(from, to);
  for (const path of moved) app.ui.getState().dock?.openFile(to + path.slice(from.length));
  await app.workspace.getState().refreshFiles();
}

/** Deletes a file or folder and offers to bring its text files back. @throws AoError as files.delete. */
export async function deleteEntry(app: App, path: string): Promise<void> {
  const inside = app.workspace.getState().entries.filter((entry) => entry.path === path || entry.path.startsWith(`${path}/`));
  const reads = inside.filter((entry) => entry.kind === 'file').map((entry) => app.link.ask('files.read', { path: entry.path }));
  const texts = await Promise.allSettled(reads);
  await app.link.ask('files.delete', { path });
  for (const entry of inside) {
    app.ui.getState().dock?.closeFile(entry.path);
    app.editor.getState().close(entry.path);
  }
  await app.workspace.getState().refreshFiles();
  const restore = async (): Promise<void> => {
    for (const entry of inside) if (entry.kind === 'folder') await app.link.ask('files.create', { path: entry.path, kind: 'folder' });
    for (const text of texts) {
      if (text.status === 'fulfilled') await app.link.ask('files.write', { path: text.value.path, text: text.value.text, version: null });
    }
    await app.workspace.getState().refreshFiles();
  };
  const isWhole = texts.every((text) => text.status === 'fulfilled');
  app.ui
    .getState()
    .notify({ tone: 'info', sentence: `${path} was moved to the trash.`, actions: isWhole ? [{ title: 'Undo', run: restore }] : [] });
}

function activeOf(app: App): string {
  const { active } = app.editor.getState();
  if (active === null) throw new AoError('NO_FILE');
  return active;
}

/** What can be done with files. */
export function fileCommands(app: App): Command[] {
  const hasActive = (): boolean => app.editor.getState().active !== null;
  const hasProject = (): boolean => app.workspace.getState().project !== null;
  return [
    {
      id: 'file.save',
      title: 'Save',
      category: 'File',
      keys: '$mod+KeyS',
      isEnabled: hasActive,
      run: async () => {
        await app.editor.getState().save(activeOf(app));
      },
    },
    {
      id: 'file.saveAll',
      title: 'Save all',
      category: 'File',
      keys: '$mod+Alt+KeyS',
      run: async () => {
        for (const file of app.editor.getState().files.values()) if (isDirty(file)) await app.editor.getState().save(file.path);
      },
    },
    {
      id: 'file.close',
      title: 'Close tab',
      category: 'File',
      keys: 'Alt+KeyW',
      isEnabled: hasActive,
      run: () => closeFile(app, activeOf(app)),
    },
    {
      id: 'file.open',
      title: 'Open file',
      category: 'File',
      isEnabled: hasProject,
      run: (path) => (path === undefined ? app.ui.getState().openPalette('files') : app.ui.getState().dock?.openFile(path)),
    },
    {
      id: 'file.delete',
      title: 'Delete',
      category: 'File',
      isEnabled: hasProject,
      run: (path) => deleteEntry(app, path ?? activeOf(app)),
    },
  ];
}
