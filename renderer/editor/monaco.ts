import 'monaco-editor/features/register.all';
import 'monaco-editor/languages/definitions/cpp/register';
import 'monaco-editor/languages/definitions/ini/register';
import 'monaco-editor/languages/definitions/javascript/register';
import 'monaco-editor/languages/definitions/lua/register';
import 'monaco-editor/languages/definitions/markdown/register';
import 'monaco-editor/languages/definitions/rust/register';
import 'monaco-editor/languages/definitions/typescript/register';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import JsonWorker from 'monaco-editor/languages/features/json/json.worker?worker';
import * as monaco from 'monaco-editor/editor';

globalThis.MonacoEnvironment = {
  getWorker: (_id: string, label: string) => (label === 'json' ? new JsonWorker() : new EditorWorker()),
};

const THEME = 'aoscope';
const EDITOR_BASES = new Map<string, monaco.editor.BuiltinTheme>([
  ['dark', 'vs-dark'],
  ['contrast-dark', 'hc-black'],
  ['contrast-light', 'hc-light'],
]);
const BRACKET_LEVELS = [1, 2, 3, 4, 5, 6];

/** A colour as Monaco takes it: six digits, also where a minifier wrote three. */
function colour(styles: CSSStyleDeclaration, name: string): string {
  const written = styles.getPropertyValue(name).trim();
  return /^#[0-9a-f]{3}$/i.test(written) ? written.replaceAll(/[0-9a-f]/gi, '$&$&') : written;
}

/** Makes the editor look like the rest of the window. Called again when the theme changes. */
export function applyEditorTheme(): void {
  const styles = getComputedStyle(document.documentElement);
  const of = (name: string): string => colour(styles, name);
  const rule = (token: string, name: string, fontStyle = ''): monaco.editor.ITokenThemeRule => ({
    token,
    foreground: of(name).slice(1),
    fontStyle,
  });
  monaco.editor.defineTheme(THEME, {
    base: EDITOR_BASES.get(document.documentElement.dataset['theme'] ?? '') ?? 'vs',
    inherit: true,
    rules: [
      rule('', '--text'),
      rule('keyword', '--code-keyword'),
      rule('string', '--code-string'),
      rule('number', '--code-number'),
      rule('comment', '--code-comment', 'italic'),
      rule('identifier', '--text'),
      rule('delimiter', '--text-dim'),
      rule('operator', '--text-dim'),
      rule('string.key.json', '--code-global'),
      rule('string.value.json', '--code-string'),
      rule('keyword.json', '--code-keyword'),
    ],
    colors: {
      'editor.background': of('--bg'),
      'editor.foreground': of('--text'),
      'editorLineNumber.foreground': of('--text-faint'),
      'editorLineNumber.activeForeground': of('--text'),
      'editor.lineHighlightBackground': of('--bg-raised'),
      'editor.lineHighlightBorder': '#00000000',
      'editor.selectionBackground': of('--bg-selected'),
      'editor.inactiveSelectionBackground': of('--bg-hover'),
      'editorCursor.foreground': of('--accent'),
      'editorIndentGuide.background1': of('--line'),
      'editorIndentGuide.activeBackground1': of('--line-strong'),
      'editorWidget.background': of('--bg-raised'),
      'editorWidget.border': of('--line-strong'),
      'editorSuggestWidget.background': of('--bg-raised'),
      'editorSuggestWidget.selectedBackground': of('--bg-selected'),
      'editorSuggestWidget.selectedForeground': of('--text'),
      'editorSuggestWidget.highlightForeground': of('--accent'),
      'editorHoverWidget.background': of('--bg-raised'),
      'editorHoverWidget.border': of('--line-strong'),
      'input.background': of('--bg'),
      'input.border': of('--line-strong'),
      focusBorder: of('--accent'),
      'editorError.foreground': of('--error'),
      'editorOverviewRuler.border': '#00000000',
      'scrollbarSlider.background': `${of('--line-strong')}66`,
      ...Object.fromEntries(BRACKET_LEVELS.map((level) => [`editorBracketHighlight.foreground${level}`, of('--text-dim')])),
      'minimap.background': of('--bg'),
      'editorGutter.background': of('--bg'),
      'diffEditor.insertedTextBackground': `${of('--ok')}22`,
      'diffEditor.removedTextBackground': `${of('--error')}22`,
    },
  });
  monaco.editor.setTheme(THEME);
}

applyEditorTheme();
new MutationObserver(applyEditorTheme).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });

// The worker of JSON checks it and completes by a schema; this colours it.
monaco.languages.register({ id: 'json', extensions: ['.json'] });
monaco.languages.setMonarchTokensProvider('json', {
  tokenizer: {
    root: [
      [/"([^"\\]|\\.)*"(?=\s*:)/, 'string.key.json'],
      [/"([^"\\]|\\.)*"/, 'string.value.json'],
      [/\b(true|false|null)\b/, 'keyword.json'],
      [/-?\d+(\.\d+)?([eE][+-]?\d+)?/, 'number'],
      [/[{}[\],:]/, 'delimiter'],
    ],
  },
});
monaco.languages.setLanguageConfiguration('json', {
  brackets: [
    ['{', '}'],
    ['[', ']'],
  ],
  autoClosingPairs: [
    { open: '{', close: '}' },
    { open: '[', close: ']' },
    { open: '"', close: '"' },
  ],
});

export { monaco };
