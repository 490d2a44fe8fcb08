import type { App } from '../stores/app-context.ts';
import { mayLeave, openProject } from './project.ts';
import type { Command } from './registry.ts';

/**
 * Opens a recording in place of the project, at the slot where whoever made it says to look first.
 * @throws AoError as recording.open.
 */
export async function openRecording(app: App, file: string): Promise<void> {
  if (!(await mayLeave(app))) return;
  const former = app.workspace.getState().project;
  const { recording } = await app.workspace.getState().during('Opening the recording…', () => app.link.ask('recording.open', { file }));
  if (former !== null && !former.isReadOnly) app.workspace.getState().setCameFrom({ path: former.path, name: former.name });
  await app.workspace.getState().refresh();
  const focus = recording?.focus ?? null;
  if (focus !== null) app.focus.getState().setFocus({ process: focus.process, slot: focus.slot });
  app.ui.getState().dock?.show('flow');
}

/** What can be done with recordings. */
export function recordingCommands(app: App): Command[] {
  const isRecording = (): boolean => app.workspace.getState().project?.isReadOnly === true;
  return [
    {
      id: 'recording.leave',
      title: 'Back from the recording to the project',
      category: 'Recording',
      isEnabled: () => isRecording() && app.workspace.getState().cameFrom !== null,
      async run() {
        const { cameFrom } = app.workspace.getState();
        if (cameFrom === null) return;
        await openProject(app, cameFrom.path);
        // Who came from a failed test goes on there.
        if (app.tests.getState().selected !== null) app.ui.getState().dock?.show('tests');
      },
    },
    {
      id: 'recording.open',
      title: 'Open a recording…',
      category: 'Recording',
      run: (file) => (file === undefined ? app.ui.getState().dock?.enter('welcome', '#welcome-path') : openRecording(app, file)),
    },
  ];
}
