import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { nameOf } from '../model/lookup.ts';
import type { ProcessRow } from '../model/rows.ts';
import { useApp } from '../stores/app-context.ts';
import { Button } from '../widgets/button.tsx';
import { ExportBanner } from './export-progress.tsx';
import { HomeBanner } from './home-banner.tsx';
import { RecordingBanner } from './recording-banner.tsx';

const LONG_LOST_MS = 8_000;

/** A short loss mends itself. After a longer one the app may have been started anew, with another token. */
function LostBanner(): React.ReactNode {
  const app = useApp();
  const isServed = useStore(app.workspace, (state) => state.status?.shell !== 'electron');
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_LOST_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="banner error" role="alert">
      The node is not answering — reconnecting…
      {isLong && isServed && (
        <span>
          If aoscope was stopped, start it again and open the address that it prints. <code>PORT_CLOSED</code>
        </span>
      )}
    </div>
  );
}

/** The others stand in Problems. */
const PAUSED_SHOWN = 2;

/** A limit has stopped a process, and it waits for a person. */
function PausedBanner({ row, others }: { readonly row: ProcessRow; readonly others: number }): React.ReactNode {
  const app = useApp();
  const run = (command: string): void => void app.commands.run(command, row.id);
  const name = useStore(app.world, (state) => nameOf(state.world, row.id));
  if (row.paused === null) return null;
  const { slot, error } = row.paused;
  return (
    <div className="banner" role="alert">
      <span>
        <b>{name}</b> stands still at slot {slot}: {error}
        {others > 0 && ` ${others} more in Problems.`} <code>PROCESS_PAUSED</code>
      </span>
      <Button isSmall onClick={() => app.focus.getState().setFocus({ process: row.id, slot })}>
        Look at it
      </Button>
      <Button isSmall onClick={() => run('process.resumeError')}>
        Go on with the error
      </Button>
      <Button isSmall onClick={() => run('process.resumeAgain')}>
        Run it again
      </Button>
    </div>
  );
}

/** What concerns the whole window: the node does not answer, a unit is down, the manifest cannot be read. */
export function Banners(): React.ReactNode {
  const app = useApp();
  const linkState = useStore(app.workspace, (state) => state.linkState);
  const problem = useStore(app.workspace, (state) => state.project?.problem ?? null);
  const units = useStore(app.workspace, (state) => state.status?.units);
  const processes = useStore(app.world, (state) => state.world.processes);
  if (linkState === 'lost') {
    return <LostBanner />;
  }
  const paused = processes.filter((row) => row.paused !== null);
  const down = (units ?? []).filter((unit) => unit.state === 'down');
  return (
    <>
      {down.map((unit) => (
        <div key={unit.unit} className="banner error" role="alert">
          <span>
            {unit.error?.message ?? `The ${unit.unit} is not running.`} {unit.error?.cure ?? ''}{' '}
            <code>{unit.error?.code ?? 'UNIT_DOWN'}</code>
          </span>
          <Button isSmall onClick={() => void app.commands.run(`node.restart.${unit.unit}`)}>
            Restart the {unit.unit}
          </Button>
        </div>
      ))}
      {paused.slice(0, PAUSED_SHOWN).map((row) => (
        <PausedBanner key={row.id} row={row} others={paused.length - PAUSED_SHOWN} />
      ))}
      <ExportBanner />
      <RecordingBanner />
      <HomeBanner />
      {problem !== null && (
        <div className="banner" role="alert">
          <span>
            {problem.message} {problem.cure} <code>{problem.code}</code>
          </span>
          <Button
            isSmall
            onClick={() => {
              app.ui.getState().dock?.openFile('aoscope.json');
              if (problem.place !== undefined) app.editor.getState().wantFocus('aoscope.json', problem.place);
            }}
          >
            {problem.place === undefined ? 'Open aoscope.json' : `Go to line ${problem.place.line} of aoscope.json`}
          </Button>
        </div>
      )}
    </>
  );
}
