import type { EditorStore, TextMark } from '../stores/editor-store.ts';
import { checkLua } from './lua-check.ts';
import { timesInLua } from './lua-times.ts';
import { monaco } from './monaco.ts';

const CHECK_MS = 300;

/** The language of a file, told by its name. */
export function languageOf(path: string): string {
  if (path.endsWith('.lua')) return 'lua';
  if (path.endsWith('.json')) return 'json';
  if (path.endsWith('.js')) return 'javascript';
  return 'plaintext';
}

function plain(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function uriOf(path: string): monaco.Uri {
  return monaco.Uri.from({ scheme: 'project', path: `/${path}` });
}

/** Errors, or what runs and is probably not meant. */
function showMarks(model: monaco.editor.ITextModel, owner: 'lua' | 'ao', marks: readonly TextMark[]): void {
  const markers = marks.map((mark) => {
    const line = Math.min(mark.line, model.getLineCount());
    return {
      severity: owner === 'lua' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
      message: mark.message,
      source: owner === 'lua' ? 'Lua 5.3' : 'ao',
      startLineNumber: line,
      startColumn: mark.column,
      endLineNumber: line,
      endColumn: Math.max(mark.column + 1, model.getLineMaxColumn(line)),
    };
  });
  monaco.editor.setModelMarkers(model, owner, markers);
}

/**
 * The model of an open file: made at the first call, then kept in step with the store in both directions until the
 * file is closed. A change from outside is an edit, so that undo gets back over it.
 */
export function modelOf(editor: EditorStore, path: string): monaco.editor.ITextModel {
  const uri = uriOf(path);
  const known = monaco.editor.getModel(uri);
  if (known !== null) return known;
  const model = monaco.editor.createModel(editor.getState().files.get(path)?.text ?? '', languageOf(path), uri);
  const check = (): void => {
    if (model.isDisposed() || model.getLanguageId() !== 'lua') return;
    const marks = checkLua(model.getValue());
    showMarks(model, 'lua', marks);
    showMarks(model, 'ao', timesInLua(model.getValue()));
    editor.getState().setMarks(path, marks);
  };
  let timer: ReturnType<typeof setTimeout> | undefined = setTimeout(check, 0);
  model.onDidChangeContent(() => {
    editor.getState().edit(path, model.getValue());
    clearTimeout(timer);
    timer = setTimeout(check, CHECK_MS);
  });
  const stop = editor.subscribe((state) => {
    const file = state.files.get(path);
    if (file === undefined) {
      clearTimeout(timer);
      stop();
      return model.dispose();
    }
    // Mixed line ends become one kind in a model: that alone is no change.
    if (plain(file.text) !== plain(model.getValue()))
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text: file.text }], () => null);
  });
  return model;
}
