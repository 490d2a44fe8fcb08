import { AoError } from '../../node/contract/errors.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import type { PlannedProcess, RanProcess, RunWish } from '../../node/contract/topology.ts';
import type { App } from '../stores/app-context.ts';
import { isDirty } from '../stores/editor-store.ts';
import { lookAtNew } from './new-process.ts';
import type { Command } from './registry.ts';

/** The process of aoscope.json that runs as `process`; null where that is none of it. */
export function plannedAs(app: App, process: ProcessId | null): PlannedProcess | null {
  return app.plan.getState().processes.find((one) => one.process === process && process !== null) ?? null;
}

/** Saves all files; false where one was changed outside and the person must decide. */
export async function saveAll(app: Pick<App, 'editor'>): Promise<boolean> {
  const dirty = [...app.editor.getState().files.values()].filter(isDirty);
  for (const file of dirty) if (!(await app.editor.getState().save(file.path))) return false;
  return true;
}

/** Brings processes in step with their files, says what was done, and looks at the first new one. @throws AoError as project.run. */
export async function runPlan(app: App, wish: RunWish, busy = "Running the project's processes…"): Promise<void> {
  const since = app.focus.getState().focus;
  if (!(await saveAll(app))) return;
  const ran = await app.workspace.getState().during(busy, () => app.plan.getState().run(wish));
  tellRan(app, ran, wish);
  const [first] = ran.filter(({ did }) => did === 'spawned');
  if (first !== undefined) lookAtNew(app, first.process, since);
}

function tellRan(app: App, ran: readonly RanProcess[], wish: RunWish): void {
  const { notify } = app.ui.getState();
  const names = (did: RanProcess['did']): string => ran.flatMap((one) => (one.did === did ? [one.name] : [])).join(', ');
  const left = names('left');
  if (left !== '') {
    notify({
      tone: 'warn',
      sentence: `${left}: what was changed takes a new process, which begins without the state.`,
      cure: 'Respawn it, or change aoscope.json back.',
      lifeMs: null,
      actions: [{ title: 'Respawn', run: () => runPlan(app, { ...wish, how: 'respawn', names: left.split(', ') }) }],
    });
  }
  const evaluated = ran.filter(({ did, error }) => did === 'evaluated' && error === null).map(({ name }) => name);
  if (evaluated.length > 0) notify({ tone: 'ok', sentence: `Evaluated into ${evaluated.join(', ')}.` });
  // An error stands in the console and in Problems, with the way to its line.
  if (ran.length > 0 && ran.every(({ did }) => did === 'kept'))
    notify({ tone: 'info', sentence: 'Nothing to do: what runs is what the files say.' });
}

function nameOf(app: App, argument: string | undefined): string {
  if (argument !== undefined) return argument;
  const planned = plannedAs(app, app.focus.getState().focus.process);
  if (planned === null) throw new AoError('NO_PROCESS');
  return planned.name;
}

/** What can be done with the processes of aoscope.json. */
export function planCommands(app: App): Command[] {
  const category = 'Project';
  const isEnabled = (): boolean => {
    const { project } = app.workspace.getState();
    return project !== null && !project.isReadOnly && project.manifest.processes.length > 0;
  };
  return [
    { id: 'project.run', title: 'Run project', category, keys: 'F5', isEnabled, run: () => runPlan(app, {}) },
    {
      id: 'project.evaluate',
      title: 'Run project: evaluate what was changed',
      category,
      isEnabled,
      run: () => runPlan(app, { how: 'evaluate' }),
    },
    {
      id: 'project.respawn',
      title: 'Run project: respawn what was changed',
      category,
      isEnabled,
      run: () => runPlan(app, { how: 'respawn' }),
    },
    {
      id: 'project.reset',
      title: 'Reset project: new processes for all',
      category,
      keys: 'Alt+Shift+F5',
      isEnabled,
      run: async () => {
        const isAnew = app.plan.getState().processes.some(({ process }) => process !== null);
        const sentence = 'Every process of the project begins anew, without its state. Those of before stay in the history.';
        if (isAnew && (await app.ui.getState().askPerson(sentence, ['Begin anew'])) === null) return;
        await runPlan(app, { how: 'respawn', isForced: true });
      },
    },
    {
      id: 'process.run',
      title: 'Run this process of the project',
      category: 'Process',
      keys: 'Alt+F5',
      isEnabled,
      run: (name) => runPlan(app, { names: [nameOf(app, name)] }),
    },
    {
      id: 'process.respawn',
      title: 'Respawn this process of the project',
      category: 'Process',
      isEnabled,
      run: (name) => runPlan(app, { names: [nameOf(app, name)], how: 'respawn', isForced: true }),
    },
    {
      id: 'project.way',
      title: 'Switch what Run does with changed code: evaluate or respawn',
      category,
      run: () => {
        const { way, setWay } = app.plan.getState();
        setWay(way === 'evaluate' ? 'respawn' : 'evaluate');
        const words = way === 'evaluate' ? 'spawns a new process in its place' : 'evaluates it into the process that runs';
        app.ui.getState().notify({ tone: 'ok', sentence: `Where code was changed, Run ${words}.` });
      },
    },
    { id: 'project.new', title: 'New project…', category, keys: '$mod+Alt+KeyN', run: () => app.plan.getState().setCreating(true) },
  ];
}
