import { AoError, toWireError } from '../../node/contract/errors.ts';
import { base64url } from '../link/parcels.ts';
import type { App } from '../stores/app-context.ts';

/** Files that can be dropped on the window, besides recordings. */
const TAKEN_IN = /\.(?:lua|wasm)$/i;
const LUA = /\.lua$/i;

/**
 * Takes dropped files in: Lua becomes files of the open project, under their names, and the first is shown; a program becomes a module. Nothing is
 * overwritten; what cannot be taken is told, all of it together. @throws AoError NO_PROJECT.
 */
export async function takeIn(app: App, dropped: readonly File[]): Promise<void> {
  const { project } = app.workspace.getState();
  if (project === null) throw new AoError('NO_PROJECT');
  const left: { readonly name: string; readonly error: unknown }[] = [];
  let shown: string | null = null;
  for (const file of dropped)
    try {
      await takeOne(app, file);
      if (LUA.test(file.name)) shown ??= file.name;
    } catch (error) {
      left.push({ name: file.name, error });
    }
  tellOfLeft(app, left);
  if (shown !== null) await app.commands.run('file.open', shown);
}

async function takeOne(app: App, file: File): Promise<void> {
  if (LUA.test(file.name)) {
    await app.link.ask('files.create', { path: file.name, kind: 'file', text: await file.text() });
  } else if (TAKEN_IN.test(file.name)) {
    const { notify, dock } = app.ui.getState();
    const { name } = await app.link.ask('modules.add', { file: file.name, data: base64url(new Uint8Array(await file.arrayBuffer())) });
    notify({ tone: 'ok', sentence: `The module ${name} is here.`, actions: [{ title: 'Show', run: () => dock?.enter('modules') }] });
  } else {
    throw new AoError('DROP_FOREIGN', { name: file.name });
  }
}

function tellOfLeft({ ui }: App, left: readonly { readonly name: string; readonly error: unknown }[]): void {
  const [first] = left;
  if (first === undefined) return;
  if (left.length === 1) return ui.getState().fail(first.error);
  ui.getState().notify({
    tone: 'error',
    sentence: `${left.length} of the files were not taken in.`,
    details: left.map(({ name, error }) => `${name}: ${toWireError(error).message} ${toWireError(error).cure}`),
  });
}
