import { NO_PLACE, type Focus, type FocusNote, type NotePlace } from '../../node/contract/focus-note.ts';
import { nameOf, rowAt, rowByKey, rowOfFocus } from './lookup.ts';
import { keyOf, type MessageRow } from './rows.ts';
import type { World } from './world.ts';

/** The place of a note on what is in focus: what follows the latest slot stands still at it. */
export function placeOfFocus(world: World, focus: Focus): NotePlace | null {
  if (focus.process === null && focus.row === null && focus.message === null) return null;
  const { process, message, row, step, value } = focus;
  const shown = rowOfFocus(world, focus);
  const slot = focus.slot ?? (row === null && shown !== null && shown.to === process ? shown.slot : null);
  return { ...NO_PLACE, process, slot, message: message ?? shown?.id ?? null, row, step, value };
}

/** The focus that leads to a note; null where it is about a line of a file alone. */
export function focusOfPlace({ process, slot, message, row, step, value }: NotePlace): Focus | null {
  if (process === null && message === null && row === null) return null;
  return { process, slot, message, row, step, value };
}

/** The message that a note stands at; null where it is about none, or that is not here. */
export function rowOfPlace(world: World, { process, slot, row }: NotePlace): MessageRow | null {
  if (row !== null) return rowByKey(world, row);
  return process === null || slot === null ? null : rowAt(world, process, slot);
}

/** Where a note stands, in words. */
export function placeWords(world: World, place: NotePlace): string {
  const { process, slot, message, row, step, value, file, line } = place;
  if (file !== null) return line === null ? file : `${file}:${line}`;
  const at = rowOfPlace(world, place);
  const parts = [
    process === null ? null : nameOf(world, process),
    slot === null ? null : `slot ${slot}`,
    step === null ? null : `step ${step}`,
    row !== null && at !== null && at.cron !== null ? `cron before ${at.cron.slot}` : null,
    value,
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(' · ') : (message ?? 'the project');
}

/** Messages with notes, by their key, to mark them wherever they are shown. */
export function notedRows(world: World, notes: readonly FocusNote[]): ReadonlyMap<string, readonly FocusNote[]> {
  const noted = new Map<string, FocusNote[]>();
  for (const note of notes) {
    const row = rowOfPlace(world, note.place);
    if (row === null) continue;
    const key = keyOf(row);
    noted.set(key, [...(noted.get(key) ?? []), note]);
  }
  return noted;
}

/** In the order in which one reads them: by process, then slot, then when they were written. */
export function inOrder(world: World, notes: readonly FocusNote[]): readonly FocusNote[] {
  const lane = ({ process }: NotePlace): number => (process === null ? Infinity : (world.processById.get(process)?.lane ?? Infinity));
  const by = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
  return notes.toSorted((a, b) => by(lane(a.place), lane(b.place)) || by(a.place.slot ?? -1, b.place.slot ?? -1) || by(a.atMs, b.atMs));
}
