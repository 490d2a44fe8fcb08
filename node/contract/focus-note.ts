import type { ItemId, ProcessId, Slot } from './ids.ts';

/** Where a person looks. Everything in the window that can follow it, follows it. */
export interface Focus {
  readonly process: ProcessId | null;
  /** Null follows the latest slot. */
  readonly slot: Slot | null;
  readonly message: ItemId | null;
  /** The row's key (see keyOf) where process and slot do not tell it: what never got a slot. */
  readonly row: string | null;
  /** A step inside the evaluation (see SlotRecording); null while the slot is looked at as a whole. */
  readonly step: number | null;
  /** A value of the process, as an expression: `Balances["x"]`. */
  readonly value: string | null;
}

export const NO_FOCUS: Focus = { process: null, slot: null, message: null, row: null, step: null, value: null };

/** What a note is about: as much of the focus as was set when it was written. */
export interface NotePlace extends Focus {
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

export const NO_PLACE: NotePlace = { ...NO_FOCUS, file: null, line: null };

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
