import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useApp } from '../stores/app-context.ts';
import type { monaco } from './monaco.ts';

/** A cursor that moves and a page that scrolls are written down at this pace. */
const PACE_MS = 250;

/** Has an editor stand where it was left: cursor, selection, scroll and folds, over a restart too. */
export function useKeptView(editor: monaco.editor.IStandaloneCodeEditor | null, path: string): void {
  const app = useApp();
  const recalled = useStore(app.session, (state) => state.recalled);
  useEffect(() => {
    if (editor === null) return;
    const kept = app.session.getState().views.get(path);
    // Where somebody has gone meanwhile they stay.
    const isUntouched = editor.getScrollTop() === 0 && editor.getPosition()?.equals({ lineNumber: 1, column: 1 }) !== false;
    if (kept !== undefined && isUntouched) restore(editor, kept);
    const project = app.workspace.getState().project?.path;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const write = (): void => {
      clearTimeout(timer);
      timer = undefined;
      const view = editor.saveViewState();
      // Through JSON: the editor's objects have methods, which nobody can keep.
      if (view !== null && project !== undefined) app.session.getState().setView(project, path, JSON.parse(JSON.stringify(view)));
    };
    const soon = (): void => {
      timer ??= setTimeout(write, PACE_MS);
    };
    const stops = [editor.onDidChangeCursorPosition(soon), editor.onDidScrollChange(soon), editor.onDidChangeHiddenAreas(soon)];
    return () => {
      for (const stop of stops) stop.dispose();
      if (timer !== undefined) write();
    };
  }, [app, editor, path, recalled]);
}

function restore(editor: monaco.editor.IStandaloneCodeEditor, kept: object | string | number | boolean | null): void {
  try {
    // It is what the editor wrote; where another version of it reads it, it may find nothing there.
    editor.restoreViewState(kept as monaco.editor.ICodeEditorViewState);
  } catch {
    editor.setPosition({ lineNumber: 1, column: 1 });
  }
}
