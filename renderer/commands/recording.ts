import { handIn } from '../link/parcels.ts';
import type { App } from '../stores/app-context.ts';
import { followProject } from '../stores/project-memory.ts';
import { mayLeave, openProject } from './project.ts';
import type { Command } from './registry.ts';

/** What recordings are called on disk. */
export const RECORDING_FILE = /\.aoscope$/i;
const SUFFIX = '.aoscope';
const category = 'Recording';

/** Opens a recording in place of the project, by its path on the node's computer. @throws AoError as recording.open. */
export async function openRecording(app: App, file: string): Promise<void> {
  if (!(await mayLeave(app))) return;
  await app.workspace.getState().during('Opening the recording…', () => app.link.ask('recording.open', { file }));
  await app.workspace.getState().refresh();
}

/** Opens a recording that was dropped on the window, or chosen in a browser. @throws AoError as recording.receive and recording.open. */
export async function openDropped(app: App, dropped: File): Promise<void> {
  if (!(await mayLeave(app))) return;
  const file = await app.workspace.getState().during(`Taking in ${dropped.name}…`, () => handIn(app.link, dropped, () => undefined));
  await openRecording(app, file);
}

/** A recording that has just been opened, by whichever way, is shown where whoever made it says to look first. */
export function followRecording(app: App): void {
  followProject(app.workspace, () => {
    const project = app.workspace.getState().project;
    if (project === null || !project.isReadOnly) return;
    app.ui.getState().dock?.show('flow');
    const focus = project.recording?.focus ?? null;
    if (focus === null) return;
    const look = (): boolean => {
      if (app.workspace.getState().project?.path !== project.path) return true;
      if ((app.world.getState().world.processById.get(focus.process)?.slotLatest ?? -1) < focus.slot) return false;
      app.focus.getState().setFocus({ process: focus.process, slot: focus.slot });
      return true;
    };
    // Facts are read after the project has changed: the place is there once they are.
    const stop = app.world.subscribe(() => {
      if (look()) stop();
    });
  });
}

/** Asks for a recording: the system's dialog, or the browser's where there is none. */
async function chooseAndOpen(app: App): Promise<void> {
  const { path, isSupported } = await app.link.ask('shell.chooseRecording', { to: 'open', name: '' });
  if (path !== null) return openRecording(app, path);
  if (isSupported) return;
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = SUFFIX;
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file !== undefined) openDropped(app, file).catch(app.ui.getState().fail);
  });
  input.click();
}

/** What can be done with recordings. */
export function recordingCommands(app: App): Command[] {
  const isRecording = (): boolean => app.workspace.getState().project?.isReadOnly === true;
  return [
    {
      id: 'recording.export',
      title: 'Export a recording…',
      category,
      keys: '$mod+Shift+KeyE',
      isEnabled: () => !isRecording() && app.world.getState().world.processes.length > 0,
      run: () => app.exporting.getState().open(),
    },
    {
      id: 'recording.open',
      title: 'Open a recording…',
      category,
      keys: '$mod+Shift+KeyO',
      run: (file) => (file === undefined ? chooseAndOpen(app) : openRecording(app, file)),
    },
    {
      id: 'recording.leave',
      title: 'Back from the recording to the project',
      category,
      isEnabled: () => isRecording() && app.workspace.getState().cameFrom !== null,
      async run() {
        const { cameFrom } = app.workspace.getState();
        if (cameFrom === null) return;
        await openProject(app, cameFrom.path);
        // Who came from a failed test goes on there.
        if (app.tests.getState().selected !== null) app.ui.getState().dock?.show('tests');
      },
    },
  ];
}
