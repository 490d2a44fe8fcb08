import { FileCode2 } from 'lucide-react';
import { useStore } from 'zustand';
import { sourcePlace } from '../model/source-place.ts';
import { useApp } from '../stores/app-context.ts';

/** Opens the editor at the line that an error names; nothing where the text names no file of the project. */
export function PlaceLink({ text }: { readonly text: string }): React.ReactNode {
  const app = useApp();
  const entries = useStore(app.workspace, (state) => state.entries);
  const place = sourcePlace(
    text,
    entries.map((entry) => entry.path),
  );
  if (place === null) return null;
  const { path, line } = place;
  const go = (): void => {
    app.ui.getState().dock?.openFile(path);
    app.editor.getState().wantFocus(path, { line, column: 1 });
  };
  return (
    <button type="button" className="place-link" title={`Open ${path} at line ${line}`} onClick={go}>
      <FileCode2 size={11} aria-hidden /> {path}:{line}
    </button>
  );
}
