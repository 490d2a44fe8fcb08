import { z } from 'zod';
import { NOTE_CHARACTERS_MAX, NOTES_MAX } from './focus-note.ts';
import { isId, toItemId, toProcessId, toSlot } from './ids.ts';

const count = z.number().int().min(0);
const place = z.object({
  process: z.string().refine(isId).transform(toProcessId).nullable().default(null),
  slot: count.transform(toSlot).nullable().default(null),
  message: z.string().refine(isId).transform(toItemId).nullable().default(null),
  row: z.string().max(1_000).nullable().default(null),
  step: count.nullable().default(null),
  value: z.string().max(10_000).nullable().default(null),
  file: z.string().max(4_096).nullable().default(null),
  line: count.nullable().default(null),
});

/** A note of a person; what its place does not say is null. */
export const focusNote = z.object({
  id: z.string().min(1).max(100),
  text: z.string().trim().min(1).max(NOTE_CHARACTERS_MAX),
  atMs: z.number(),
  place,
});

/** The file in which a project keeps its notes. */
export const notesFile = z.object({ version: z.literal(1), notes: z.array(focusNote).max(NOTES_MAX) });
