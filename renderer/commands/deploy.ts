import type { App } from '../stores/app-context.ts';
import { isWell } from '../../node/contract/deploy.ts';
import { mayDeploy, mayPlan, mayRehearse } from '../stores/deploy-run.ts';
import type { DeployState } from '../stores/deploy-store.ts';
import { errorNotice, type NewNotice } from '../stores/notice.ts';
import { saveAll } from './plan.ts';
import type { Command } from './registry.ts';

/** Bringing the project to a network of others. */
export function deployCommands(app: Pick<App, 'deploy' | 'workspace' | 'editor' | 'ui'>): Command[] {
  const category = 'Deploy';
  const state = app.deploy.getState;
  const isOwn = (): boolean => {
    const { project } = app.workspace.getState();
    return project !== null && !project.isReadOnly;
  };
  const hasProcesses = (): boolean => isOwn() && (app.workspace.getState().project?.manifest.processes.length ?? 0) > 0;
  /** Takes a step where it is seen, and says what came of it where it is not any more. */
  const seen = async (step: () => Promise<void>, outcome: (now: DeployState) => NewNotice | null): Promise<void> => {
    const project = app.workspace.getState().project?.path;
    app.ui.getState().dock?.show('deploy');
    await step();
    const { dock, notify } = app.ui.getState();
    if (dock === null || dock.isShown('deploy') || app.workspace.getState().project?.path !== project) return;
    const now = state();
    const { ended } = now;
    // Who has ended it knows.
    const notice = ended === null ? outcome(now) : ended.error === null ? null : errorNotice(ended.error);
    if (notice !== null)
      notify({ lifeMs: null, ...notice, actions: [{ title: 'Show', run: () => app.ui.getState().dock?.enter('deploy') }] });
  };
  return [
    { id: 'deploy.open', title: 'Deploy to a network…', category, isEnabled: isOwn, run: () => app.ui.getState().dock?.enter('deploy') },
    {
      id: 'deploy.plan',
      title: 'Deploy: make a plan',
      category,
      isEnabled: () => hasProcesses() && mayPlan(state()),
      run: () =>
        seen(async () => {
          // What is deployed are the files, and not what is typed.
          if (await saveAll(app)) await state().makePlan();
        }, planned),
    },
    {
      id: 'deploy.rehearse',
      title: 'Deploy: rehearse the plan on this computer',
      category,
      isEnabled: () => hasProcesses() && mayRehearse(state()),
      run: () => seen(state().rehearse, rehearsed),
    },
    {
      id: 'deploy.run',
      title: 'Deploy: sign and send what was rehearsed',
      category,
      isEnabled: () => hasProcesses() && mayDeploy(state()),
      run: () => seen(state().deploy, deployed),
    },
    { id: 'deploy.stop', title: 'Deploy: stop', category, isEnabled: () => state().busy !== null, run: () => state().stop() },
  ];
}

function planned({ plan }: DeployState): NewNotice | null {
  if (plan === null) return null;
  return { tone: 'ok', sentence: plan.isDone ? `There is nothing to do on ${plan.network}.` : `The plan for ${plan.network} is made.` };
}

function rehearsed({ rehearsal }: DeployState): NewNotice | null {
  if (rehearsal === null) return null;
  if (isWell(rehearsal)) return { tone: 'ok', sentence: 'The rehearsal went well.' };
  return { tone: 'warn', sentence: 'The rehearsal did not go well, so this cannot be deployed.' };
}

function deployed({ deployed: done, network }: DeployState): NewNotice | null {
  if (done === null) return null;
  const isAsRehearsed = done.processes.every(({ error }) => error === null) && done.compared.every(({ is }) => is !== 'different');
  if (isAsRehearsed) return { tone: 'ok', sentence: `Deployed to ${network}.` };
  return { tone: 'warn', sentence: `Deployed to ${network}, and not all of it answers as in the rehearsal.` };
}
