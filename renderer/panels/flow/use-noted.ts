import { useMemo } from 'react';
import { useStore } from 'zustand';
import { rowOfPlace } from '../../model/notes.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';

/** The messages that somebody wrote about. */
export function useNoted(world: World): ReadonlySet<MessageRow> {
  const app = useApp();
  const notes = useStore(app.notes, (state) => state.notes);
  return useMemo(() => {
    const rows = notes.map(({ place }) => rowOfPlace(world, place));
    return new Set(rows.filter((row) => row !== null));
  }, [world, notes]);
}
