import { z } from 'zod';
import { AoError, reasonOf } from '../contract/errors.ts';
import { NO_PLACE, NOTES_FILE, NOTES_MAX, notesFileText, type FocusNote } from '../contract/focus-note.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import { notesFile } from '../contract/parse-note.ts';
import type { Project } from './project.ts';
import type { Projects } from './projects.ts';

type NoteHandlers = Pick<HandlersOf<'shell'>, 'notes.read' | 'notes.put' | 'notes.remove'>;

/** What people write about places in the history of the open project. */
export function noteHandlers(projects: Projects): NoteHandlers {
  // A change is read, made and written before the next one begins.
  let last: Promise<unknown> = Promise.resolve();
  const change = (by: (notes: readonly FocusNote[]) => readonly FocusNote[]): Promise<Record<string, never>> => {
    const project = projects.current();
    if (project.recording !== null) return Promise.reject(new AoError('RECORDING_READ_ONLY'));
    const mine = last.then(async () => {
      await project.files.write(NOTES_FILE, notesFileText(by(await readNotes(project))), null);
      return {};
    });
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    'notes.read': async () => ({ notes: await readNotes(projects.current()) }),
    'notes.put': ({ note }) =>
      change((notes) => {
        const isKnown = notes.some(({ id }) => id === note.id);
        if (!isKnown && notes.length >= NOTES_MAX)
          throw new AoError('NOTES_BROKEN', { path: NOTES_FILE, reason: `it holds ${NOTES_MAX} notes already, the most it can` });
        return isKnown ? notes.map((one) => (one.id === note.id ? note : one)) : [...notes, note];
      }),
    'notes.remove': ({ id }) => change((notes) => notes.filter((one) => one.id !== id)),
  };
}

/** The notes of a project; those that came with it where it is a recording. @throws AoError NOTES_BROKEN, FILE_UNREADABLE. */
async function readNotes({ files, recording }: Project): Promise<readonly FocusNote[]> {
  if (recording !== null) {
    const told = recording.notes.map(({ process, slot, text }, index) => ({
      id: `note-${index}`,
      text,
      atMs: 0,
      place: { ...NO_PLACE, process, slot },
    }));
    return [...recording.marks, ...told];
  }
  let text: string;
  try {
    ({ text } = await files.read(NOTES_FILE));
  } catch (error) {
    if (error instanceof AoError && error.code === 'FILE_MISSING') return [];
    throw error;
  }
  const parsed = notesFile.safeParse(parseJson(text));
  if (!parsed.success)
    throw new AoError('NOTES_BROKEN', { path: NOTES_FILE, reason: z.prettifyError(parsed.error).replaceAll(/\s+/g, ' ').slice(0, 300) });
  return parsed.data.notes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AoError('NOTES_BROKEN', { path: NOTES_FILE, reason: reasonOf(error) });
  }
}
