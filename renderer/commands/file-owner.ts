import type { ProcessId } from '../../node/contract/ids.ts';
import { programName } from '../../node/contract/modules.ts';
import type { App } from '../stores/app-context.ts';

/** The name a process gets from its file: `src/ping.lua` → `ping`. */
export function nameFromFile(path: string): string {
  return (
    programName(path)
      .replace(/\.lua$/, '')
      .slice(0, 100) || 'process'
  );
}

/** The processes that are made of a file, those of aoscope.json first. One that is made of another file there is not, whatever its name. */
export function processesOf(app: Pick<App, 'world' | 'plan'>, path: string): readonly ProcessId[] {
  const { processes } = app.world.getState().world;
  const elsewhere = new Set(app.plan.getState().processes.flatMap(({ source, process }) => (source === path ? [] : process)));
  const named = processes.flatMap(({ id, name }) => (name === nameFromFile(path) && !elsewhere.has(id) ? id : []));
  return [...new Set([...plannedOf(app, path), ...named])];
}

function plannedOf(app: Pick<App, 'plan'>, path: string): readonly ProcessId[] {
  return app.plan.getState().processes.flatMap(({ source, process }) => (source === path && process !== null ? process : []));
}

/**
 * Where the code of a file is evaluated: in the process in focus where it is made of the file, or where nobody is, as with a
 * library; otherwise in those that are made of it. More than one: the person has to say which. Empty where nothing is in focus.
 */
export function evalTargets(app: Pick<App, 'world' | 'plan' | 'focus'>, path: string): readonly ProcessId[] {
  const { process } = app.focus.getState().focus;
  const own = processesOf(app, path);
  if (own.length === 0 || (process !== null && own.includes(process))) return process === null ? [] : [process];
  const planned = plannedOf(app, path);
  return planned.length > 0 ? planned : own;
}

/** The file that a process is made of; null where no file of the project is known to be it. */
export function sourceOf(app: App, process: ProcessId): string | null {
  const { entries } = app.workspace.getState();
  const isThere = (path: string): boolean => entries.some((entry) => entry.kind === 'file' && entry.path === path);
  const planned = app.plan.getState().processes.find((one) => one.process === process)?.source;
  if (planned !== undefined) return isThere(planned) ? planned : null;
  const name = app.world.getState().world.processById.get(process)?.name ?? null;
  return name === null
    ? null
    : (entries.find(({ kind, path }) => kind === 'file' && path.endsWith('.lua') && nameFromFile(path) === name)?.path ?? null);
}
