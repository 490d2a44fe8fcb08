import type { App } from '../stores/app-context.ts';
import { pathOf } from './models.ts';
import { monaco } from './monaco.ts';
import { snippetsIn, type OwnSnippet } from './snippet-file.ts';

/** Files of snippets as VS Code has them in a folder, so that both editors read the same ones. */
const FILE = /^\.vscode\/[^/]+\.code-snippets$/;

/** Offers the snippets of the project while one writes Lua. They are read again when their files change. */
export function offerOwnSnippets(app: App): void {
  let known: Promise<readonly OwnSnippet[]> | null = null;
  app.link.on('files.changed', ({ changes }) => {
    if (changes.some(({ path }) => FILE.test(path))) known = null;
  });
  app.workspace.subscribe((now, before) => {
    if (now.entries !== before.entries) known = null;
  });
  monaco.languages.registerCompletionItemProvider('lua', {
    async provideCompletionItems(model, position) {
      if (pathOf(model.uri) === null) return null;
      known ??= readAll(app);
      const word = model.getWordUntilPosition(position);
      const range = new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn);
      return {
        suggestions: (await known).map(({ prefix, name, about, body }) => ({
          label: prefix,
          kind: monaco.languages.CompletionItemKind.Snippet,
          detail: name,
          documentation: about,
          insertText: body,
          insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet,
          range,
        })),
      };
    },
  });
}

async function readAll(app: App): Promise<readonly OwnSnippet[]> {
  const paths = app.workspace.getState().entries.flatMap(({ path, kind }) => (kind === 'file' && FILE.test(path) ? [path] : []));
  const files = await Promise.allSettled(paths.map((path) => app.link.ask('files.read', { path })));
  return files.flatMap((file, index) => {
    if (file.status === 'rejected') return [];
    try {
      return snippetsIn(file.value.text);
    } catch {
      const path = paths[index] ?? '';
      app.ui.getState().notify({ tone: 'info', sentence: `${path} is no JSON, so its snippets are not offered.`, actions: [] });
      return [];
    }
  });
}
