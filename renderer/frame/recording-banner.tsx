import { useState } from 'react';
import { useStore } from 'zustand';
import type { OpenedRecording } from '../../node/contract/kept.ts';
import { nameOf } from '../model/lookup.ts';
import { redactionWords, runnableWords } from '../model/redaction-words.ts';
import { useApp } from '../stores/app-context.ts';
import { Button } from '../widgets/button.tsx';

/** A recording is open: what it is about, where it came from, what is gone from it, and the way back. */
export function RecordingBanner(): React.ReactNode {
  const app = useApp();
  const project = useStore(app.workspace, (state) => state.project);
  const cameFrom = useStore(app.workspace, (state) => state.cameFrom);
  const notes = useStore(app.notes, (state) => state.notes.length);
  if (project === null || !project.isReadOnly) return null;
  const { note = '', focus = null, file = null, app: version = '', redaction = null } = project.recording ?? {};
  const { dock } = app.ui.getState();
  return (
    <div className="banner recording-banner" role="status">
      <span>
        <b>Recording, read-only.</b> {note === '' ? 'Its history is looked at and branched from, never gone on with.' : note}{' '}
        {file !== null && (
          <span className="faint" title={`${file}, written by aoscope ${version}`}>
            {file.split(/[/\\]/).at(-1)}
          </span>
        )}
      </span>
      {redaction !== null && project.recording !== undefined && <Redacted recording={project.recording} />}
      {focus !== null && (
        <Button isSmall onClick={() => app.focus.getState().setFocus({ process: focus.process, slot: focus.slot })}>
          Where to look
        </Button>
      )}
      {notes > 0 && (
        <Button isSmall onClick={() => dock?.show('notes')}>
          {notes} {notes === 1 ? 'note' : 'notes'}
        </Button>
      )}
      {cameFrom !== null ? (
        <Button isSmall onClick={() => void app.commands.run('recording.leave')}>
          Back to {cameFrom.name}
        </Button>
      ) : (
        <Button isSmall onClick={() => dock?.enter('welcome')}>
          Open another
        </Button>
      )}
    </div>
  );
}

/** What was taken out, and what can therefore not be run or checked here. */
function Redacted({ recording }: { readonly recording: OpenedRecording }): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const [isOpen, setOpen] = useState(false);
  const { redaction } = recording;
  if (redaction === null) return null;
  return (
    <>
      <Button isSmall aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Redacted: what is gone
      </Button>
      {isOpen && (
        <ul className="recording-redacted">
          <li>{redactionWords(redaction)} What lost something has no signature here that could be checked.</li>
          {redaction.actions.length > 0 && <li>Messages of {redaction.actions.join(', ')} have no data and no tags of their own.</li>}
          {redaction.tags.length > 0 && <li>The tags {redaction.tags.join(', ')} have no values.</li>}
          {redaction.texts > 0 && (
            <li>
              Whatever held {redaction.texts === 1 ? 'a text' : `one of ${redaction.texts} texts`} that whoever made it chose is gone.
            </li>
          )}
          {redaction.processes.map((one) => (
            <li key={one.process}>{runnableWords(one, (id) => nameOf(world, id))}</li>
          ))}
        </ul>
      )}
    </>
  );
}
