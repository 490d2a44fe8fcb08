import { AoError } from '../../node/contract/errors.ts';
import { base64url } from '../link/parcels.ts';
import type { App } from '../stores/app-context.ts';

/** Files that can be dropped on the window, besides recordings. */
export const TAKEN_IN = /\.(?:lua|wasm)$/i;

/**
 * Takes dropped files in: Lua becomes files of the open project, under their names, and the first is shown; a program becomes a module. Nothing is
 * overwritten. @throws AoError FILE_EXISTS, RECORDING_READ_ONLY, NO_PROJECT, as modules.add.
 */
export async function takeIn(app: App, dropped: readonly File[]): Promise<void> {
  const { project } = app.workspace.getState();
  if (project === null) throw new AoError('NO_PROJECT');
  const { notify, dock } = app.ui.getState();
  for (const file of dropped) {
    if (/\.lua$/i.test(file.name)) {
      const text = await file.text();
      await app.link.ask('files.create', { path: file.name, kind: 'file' });
      await app.link.ask('files.write', { path: file.name, text, version: null });
    } else {
      const { name } = await app.link.ask('modules.add', { file: file.name, data: base64url(new Uint8Array(await file.arrayBuffer())) });
      notify({ tone: 'ok', sentence: `The module ${name} is here.`, actions: [{ title: 'Show', run: () => dock?.enter('modules') }] });
    }
  }
  const lua = dropped.find(({ name }) => /\.lua$/i.test(name));
  if (lua !== undefined) await app.commands.run('file.open', lua.name);
}
