import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';
import './deploy.css';
import { KeysSection } from './keys-section.tsx';
import { NetworksSection } from './networks-section.tsx';
import { PlanSection } from './plan-section.tsx';
import { RunSection } from './run-section.tsx';

/** Where the project is brought to, by whom, what that would do, and the way there: plan, rehearse, deploy, verify. */
export function DeployPanel(): React.ReactNode {
  const app = useApp();
  const project = useStore(app.workspace, (state) => state.project);
  const isProjectKnown = useStore(app.workspace, (state) => state.isProjectKnown);
  const linkState = useStore(app.workspace, (state) => state.linkState);
  const isKnown = useStore(app.deploy, (state) => state.networks !== null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    if (project === null || project.isReadOnly || linkState !== 'open') return;
    let isGone = false;
    app.deploy
      .getState()
      .refresh()
      .then(
        () => isGone || setFailure(null),
        (error: unknown) => isGone || setFailure(error),
      );
    return () => {
      isGone = true;
    };
  }, [app, project, linkState]);
  if (project?.isReadOnly === true) return <Empty>A recording is looked at. Open a project to deploy it.</Empty>;
  if (project === null && isProjectKnown)
    return (
      <Empty>
        <span>Open a project to deploy it.</span>
        <OpenFolder />
      </Empty>
    );
  return (
    <div className="panel deploy" aria-busy={!isKnown}>
      {failure !== null && <ErrorText error={failure} />}
      <div className="deploy-columns">
        <div>
          <NetworksSection />
          <KeysSection />
        </div>
        <div>
          {project !== null && project.manifest.processes.length === 0 ? (
            <Empty>
              {project.isScratch
                ? 'No project is open. What is deployed are the processes of its aoscope.json.'
                : 'What is deployed are the processes of aoscope.json, and this project has none.'}
              {project.isScratch && <OpenFolder />}
              <Button onClick={() => void app.commands.run('project.new')}>New project…</Button>
            </Empty>
          ) : (
            <>
              <PlanSection />
              <RunSection />
            </>
          )}
        </div>
      </div>
    </div>
  );
}

function OpenFolder(): React.ReactNode {
  const app = useApp();
  return <Button onClick={() => void app.commands.run('project.open')}>Open folder…</Button>;
}
