import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { MessageRow } from '../../model/rows.ts';
import { useApp } from '../../stores/app-context.ts';
import { NoteMark } from '../../widgets/note-mark.tsx';
import { rowOfPlace } from '../../model/notes.ts';

/** What people wrote about the slot that is shown. */
export function NotesHere({ row }: { readonly row: MessageRow }): React.ReactNode {
  const app = useApp();
  const notes = useStore(app.notes, (state) => state.notes);
  const world = useStore(app.world, (state) => state.world);
  const here = useMemo(() => notes.filter(({ place }) => rowOfPlace(world, place) === row), [notes, world, row]);
  if (here.length === 0) return null;
  return (
    <ul className="inspector-notes" aria-label="Notes on this message">
      {here.map(({ id, text }) => (
        <li key={id}>
          <NoteMark /> {text}
        </li>
      ))}
    </ul>
  );
}
