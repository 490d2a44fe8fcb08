import { useStore } from 'zustand';
import { sourcePlace, type SourcePlace } from '../model/source-place.ts';
import { useApp } from './app-context.ts';

/** The line of the project that an error names, and the way there; null where it names none. */
export function usePlace(text: string): (SourcePlace & { open(): void }) | null {
  const app = useApp();
  const entries = useStore(app.workspace, (state) => state.entries);
  const place = sourcePlace(
    text,
    entries.map((entry) => entry.path),
  );
  if (place === null) return null;
  const { path, line } = place;
  return {
    path,
    line,
    open() {
      app.ui.getState().dock?.openFile(path);
      app.editor.getState().wantFocus(path, { line, column: 1 });
    },
  };
}
