import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { bindKeys } from './commands/keys.ts';
import { DockArea } from './frame/dock.tsx';
import './frame/frame.css';
import { Rail } from './frame/rail.tsx';
import { TopBar } from './frame/top-bar.tsx';
import { Palette } from './panels/palette/palette.tsx';
import { Guard } from './widgets/guard.tsx';
import { StatusBar } from './panels/status/status-bar.tsx';
import { TimeBar } from './panels/time/time-bar.tsx';
import { AppContext, useApp, type App } from './stores/app-context.ts';
import { Button } from './widgets/button.tsx';
import { Notices } from './frame/notices.tsx';
import { QuestionDialog } from './frame/question-dialog.tsx';
import { Tour } from './frame/tour.tsx';

/** The whole window. */
export function AppFrame({ app }: { readonly app: App }): React.ReactNode {
  useEffect(() => bindKeys(window, app.commands), [app]);
  return (
    <AppContext value={app}>
      <Frame />
    </AppContext>
  );
}

function Frame(): React.ReactNode {
  const app = useApp();
  const isPast = useStore(app.focus, (state) => state.isPast);
  const notices = useStore(app.ui, (state) => state.notices);
  const question = useStore(app.ui, (state) => state.question);
  const { dismiss, fail } = app.ui.getState();
  const project = useStore(app.workspace, (state) => state.project?.name ?? null);
  useEffect(() => {
    document.title = project === null ? 'aoscope' : `${project} – aoscope`;
  }, [project]);
  return (
    <div className={isPast ? 'frame past' : 'frame'}>
      <Guard name="The top bar">
        <TopBar />
      </Guard>
      <Banners />
      <div className="frame-body">
        <Rail />
        <main className="frame-main">
          <DockArea />
          <Guard name="The time bar">
            <TimeBar />
          </Guard>
        </main>
      </div>
      <Guard name="The status bar">
        <StatusBar />
      </Guard>
      <Palette />
      <Tour />
      {question !== null && <QuestionDialog question={question} />}
      <Notices notices={notices} onDismiss={dismiss} onFail={fail} />
    </div>
  );
}

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

/** What concerns the whole window: the node does not answer, a unit is down, the manifest cannot be read. */
function Banners(): React.ReactNode {
  const app = useApp();
  const linkState = useStore(app.workspace, (state) => state.linkState);
  const problem = useStore(app.workspace, (state) => state.project?.problem ?? null);
  const units = useStore(app.workspace, (state) => state.status?.units);
  if (linkState === 'lost') {
    return <LostBanner />;
  }
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
      {problem !== null && (
        <div className="banner" role="alert">
          <span>
            {problem.message} {problem.cure} <code>{problem.code}</code>
          </span>
          <Button isSmall onClick={() => app.ui.getState().dock?.openFile('aoscope.json')}>
            Open aoscope.json
          </Button>
        </div>
      )}
    </>
  );
}
