import type { App } from '../stores/app-context.ts';
import { saveAll } from './plan.ts';
import type { Command } from './registry.ts';

/** Bringing the project to a network of others. */
export function deployCommands(app: App): Command[] {
  const category = 'Deploy';
  const state = app.deploy.getState;
  const isOwn = (): boolean => {
    const { project } = app.workspace.getState();
    return project !== null && !project.isReadOnly;
  };
  const isChosen = (): boolean => isOwn() && state().network !== null && state().wallet !== null && state().busy === null;
  return [
    { id: 'deploy.open', title: 'Deploy to a network…', category, isEnabled: isOwn, run: () => app.ui.getState().dock?.enter('deploy') },
    {
      id: 'deploy.plan',
      title: 'Deploy: make a plan',
      category,
      isEnabled: isChosen,
      run: async () => {
        app.ui.getState().dock?.show('deploy');
        // What is deployed are the files, and not what is typed.
        if (await saveAll(app)) await state().makePlan();
      },
    },
    {
      id: 'deploy.rehearse',
      title: 'Deploy: rehearse the plan on this computer',
      category,
      isEnabled: () => isChosen() && state().plan !== null,
      run: () => state().rehearse(),
    },
    {
      id: 'deploy.run',
      title: 'Deploy: sign and send what was rehearsed',
      category,
      isEnabled: () => isChosen() && state().rehearsal !== null,
      run: () => state().deploy(),
    },
    { id: 'deploy.stop', title: 'Deploy: stop', category, isEnabled: () => state().busy !== null, run: () => state().stop() },
  ];
}
