import { AoError } from '../../node/contract/errors.ts';
import { isBuiltForNetwork } from '../../node/contract/modules.ts';
import type { App } from '../stores/app-context.ts';
import { isDirty } from '../stores/editor-store.ts';
import type { Command } from './registry.ts';

/** Making modules for the loader of the network of what is written here. */
export function buildCommands(app: App): Command[] {
  return [
    {
      id: 'modules.build',
      title: 'Build this program for the network',
      category: 'Process',
      isEnabled: () => app.workspace.getState().project?.isReadOnly === false && isBuiltForNetwork(app.editor.getState().active ?? ''),
      async run(path) {
        const file = path ?? app.editor.getState().active;
        if (file === null || !isBuiltForNetwork(file)) throw new AoError('NO_FILE');
        await build(app, file);
      },
    },
  ];
}

/** Compilers read what is on the disk, of other files too. @throws AoError as modules.build; where it does not compile, that place is shown. */
async function build(app: App, file: string): Promise<void> {
  const { files, save } = app.editor.getState();
  // Where one was changed outside the person decides first.
  for (const open of files.values()) if (isDirty(open) && !(await save(open.path))) return;
  const { during, refreshFiles } = app.workspace.getState();
  try {
    const built = await during(`Building ${file}…`, () => app.link.ask('modules.build', { file }));
    await refreshFiles();
    app.ui.getState().notify({
      tone: 'ok',
      sentence: `${built.file} is written: ${built.bytes.toLocaleString('en-US')} bytes, Module-Format ${built.format}.${built.isFormerKept ? ' What stood there before is in .aoscope/trash.' : ''}`,
    });
  } catch (error) {
    if (error instanceof AoError && error.code === 'COMPILE_FAILED') show(app, error.details);
    throw error;
  }
}

/** Goes to the first place that does not compile, where that is in a file of the project. */
function show(app: App, { file, line, column }: AoError['details']): void {
  const path = String(file);
  if (!app.workspace.getState().entries.some((entry) => entry.kind === 'file' && entry.path === path)) return;
  app.ui.getState().dock?.openFile(path);
  app.editor.getState().wantFocus(path, { line: Number(line), column: Number(column) });
}
