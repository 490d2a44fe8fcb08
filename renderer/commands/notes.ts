import type { FocusNote } from '../../node/contract/focus-note.ts';
import { AoError } from '../../node/contract/errors.ts';
import { NO_PLACE } from '../../node/contract/focus-note.ts';
import { focusOfPlace, inOrder, placeOfFocus } from '../model/notes.ts';
import type { App } from '../stores/app-context.ts';
import type { Command } from './registry.ts';

const category = 'Notes';

/** Goes to the place that a note is about. */
export function followNote(app: App, { place }: FocusNote): void {
  const focus = focusOfPlace(place);
  if (place.file !== null) {
    app.ui.getState().dock?.openFile(place.file);
    if (place.line !== null) app.editor.getState().wantFocus(place.file, { line: place.line, column: 1 });
  }
  if (focus === null) return;
  app.focus.getState().setFocus(focus);
  app.ui.getState().dock?.show('flow');
}

/** Takes a note away, and offers to put it back. @throws AoError as notes.remove. */
export async function removeNote(app: App, note: FocusNote): Promise<void> {
  await app.notes.getState().remove(note.id);
  app.ui.getState().notify({
    tone: 'info',
    sentence: 'The note is deleted.',
    actions: [{ title: 'Undo', run: () => app.notes.getState().restore(note) }],
  });
}

/** Writing about what is looked at, and going from note to note. */
export function notesCommands(app: App): Command[] {
  const notes = app.notes.getState;
  const canWrite = (): boolean => app.workspace.getState().project?.isReadOnly === false;
  const next = (by: 1 | -1): void => {
    const all = inOrder(app.world.getState().world, notes().notes);
    const { focus } = app.focus.getState();
    const here = all.findIndex(({ place }) => place.process === focus.process && place.slot === focus.slot && place.row === focus.row);
    const wanted = here < 0 ? (by === 1 ? 0 : all.length - 1) : (here + by + all.length) % all.length;
    const note = all[wanted];
    if (note !== undefined) followNote(app, note);
  };
  return [
    {
      id: 'notes.add',
      title: 'Add a note on what is in focus',
      category,
      keys: 'KeyM',
      isEnabled: () => canWrite() && placeOfFocus(app.world.getState().world, app.focus.getState().focus) !== null,
      run() {
        const place = placeOfFocus(app.world.getState().world, app.focus.getState().focus);
        if (place === null) throw new AoError('NO_PROCESS');
        notes().setDraft({ id: null, place, text: '' });
      },
    },
    {
      id: 'notes.addLine',
      title: 'Add a note on this line of the file',
      category,
      isEnabled: () => canWrite() && app.editor.getState().active !== null,
      run() {
        const { active: file, cursor } = app.editor.getState();
        if (file !== null) notes().setDraft({ id: null, place: { ...NO_PLACE, file, line: cursor?.line ?? 1 }, text: '' });
      },
    },
    { id: 'notes.next', title: 'Next note', category, isEnabled: () => notes().notes.length > 0, run: () => next(1) },
    { id: 'notes.previous', title: 'Previous note', category, isEnabled: () => notes().notes.length > 0, run: () => next(-1) },
  ];
}
