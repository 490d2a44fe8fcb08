import { AoError } from '../../node/contract/errors.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import type { App } from '../stores/app-context.ts';
import { sendEval } from './evaluate.ts';
import { saveAll } from './plan.ts';
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
 * Evaluates a file with all that it requires of the project into a process, saved first. The console says which files go.
 * @throws AoError FILE_CHANGED_OUTSIDE, as project.bundle and as wallet.send.
 */
export async function loadFile(app: App, process: ProcessId, path: string): Promise<void> {
  if (!(await saveAll(app))) throw new AoError('FILE_CHANGED_OUTSIDE', { path });
  const { text, files } = await app.link.ask('project.bundle', { file: path });
  const others = files.slice(1);
  note(app, process, 'note', `Loading ${path}${others.length === 0 ? '' : `, with ${others.join(', ')}`}`);
  await evaluate(app, process, text, path);
}
