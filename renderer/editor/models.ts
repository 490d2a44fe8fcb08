import { saidBy } from '../model/said-by.ts';
import type { EditorStore, TextMark } from '../stores/editor-store.ts';
import { monaco } from './monaco.ts';
import './wat-language.ts';

const LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['lua', 'lua'],
  ['json', 'json'],
  ['js', 'javascript'],
  ['ts', 'typescript'],
  ['wat', 'wat'],
  ['rs', 'rust'],
  ['c', 'c'],
  ['h', 'c'],
  ['md', 'markdown'],
  // The editor has no TOML; sections, names and texts look the same in both.
  ['toml', 'ini'],
]);

/** The language of a file, told by its name. */
export function languageOf(path: string): string {
  return LANGUAGES.get(/\.([^./]+)$/.exec(path)?.[1] ?? '') ?? 'plaintext';
}

function plain(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

export function uriOf(path: string): monaco.Uri {
  return monaco.Uri.from({ scheme: 'project', path: `/${path}` });
}

/** The path of the file that a model shows; null for another text. */
export function pathOf(uri: monaco.Uri): string | null {
  return uri.scheme === 'project' ? uri.path.slice(1) : null;
}

const SEVERITIES = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
  hint: monaco.MarkerSeverity.Info,
} as const;

function showMarks(model: monaco.editor.ITextModel, path: string, marks: readonly TextMark[]): void {
  const markers = marks.map(({ line, column, endLine, endColumn, ...mark }) => ({
    severity: SEVERITIES[mark.severity],
    message: mark.message,
    code: mark.code,
    source: saidBy(path, mark.severity),
    startLineNumber: line,
    startColumn: column,
    endLineNumber: endLine,
    endColumn: line === endLine ? Math.max(column + 1, endColumn) : endColumn,
  }));
  monaco.editor.setModelMarkers(model, 'lua', markers);
}

/** Models of files that are not open, for a look at a place in them. The oldest go first. */
const lent = new Map<string, monaco.editor.ITextModel>();
const LENT_MAX = 40;

/** Lets the editor show a place of a file that is not open. */
export function lendModel(path: string, text: string): void {
  const known = lent.get(path);
  if (known === undefined && monaco.editor.getModel(uriOf(path)) !== null) return;
  if (known !== undefined && known.getValue() === text) return;
  takeBack(path);
  lent.set(path, monaco.editor.createModel(text, languageOf(path), uriOf(path)));
  for (const oldest of lent.keys()) {
    if (lent.size <= LENT_MAX) break;
    takeBack(oldest);
  }
}

function takeBack(path: string): void {
  lent.get(path)?.dispose();
  lent.delete(path);
}

/**
 * The model of an open file: made at the first call, then kept in step with the store in both directions until the
 * file is closed. A change from outside is an edit, so that undo gets back over it.
 */
export function modelOf(editor: EditorStore, path: string): monaco.editor.ITextModel {
  const uri = uriOf(path);
  takeBack(path);
  const known = monaco.editor.getModel(uri);
  if (known !== null) return known;
  let { text } = editor.getState().files.get(path) ?? { text: '' };
  const model = monaco.editor.createModel(text, languageOf(path), uri);
  let marks = editor.getState().marks.get(path);
  showMarks(model, path, marks ?? []);
  model.onDidChangeContent(() => editor.getState().edit(path, model.getValue()));
  const stop = editor.subscribe((state) => {
    const file = state.files.get(path);
    if (file === undefined) {
      stop();
      return model.dispose();
    }
    // Another change of the store may be told while one of the model is on its way to it: only a new text counts.
    const isNew = file.text !== text;
    text = file.text;
    // Mixed line ends become one kind in a model: that alone is no change.
    if (isNew && plain(text) !== plain(model.getValue()))
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
    if (state.marks.get(path) === marks) return;
    marks = state.marks.get(path);
    showMarks(model, path, marks ?? []);
  });
  return model;
}
