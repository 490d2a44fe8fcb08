import { AoError } from '../../node/contract/errors.ts';
import { LUA_KEYWORDS } from '../../node/contract/lua-words.ts';
import type { FileSpan } from '../language/answers.ts';
import type { App } from '../stores/app-context.ts';
import { askLanguage } from './ask-language.ts';
import { modelOf, pathOf, uriOf } from './models.ts';
import { monaco } from './monaco.ts';
import { projectLanguage } from './project-language.ts';

const NO_NAME = 'This name is not one of the project: it cannot be renamed.';

/** Rename across files: open ones are edited where they stand, the others on the disk, with a way back. */
export function renameIn(app: App): void {
  monaco.languages.registerRenameProvider('lua', {
    async resolveRenameLocation(model, position, token) {
      const path = pathOf(model.uri);
      const found = path === null ? null : await askLanguage(app, 'renaming', [path, model.getOffsetAt(position)], token);
      const none = new monaco.Range(position.lineNumber, position.column, position.lineNumber, position.column);
      if (found === null) return { range: none, text: '', rejectReason: NO_NAME };
      const { start, end } = found.at;
      return { range: monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end)), text: found.name };
    },
    async provideRenameEdits(model, position, name, token) {
      if (!/^[A-Za-z_]\w*$/.test(name) || LUA_KEYWORDS.has(name)) return { edits: [], rejectReason: `${name} cannot be a name in Lua.` };
      const path = pathOf(model.uri);
      const found = path === null ? null : await askLanguage(app, 'renaming', [path, model.getOffsetAt(position)], token);
      if (found === null) return { edits: [], rejectReason: NO_NAME };
      const { files } = app.editor.getState();
      const closed = found.places.filter((place) => !files.has(place.path));
      if (closed.length > 0) await renameOnDisk(app, closed, found.name, name);
      return { edits: found.places.filter((place) => files.has(place.path)).map((place) => editOf(app, place, name)) };
    },
  });
}

function editOf(app: App, { path, start, end }: FileSpan, text: string): monaco.languages.IWorkspaceTextEdit {
  // A tab that has not been in front yet has no model.
  const model = modelOf(app.editor, path);
  const range = monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
  return { resource: uriOf(path), versionId: undefined, textEdit: { range, text } };
}

/** Writes files that are not open. All are read and compared before the first is written. */
async function renameOnDisk(app: App, places: readonly FileSpan[], former: string, name: string): Promise<void> {
  const language = projectLanguage(app);
  const paths = [...new Set(places.map(({ path }) => path))];
  const before = await Promise.all(paths.map((path) => app.link.ask('files.read', { path })));
  for (const { path, text } of before) if (text !== language.textOf(path)) throw new AoError('FILE_CHANGED_OUTSIDE', { path });
  const written: { readonly path: string; readonly text: string; readonly version: string }[] = [];
  const restore = async (): Promise<void> => {
    for (const { path, text, version } of written) await app.link.ask('files.write', { path, text, version });
  };
  try {
    for (const { path, text, version } of before) {
      const reply = await app.link.ask('files.write', { path, text: renamed(text, places, path, name), version });
      written.push({ path, text, version: reply.version });
    }
  } catch (error) {
    await restore();
    throw error;
  }
  const sentence = `${former} is now ${name} in ${paths.join(', ')} too, which ${paths.length === 1 ? 'was' : 'were'} saved.`;
  app.ui.getState().notify({ tone: 'info', sentence, actions: [{ title: 'Undo there', run: restore }] });
}

function renamed(text: string, places: readonly FileSpan[], of: string, name: string): string {
  const mine = places.filter(({ path }) => path === of).toSorted((first, second) => second.start - first.start);
  return mine.reduce((now, { start, end }) => now.slice(0, start) + name + now.slice(end), text);
}
