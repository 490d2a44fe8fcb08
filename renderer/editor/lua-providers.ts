import { AoError } from '../../node/contract/errors.ts';
import { LanguageFailure } from '../language/client.ts';
import type { Completion, FileSpan, OutlineRow } from '../language/answers.ts';
import { LineStarts } from '../language/line-starts.ts';
import type { App } from '../stores/app-context.ts';
import { askLanguage } from './ask-language.ts';
import { renameIn } from './lua-rename.ts';
import { languageCommands } from './language-commands.ts';
import { lendModel, pathOf, uriOf } from './models.ts';
import { monaco } from './monaco.ts';
import { offerOwnSnippets } from './own-snippets.ts';
import { projectLanguage } from './project-language.ts';

const known = new WeakSet<App>();
const { languages } = monaco;

const COMPLETION_KINDS: Readonly<Record<Completion['kind'], monaco.languages.CompletionItemKind>> = {
  function: languages.CompletionItemKind.Function,
  field: languages.CompletionItemKind.Field,
  variable: languages.CompletionItemKind.Variable,
  keyword: languages.CompletionItemKind.Keyword,
  snippet: languages.CompletionItemKind.Snippet,
  value: languages.CompletionItemKind.Value,
  file: languages.CompletionItemKind.File,
};
const SYMBOL_KINDS: Readonly<Record<OutlineRow['kind'], monaco.languages.SymbolKind>> = {
  function: languages.SymbolKind.Function,
  handler: languages.SymbolKind.Event,
  variable: languages.SymbolKind.Variable,
};

/** Lets the editor of Lua ask what the language of the project answers. */
export function offerLua(app: App): void {
  if (known.has(app)) return;
  known.add(app);
  offerWriting(app);
  offerOwnSnippets(app);
  offerReading(app);
  offerPlaces(app);
  offerShape(app);
  offerMending(app);
  renameIn(app);
  app.commands.add(languageCommands(app));
}

function offerWriting(app: App): void {
  languages.registerCompletionItemProvider('lua', {
    triggerCharacters: ['.', ':', '"', "'"],
    async provideCompletionItems(model, position, _context, token) {
      const path = pathOf(model.uri);
      if (path === null) return null;
      const found = await askLanguage(app, 'complete', [path, model.getValue(), model.getOffsetAt(position)], token);
      return { suggestions: (found ?? []).map((one) => suggestion(model, position, one)) };
    },
  });
  languages.registerSignatureHelpProvider('lua', {
    signatureHelpTriggerCharacters: ['(', ','],
    async provideSignatureHelp(model, position, token) {
      const path = pathOf(model.uri);
      if (path === null) return null;
      const found = await askLanguage(app, 'signature', [path, model.getValue(), model.getOffsetAt(position)], token);
      if (found === null) return null;
      const { label, about, parameters, active } = found;
      const signature = {
        label,
        documentation: { value: about },
        parameters: parameters.map((one) => ({ label: one.label, documentation: { value: one.about } })),
      };
      return { value: { signatures: [signature], activeSignature: 0, activeParameter: active }, dispose: () => undefined };
    },
  });
}

function suggestion(model: monaco.editor.ITextModel, position: monaco.Position, one: Completion): monaco.languages.CompletionItem {
  const { lineNumber, column } = position;
  const word = model.getWordUntilPosition(position);
  const before = model.getLineContent(lineNumber).slice(0, column - 1);
  // What stands in a text may have dots and dashes: all of it is replaced.
  const isInText = one.kind === 'value' || one.kind === 'file';
  const from = isInText ? before.length - (/[^"']*$/.exec(before)?.[0].length ?? 0) + 1 : word.startColumn;
  return {
    label: one.label,
    kind: COMPLETION_KINDS[one.kind],
    insertText: one.insert ?? one.label,
    ...(one.insert === null ? {} : { insertTextRules: languages.CompletionItemInsertTextRule.InsertAsSnippet }),
    detail: one.detail,
    documentation: { value: one.about },
    sortText: `${one.rank}${one.label}`,
    range: new monaco.Range(lineNumber, from, lineNumber, isInText ? column : word.endColumn),
  };
}

function offerReading(app: App): void {
  languages.registerHoverProvider('lua', {
    async provideHover(model, position, token) {
      const path = pathOf(model.uri);
      const found = path === null ? null : await askLanguage(app, 'hover', [path, model.getOffsetAt(position)], token);
      // A name alone says nothing that does not stand there already.
      if (found === null || (found.about === '' && found.code === model.getValueInRange(rangeIn(model, found)))) return null;
      return {
        range: rangeIn(model, found),
        contents: [{ value: `\`\`\`lua\n${found.code}\n\`\`\`` }, ...(found.about === '' ? [] : [{ value: found.about }])],
      };
    },
  });
}

function rangeIn(model: monaco.editor.ITextModel, { start, end }: { readonly start: number; readonly end: number }): monaco.Range {
  return monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
}

/** Places as the editor takes them. Files that are not open are lent to it. */
function locationsOf(app: App, spans: readonly FileSpan[]): monaco.languages.Location[] {
  const language = projectLanguage(app);
  const lines = new Map<string, LineStarts>();
  return spans.flatMap((span) => {
    const text = language.textOf(span.path);
    if (text === null) return [];
    const of = lines.get(span.path) ?? new LineStarts(text);
    if (!lines.has(span.path)) lendModel(span.path, text);
    lines.set(span.path, of);
    return [{ uri: uriOf(span.path), range: of.rangeOf(span) }];
  });
}

function offerPlaces(app: App): void {
  languages.registerDefinitionProvider('lua', {
    async provideDefinition(model, position, token) {
      const path = pathOf(model.uri);
      const found = path === null ? null : await askLanguage(app, 'definition', [path, model.getOffsetAt(position)], token);
      return locationsOf(app, found ?? []);
    },
  });
  languages.registerReferenceProvider('lua', {
    async provideReferences(model, position, _context, token) {
      const path = pathOf(model.uri);
      const found = path === null ? null : await askLanguage(app, 'references', [path, model.getOffsetAt(position)], token);
      return locationsOf(app, found ?? []);
    },
  });
  // A place in another file is a tab of the window.
  monaco.editor.registerEditorOpener({
    openCodeEditor(_source, resource, place) {
      const path = pathOf(resource);
      const { dock } = app.ui.getState();
      if (path === null || dock === null) return false;
      dock.openFile(path);
      const at = placeIn(place);
      app.editor.getState().wantFocus(path, at);
      return true;
    },
  });
}

function placeIn(place: monaco.IRange | monaco.IPosition | undefined): { readonly line: number; readonly column: number } | undefined {
  if (place === undefined) return undefined;
  return 'startLineNumber' in place
    ? { line: place.startLineNumber, column: place.startColumn }
    : { line: place.lineNumber, column: place.column };
}

function offerShape(app: App): void {
  languages.registerDocumentSymbolProvider('lua', {
    displayName: 'Lua',
    async provideDocumentSymbols(model, token) {
      const path = pathOf(model.uri);
      const rows = path === null ? null : await askLanguage(app, 'outline', [path], token);
      return (rows ?? []).map((row) => ({
        name: row.name,
        detail: row.detail,
        kind: SYMBOL_KINDS[row.kind],
        tags: [],
        range: rangeIn(model, row),
        selectionRange: rangeIn(model, row.at),
      }));
    },
  });
  languages.registerFoldingRangeProvider('lua', {
    async provideFoldingRanges(model, _context, token) {
      const path = pathOf(model.uri);
      const folds = path === null ? null : await askLanguage(app, 'folds', [path], token);
      return (folds ?? []).flatMap((fold) => {
        const { startLineNumber: start, endLineNumber } = rangeIn(model, fold);
        // The line that closes it stays in sight.
        const closes = /^\s*(end|until|[})\]]|else)/.test(model.getLineContent(endLineNumber));
        const end = closes ? endLineNumber - 1 : endLineNumber;
        return end > start ? [{ start, end }] : [];
      });
    },
  });
}

function offerMending(app: App): void {
  languages.registerCodeActionProvider(
    'lua',
    {
      async provideCodeActions(model, range, context, token) {
        const path = pathOf(model.uri);
        const marks = path === null ? null : await askLanguage(app, 'check', [path], token);
        const actions = (marks ?? []).flatMap((mark) => {
          const at = rangeIn(model, mark);
          if (mark.fix === null || !monaco.Range.areIntersectingOrTouching(at, range)) return [];
          const edits = mark.fix.edits.map((one) => ({
            resource: model.uri,
            versionId: undefined,
            textEdit: { range: rangeIn(model, one), text: one.text },
          }));
          const diagnostics = context.markers.filter((one) => one.message === mark.message);
          return [{ title: mark.fix.title, kind: 'quickfix', isPreferred: true, diagnostics, edit: { edits } }];
        });
        return { actions, dispose: () => undefined };
      },
    },
    { providedCodeActionKinds: ['quickfix'] },
  );
  languages.registerDocumentFormattingEditProvider('lua', {
    displayName: 'StyLua',
    async provideDocumentFormattingEdits(model, { insertSpaces, tabSize }) {
      const text = model.getValue();
      try {
        const put = await projectLanguage(app).client.ask('format', [text, { isTabs: !insertSpaces, width: tabSize }]);
        return put === text ? [] : [{ range: model.getFullModelRange(), text: put }];
      } catch (error) {
        if (!(error instanceof LanguageFailure)) throw error;
        app.ui.getState().fail(new AoError('FORMAT_REFUSED', { reason: error.message }));
        return [];
      }
    },
  });
}
