import { initVimMode, VimMode } from 'monaco-vim';
import type { App } from '../stores/app-context.ts';
import type { monaco } from './monaco.ts';

/** Names of the commands that `:` knows beside Vim's own, and what they stand for here. */
const LINE_COMMANDS: readonly { readonly name: string; readonly short: string; readonly commands: readonly string[] }[] = [
  { name: 'write', short: 'w', commands: ['file.save'] },
  { name: 'wall', short: 'wa', commands: ['file.saveAll'] },
  { name: 'quit', short: 'q', commands: ['file.close'] },
  { name: 'wq', short: 'wq', commands: ['file.save', 'file.close'] },
];

/** Part of what the library exports; its types leave it out. */
interface LineCommands {
  defineEx(name: string, short: string, run: () => void): void;
}

function hasLineCommands(raw: unknown): raw is LineCommands {
  return typeof raw === 'object' && raw !== null && 'defineEx' in raw && typeof raw.defineEx === 'function';
}

let isTaught = false;

/**
 * Vim's keys in an editor, with its line of state in `line`. @returns the way to stop
 */
export function giveVimKeys(app: App, editor: monaco.editor.IStandaloneCodeEditor, line: HTMLElement): () => void {
  if (!isTaught) {
    isTaught = true;
    const known: unknown = Reflect.get(VimMode, 'Vim');
    const lineCommands = hasLineCommands(known) ? known : null;
    for (const { name, short, commands } of LINE_COMMANDS)
      lineCommands?.defineEx(name, short, () => {
        void commands.reduce(async (before, id) => {
          await before;
          await app.commands.run(id);
        }, Promise.resolve());
      });
  }
  const vim = initVimMode(editor, line);
  return () => vim.dispose();
}
