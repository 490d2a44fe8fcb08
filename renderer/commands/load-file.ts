import { AoError } from '../../node/contract/errors.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import { bundleOf } from '../model/bundle.ts';
import type { App } from '../stores/app-context.ts';
import { isDirty } from '../stores/editor-store.ts';
import { saveFirst, sendEval } from './evaluate.ts';
import { dryReason, note, tryCode } from './try-code.ts';

/** Evaluates code into a process, or tries it where nothing else could come of it. `source` is the file it is from. */
export async function evaluate(app: App, process: ProcessId, code: string, source: string): Promise<void> {
  if (dryReason(app, process) === null) await sendEval(app, process, code, source);
  else await tryCode(app, process, code);
}

/** A path as somebody types it, from the folder of the project on. @throws AoError CONSOLE_NEEDS_FILE */
export function pathIn(app: App, command: string, given: string): string {
  const root = app.workspace.getState().project?.path ?? '';
  const bare = given
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .replaceAll('\\', '/');
  const inside = bare.startsWith(`${root.replaceAll('\\', '/')}/`) ? bare.slice(root.length + 1) : bare;
  const path = inside.replace(/^(\.\/)+/, '');
  if (!path.endsWith('.lua')) throw new AoError('CONSOLE_NEEDS_FILE', { command, given: bare });
  return path;
}

/**
 * Evaluates a file and what it requires of the project into a process, saved first. The console says which files go.
 * @throws AoError FILE_MISSING, FILE_CHANGED_OUTSIDE, as files.read and as wallet.send.
 */
export async function loadFile(app: App, process: ProcessId, path: string): Promise<void> {
  const bundle = await bundleOf(path, (one) => textOf(app, one));
  if (bundle === null) throw new AoError('FILE_MISSING', { path });
  const others = bundle.files.slice(0, -1);
  note(app, process, 'note', `Loading ${path}${others.length === 0 ? '' : `, with ${others.join(', ')}`}`);
  await evaluate(app, process, bundle.text, path);
}

async function textOf(app: App, path: string): Promise<string | null> {
  const open = app.editor.getState().files.get(path);
  if (open !== undefined) {
    if (isDirty(open) && !(await saveFirst(app, path))) throw new AoError('FILE_CHANGED_OUTSIDE', { path });
    return open.text;
  }
  try {
    return (await app.link.ask('files.read', { path })).text;
  } catch (error) {
    if (error instanceof AoError && (error.code === 'FILE_MISSING' || error.code === 'FILE_NAME_INVALID')) return null;
    throw error;
  }
}
