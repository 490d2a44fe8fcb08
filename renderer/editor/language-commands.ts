import { AoError } from '../../node/contract/errors.ts';
import type { Command } from '../commands/registry.ts';
import type { App } from '../stores/app-context.ts';
import { uriOf } from './models.ts';
import { monaco } from './monaco.ts';

/** What the editor of Lua can do, for the palette. In the editor its own keys are the same ones. */
const ACTIONS = [
  ['language.format', 'Format the file', 'editor.action.formatDocument', 'Shift+Alt+KeyF'],
  ['language.definition', 'Go to definition', 'editor.action.revealDefinition', 'F12'],
  ['language.references', 'Find references', 'editor.action.goToReferences', 'Shift+F12'],
  ['language.rename', 'Rename a name everywhere', 'editor.action.rename', null],
  ['language.symbols', 'Go to a function or handler of this file', 'editor.action.quickOutline', null],
  ['language.mend', 'Quick fix', 'editor.action.quickFix', null],
] as const;

/** The commands of the Lua editor, for the file whose tab is in front. */
export function languageCommands(app: App): Command[] {
  const hasLua = (): boolean => app.editor.getState().active?.endsWith('.lua') ?? false;
  const editorOf = (): monaco.editor.ICodeEditor | null => {
    const { active } = app.editor.getState();
    const uri = active === null ? null : uriOf(active).toString();
    return monaco.editor.getEditors().find((one) => one.getModel()?.uri.toString() === uri) ?? null;
  };
  const explain: Command = {
    id: 'language.explain',
    title: 'Look the name at the cursor up in the docs',
    category: 'Lua',
    isEnabled: hasLua,
    run: () => {
      const editor = editorOf();
      const position = editor?.getPosition();
      if (editor === null || position === null || position === undefined) throw new AoError('NO_FILE');
      app.ui.getState().setDocsQuery(editor.getModel()?.getWordAtPosition(position)?.word ?? '');
      app.ui.getState().dock?.enter('docs');
    },
  };
  const actions = ACTIONS.map(([id, title, action, keys]): Command => ({
    id,
    title,
    category: 'Lua',
    ...(keys === null ? {} : { keys, isOfEditor: true }),
    isEnabled: hasLua,
    run: () => {
      const editor = editorOf();
      if (editor === null) throw new AoError('NO_FILE');
      editor.focus();
      // Some are actions of an editor, some commands of all: this finds either.
      editor.trigger('aoscope', action, null);
    },
  }));
  return [...actions, explain];
}
