import { memo, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useApp } from '../stores/app-context.ts';
import type { EditorStore } from '../stores/editor-store.ts';
import { useBreakpointMarks } from './breakpoint-marks.ts';
import { useCoverageMarks } from './coverage-marks.ts';
import { useGlobalMarks } from './global-marks.ts';
import { useInsideMarks } from './inside-marks.ts';
import { LineMoments } from './line-moments.tsx';
import { useKeptView } from './kept-view.ts';
import { offerLua } from './lua-providers.ts';
import { knowManifest } from './manifest-schema.ts';
import { modelOf } from './models.ts';
import { monaco } from './monaco.ts';
import { showTraffic } from './traffic-providers.ts';
import { showValuesOnHover } from './value-hover.ts';

const OPTIONS: monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSize: 13,
  lineHeight: 20,
  fontLigatures: false,
  glyphMargin: true,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  smoothScrolling: false,
  renderLineHighlight: 'all',
  renderWhitespace: 'selection',
  padding: { top: 8, bottom: 8 },
  tabSize: 2,
  bracketPairColorization: { enabled: false },
  fixedOverflowWidgets: true,
  overviewRulerBorder: false,
  // It would come and go with the values behind the lines, whose lengths differ from slot to slot.
  scrollbar: { horizontal: 'visible', horizontalScrollbarSize: 8 },
  wordBasedSuggestions: 'currentDocument',
  // Tab takes a suggestion. Enter ends the line: `local x` must not become `local xpcall`.
  acceptSuggestionOnEnter: 'off',
  unicodeHighlight: { ambiguousCharacters: false },
  stickyScroll: { enabled: false },
};

let isFirst = true;

interface CodeEditorProps {
  readonly editor: EditorStore;
  readonly path: string;
}

/** One Monaco editor over an open file. It is not drawn anew where its text changes: that is the editor's own work. */
export const CodeEditor = memo(function CodeEditor({ editor, path }: CodeEditorProps): React.ReactNode {
  const app = useApp();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<monaco.editor.IStandaloneCodeEditor | null>(null);
  const [shown, setShown] = useState<monaco.editor.IStandaloneCodeEditor | null>(null);
  useKeptView(shown, path);
  useInsideMarks(shown, path);
  useBreakpointMarks(shown, path);
  useGlobalMarks(shown, path);
  useCoverageMarks(shown, path);
  useEffect(() => {
    offerLua(app);
    showValuesOnHover(app);
    showTraffic(app);
  }, [app]);
  useEffect(() => knowManifest(app, path), [app, path]);
  const isVim = useStore(app.ui, (state) => state.isVim);
  const wanted = useStore(editor, (state) => (state.focusWanted?.path === path ? state.focusWanted : null));
  useEffect(() => {
    if (host.current === null) return;
    const model = modelOf(editor, path);
    // The language offers the names that are seen where one writes, and none where a name is made.
    const words = model.getLanguageId() === 'lua' ? { wordBasedSuggestions: 'off' as const } : {};
    const made = monaco.editor.create(host.current, { ...OPTIONS, ...words, model, ariaLabel: path });
    view.current = made;
    setShown(made);
    const tell = (): void => {
      const position = made.getPosition();
      const selection = made.getSelection();
      const text = selection === null || selection.isEmpty() ? '' : (made.getModel()?.getValueInRange(selection) ?? '');
      editor.getState().setActive(path);
      editor.getState().setCursor(position === null ? null : { line: position.lineNumber, column: position.column }, text);
    };
    made.onDidChangeCursorSelection(() => {
      if (made.hasTextFocus()) tell();
    });
    made.onDidFocusEditorText(tell);
    if (isFirst) {
      isFirst = false;
      requestAnimationFrame(() => performance.mark('aoscope:typable'));
    }
    return () => {
      view.current = null;
      setShown(null);
      made.dispose();
    };
  }, [editor, path]);
  useEffect(() => {
    if (wanted === null) return;
    if (wanted.at !== null) {
      view.current?.setPosition({ lineNumber: wanted.at.line, column: wanted.at.column });
      view.current?.revealLineInCenterIfOutsideViewport(wanted.at.line);
    }
    if (wanted.mayTake()) view.current?.focus();
    editor.getState().wantFocus(null);
  }, [wanted, editor]);
  return (
    <>
      <div ref={host} className={isVim ? 'code-editor above-vim' : 'code-editor'} data-path={path} />
      {isVim && <VimLine editor={shown} />}
      <LineMoments editor={shown} path={path} />
    </>
  );
});

/** Vim's line of state: its mode, what was pressed so far, and `:`. */
function VimLine({ editor }: { readonly editor: monaco.editor.IStandaloneCodeEditor | null }): React.ReactNode {
  const app = useApp();
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (editor === null || line.current === null) return;
    const here = line.current;
    let isGone = false;
    let stop = (): void => undefined;
    import('./vim.ts').then(
      ({ giveVimKeys }) => {
        if (!isGone) stop = giveVimKeys(app, editor, here);
      },
      (error: unknown) => app.ui.getState().fail(error),
    );
    return () => {
      isGone = true;
      stop();
    };
  }, [app, editor]);
  return <div ref={line} className="vim-line mono" />;
}

/** The person's text beside that of the disk, to compare before saving over it. */
export function CompareEditor({ mine, disk }: { readonly mine: string; readonly disk: string }): React.ReactNode {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    const view = monaco.editor.createDiffEditor(host.current, {
      ...OPTIONS,
      readOnly: true,
      originalEditable: false,
      renderSideBySide: true,
    });
    const original = monaco.editor.createModel(disk, 'lua');
    const modified = monaco.editor.createModel(mine, 'lua');
    view.setModel({ original, modified });
    return () => {
      view.dispose();
      original.dispose();
      modified.dispose();
    };
  }, [mine, disk]);
  return <div ref={host} className="code-editor" aria-label="On disk on the left, yours on the right" role="group" />;
}
