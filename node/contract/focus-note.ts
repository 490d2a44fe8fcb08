import type { ItemId, ProcessId, Slot } from './ids.ts';

/** What a note is about: as much of the focus as was set when it was written. */
export interface NotePlace {
  readonly process: ProcessId | null;
  readonly slot: Slot | null;
  readonly message: ItemId | null;
  /** A row that never got a slot, by its key. */
  readonly row: string | null;
  /** A step inside the slot. */
  readonly step: number | null;
  /** A value of the process, as an expression. */
  readonly value: string | null;
  /** A line of a file of the project, `lib/token.lua` and from 1 on. */
  readonly file: string | null;
  readonly line: number | null;
}

/** What a person wrote about a place in a history. */
export interface FocusNote {
  readonly id: string;
  readonly text: string;
  /** When it was written or last changed, Unix ms. */
  readonly atMs: number;
  readonly place: NotePlace;
}

/** Where the notes of a project stand in its folder: plain JSON, for a version control to keep. */
export const NOTES_FILE = 'aoscope.notes.json';
export const NOTE_CHARACTERS_MAX = 20_000;
export const NOTES_MAX = 5_000;

export const NO_PLACE: NotePlace = { process: null, slot: null, message: null, row: null, step: null, value: null, file: null, line: null };

/** The text of {@link NOTES_FILE}: a line for each field, without what is null, so that differences read well. */
export function notesFileText(notes: readonly FocusNote[]): string {
  const shown = notes.map(({ id, text, atMs, place }) => ({
    id,
    text,
    atMs,
    place: Object.fromEntries(Object.entries(place).filter(([, value]) => value !== null)),
  }));
  return `${JSON.stringify({ version: 1, notes: shown }, null, 2)}\n`;
}
