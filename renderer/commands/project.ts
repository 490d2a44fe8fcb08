import type { ProjectInfo } from '../../node/contract/desktop.ts';
import { AoError } from '../../node/contract/errors.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import type { App } from '../stores/app-context.ts';
import { isDirty } from '../stores/editor-store.ts';
import type { Command } from './registry.ts';

const NAME_WAIT_MS = 10_000;

/** What a project needs to be opened. */
export type Opening = Pick<App, 'link' | 'workspace' | 'world' | 'focus' | 'session' | 'editor' | 'ui'>;

/** The process of that name, as soon as facts tell of one; null when none comes in time. */
function awaitProcess(app: Opening, name: string): Promise<ProcessId | null> {
  const find = (): ProcessId | null => app.world.getState().world.processes.find((row) => row.name === name)?.id ?? null;
  return new Promise((resolve) => {
    const finish = (process: ProcessId | null): void => {
      clearTimeout(timer);
      stop();
      resolve(process);
    };
    const timer = setTimeout(() => finish(null), NAME_WAIT_MS);
    const stop = app.world.subscribe(() => {
      const found = find();
      if (found !== null) finish(found);
    });
    const already = find();
    if (already !== null) finish(already);
  });
}

/** Shows a project that has just been opened: its first source, and its first process in focus once it runs. */
async function showProject(app: Opening, project: ProjectInfo): Promise<void> {
  const since = app.focus.getState().focus;
  await app.workspace.getState().refresh();
  const [first] = project.manifest.processes;
  if (first === undefined) return;
  if (app.workspace.getState().entries.some((entry) => entry.path === first.source)) app.ui.getState().dock?.openFirst(first.source);
  const process = await awaitProcess(app, first.name);
  // Where it was left something else in focus, that stays.
  await app.session.getState().settled();
  const { isStill, setFocus } = app.focus.getState();
  // What others need is spawned before it, and was in focus as long as it was alone.
  if (process !== null && isStill(since)) setFocus({ process });
}

/** Asks what becomes of unsaved text before `next` comes. False when the person stays. */
export async function mayLeave(app: Pick<App, 'editor' | 'ui'>, next = 'Another project is about to be opened.'): Promise<boolean> {
  const dirty = [...app.editor.getState().files.values()].filter(isDirty).map((file) => file.path);
  if (dirty.length === 0) return true;
  const answer = await app.ui.getState().askPerson(`Not saved: ${dirty.join(', ')}. ${next}`, ['Save and go on', 'Discard']);
  if (answer === null) return false;
  if (answer === 'Discard') {
    await discard(app, dirty);
    return true;
  }
  for (const path of dirty) if (!(await app.editor.getState().save(path))) return false;
  return true;
}

/** Lets the texts go, so that they do not come back with the project. */
async function discard(app: Pick<App, 'editor'>, paths: readonly string[]): Promise<void> {
  const { reload, close } = app.editor.getState();
  for (const path of paths)
    await reload(path).catch((error: unknown) => {
      if (!(error instanceof AoError) || error.code !== 'FILE_MISSING') throw error;
      close(path);
    });
}

/** Opens a folder as the project. @throws AoError as project.open. */
export async function openProject(app: Opening, path: string): Promise<void> {
  if (!(await mayLeave(app))) return;
  const project = await app.workspace.getState().during(`Opening ${path}…`, () => app.link.ask('project.open', { path }));
  void showProject(app, project).catch(app.ui.getState().fail);
}

/** Copies a sample, opens it and runs it. @throws AoError as project.openSample. */
export async function openSample(app: App, sample: string): Promise<void> {
  performance.mark('aoscope:click-sample');
  if (!(await mayLeave(app))) return;
  const before = app.workspace.getState().project?.path;
  const opening = (): Promise<ProjectInfo> => app.link.ask('project.openSample', { sample });
  const project = await app.workspace
    .getState()
    .during(`Starting ${sample}…`, opening)
    .catch(async (problem: unknown) => {
      // It may be open all the same, and only not run: then its files are there to be read, and the reason is told beside them.
      await app.workspace.getState().refresh();
      const now = app.workspace.getState().project;
      if (now === null || now.path === before) throw problem;
      app.ui.getState().fail(problem);
      return now;
    });
  void showProject(app, project)
    .then(() => app.ui.getState().offerTour())
    .catch(app.ui.getState().fail);
}

/** Makes a project of a template and opens it. @throws AoError as project.create. */
export async function createProject(app: App, name: string, template: string, folder: string | null): Promise<void> {
  if (!(await mayLeave(app))) return;
  const project = await app.workspace
    .getState()
    .during(`Creating ${name}…`, () => app.link.ask('project.create', { name, template, folder }));
  app.plan.getState().setCreating(false);
  await app.workspace.getState().refresh();
  const [first] = project.manifest.processes;
  if (first !== undefined) app.ui.getState().dock?.openFile(first.source);
}

/** Asks for a folder: the system's dialog, or the welcome screen's path field where there is none. */
async function chooseAndOpen(app: App): Promise<void> {
  const { path, isSupported } = await app.link.ask('shell.chooseFolder', {});
  if (path !== null) return openProject(app, path);
  if (!isSupported) app.ui.getState().dock?.enter('welcome');
}

/** What can be done with projects. */
export function projectCommands(app: App): Command[] {
  return [
    {
      id: 'project.open',
      title: 'Open folder…',
      category: 'Project',
      keys: '$mod+KeyO',
      run: (path) => (path === undefined ? chooseAndOpen(app) : openProject(app, path)),
    },
    {
      id: 'project.openSample',
      title: 'Open a sample…',
      category: 'Project',
      run: (sample) => (sample === undefined ? app.ui.getState().dock?.enter('welcome', '[data-sample]') : openSample(app, sample)),
    },
  ];
}
