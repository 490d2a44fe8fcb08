import { useStore } from 'zustand';
import { useApp } from '../stores/app-context.ts';
import { Button } from '../widgets/button.tsx';

/** A recording is open: what it is about, and the way back to where one came from. */
export function RecordingBanner(): React.ReactNode {
  const app = useApp();
  const project = useStore(app.workspace, (state) => state.project);
  const cameFrom = useStore(app.workspace, (state) => state.cameFrom);
  if (project === null || !project.isReadOnly) return null;
  const { note = '', focus = null } = project.recording ?? {};
  return (
    <div className="banner" role="status">
      <span>
        <b>Recording, read-only.</b> {note === '' ? 'Its history is looked at and branched from, never gone on with.' : note}
      </span>
      {focus !== null && (
        <Button isSmall onClick={() => app.focus.getState().setFocus({ process: focus.process, slot: focus.slot })}>
          Where to look
        </Button>
      )}
      {cameFrom !== null && (
        <Button isSmall onClick={() => void app.commands.run('recording.leave')}>
          Back to {cameFrom.name}
        </Button>
      )}
    </div>
  );
}
