import { Pencil, StickyNote, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { FocusNote } from '../../../node/contract/focus-note.ts';
import { followNote, removeNote } from '../../commands/notes.ts';
import { inOrder, placeWords } from '../../model/notes.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';
import './notes.css';

/** What people wrote about places in this history; a click leads there. */
export function NotesPanel(): React.ReactNode {
  const app = useApp();
  const notes = useStore(app.notes, (state) => state.notes);
  const error = useStore(app.notes, (state) => state.error);
  const world = useStore(app.world, (state) => state.world);
  const isReadOnly = useStore(app.workspace, (state) => state.project?.isReadOnly ?? false);
  const canAdd = useStore(app.focus, (state) => state.focus.process !== null);
  const keys = useKeyWords().keysOf('notes.add');
  const ordered = useMemo(() => inOrder(world, notes), [world, notes]);
  const add = (
    <Button isSmall disabled={!canAdd} onClick={() => void app.commands.run('notes.add')}>
      <StickyNote size={12} aria-hidden /> Add a note
    </Button>
  );
  return (
    <div className="panel notes">
      {error !== null && <ErrorText error={error} />}
      {ordered.length === 0 && error === null ? (
        <Empty>
          <p>
            {isReadOnly
              ? 'No notes came with this recording.'
              : `Notes on processes, slots and messages stand here. Look at something and ${keys === '' ? 'add one' : `press ${keys}`}.`}
          </p>
          {!isReadOnly && add}
        </Empty>
      ) : (
        <>
          {!isReadOnly && error === null && (
            <div className="pane-bar notes-bar">
              {add}
              {keys !== '' && <span className="faint">{keys} anywhere: on what is in focus</span>}
            </div>
          )}
          <ul className="notes-list" aria-label="Notes">
            {ordered.map((note) => (
              <Row key={note.id} note={note} isReadOnly={isReadOnly} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Row({ note, isReadOnly }: { readonly note: FocusNote; readonly isReadOnly: boolean }): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const isHere = useStore(app.focus, ({ focus }) => {
    const { process, slot, row } = note.place;
    return process !== null && focus.process === process && focus.slot === slot && focus.row === row;
  });
  const { id, text, place, atMs } = note;
  const where = placeWords(world, place);
  const lane = place.process === null ? undefined : world.processById.get(place.process)?.lane;
  return (
    <li className={isHere ? 'is-here' : ''}>
      <button type="button" className="notes-go" {...(isHere ? { 'aria-current': 'true' } : {})} onClick={() => followNote(app, note)}>
        <span className="notes-where">
          <i style={{ background: lane === undefined ? 'var(--text-faint)' : `var(--lane-${lane})` }} aria-hidden />
          {where}
          {atMs > 0 && <time dateTime={new Date(atMs).toISOString()}>{new Date(atMs).toLocaleDateString('en-GB')}</time>}
        </span>
        <span className="notes-text">{text}</span>
      </button>
      {!isReadOnly && (
        <span className="notes-edit">
          <Button
            look="quiet"
            isSmall
            isIcon
            label={`Edit the note on ${where}`}
            onClick={() => app.notes.getState().setDraft({ id, place, text })}
          >
            <Pencil size={12} aria-hidden />
          </Button>
          <Button
            look="quiet"
            isSmall
            isIcon
            label={`Delete the note on ${where}`}
            onClick={() => void removeNote(app, note).catch(app.ui.getState().fail)}
          >
            <Trash2 size={12} aria-hidden />
          </Button>
        </span>
      )}
    </li>
  );
}
