import { AoError } from '../../node/contract/errors.ts';
import type { Commands } from '../../node/contract/commands.ts';
import type { ModuleId, ProcessId } from '../../node/contract/ids.ts';
import { isProgramFile, JS_FORMAT, PLAIN_FORMAT, programName } from '../../node/contract/modules.ts';
import type { App } from '../stores/app-context.ts';
import { lookAtNew } from './new-process.ts';
import { plannedAs } from './plan.ts';
import { isDirty } from '../stores/editor-store.ts';

/** Sends code for a process to evaluate. The answer comes as facts and stands in its console. */
export async function sendEval(app: App, process: ProcessId, code: string, source: string): Promise<void> {
  if (app.focus.getState().isPast) app.focus.getState().setFocus({ slot: null });
  const tags = [
    { name: 'Action', value: 'Eval' },
    { name: 'Source', value: source },
  ];
  await app.link.ask('wallet.send', { process, tags, data: code });
}

/** The name a process gets from its file: `src/ping.lua` → `ping`. */
export function nameFromFile(path: string): string {
  return (
    programName(path)
      .replace(/\.lua$/, '')
      .slice(0, 100) || 'process'
  );
}

/** Saves when there is something to save. False when the file changed outside and the person must decide. */
export async function saveFirst(app: App, path: string): Promise<boolean> {
  const { files, save } = app.editor.getState();
  const file = files.get(path);
  return file === undefined || !isDirty(file) ? true : save(path);
}

/** Formats of modules that are no Lua: what stands in an editor says nothing to them. */
export const NO_LUA: ReadonlySet<string> = new Set([PLAIN_FORMAT, JS_FORMAT]);

/** Spawns on a module: with the open file's code where the module takes code. @throws AoError as wallet.spawn. */
export async function spawnOnModule(app: App, module: ModuleId): Promise<void> {
  const found = (await app.link.ask('modules.list', {})).modules.find(({ id }) => id === module);
  const { active } = app.editor.getState();
  if (!NO_LUA.has(found?.format ?? '') && active !== null && !isProgramFile(active)) return spawnFromFile(app, active, module);
  await spawned(app, found?.name ?? 'process', () => ({ source: '', tags: [], module }));
}

/** Spawns a process from a file (saved first) and moves the focus to it where it is still where it was; without `module` on the Lua module. @throws AoError as wallet.spawn. */
export async function spawnFromFile(app: App, path: string, module: ModuleId | null = null): Promise<void> {
  if (!(await saveFirst(app, path))) return;
  const tags = [{ name: 'Source', value: path }];
  await spawned(app, nameFromFile(path), async () => {
    if (isProgramFile(path)) return { source: '', tags, module: path };
    const { text } = await app.link.ask('project.bundle', { file: path });
    return { source: text, tags, module };
  });
}

type SpawnOf = Omit<Commands['wallet.spawn']['args'], 'name'>;

async function spawned(app: App, name: string, args: () => SpawnOf | Promise<SpawnOf>): Promise<void> {
  const since = app.focus.getState().focus;
  const process = await app.workspace
    .getState()
    .during(`Spawning ${name}…`, async () => (await app.link.ask('wallet.spawn', { name, ...(await args()) })).process);
  if (lookAtNew(app, process, since)) app.ui.getState().dock?.show('console');
}

/** Saves the active file and evaluates it, or the selection in it, into the focused process. */
export async function evaluateActive(app: App): Promise<void> {
  const { active, selection, files } = app.editor.getState();
  const file = active === null ? undefined : files.get(active);
  if (file === undefined) throw new AoError('NO_FILE');
  const { process } = app.focus.getState().focus;
  if (process === null) {
    app.ui.getState().notify({
      tone: 'warn',
      sentence: 'No process is in focus to evaluate this in.',
      cure: 'Click a process in the list, or spawn one from this file.',
      lifeMs: null,
      actions: [{ title: 'Spawn from this file', run: () => spawnFromFile(app, file.path) }],
    });
    return;
  }
  if (!(await saveFirst(app, file.path))) return;
  app.ui.getState().dock?.show('console');
  if (selection !== '') return sendEval(app, process, selection, file.path);
  // The code of a contract is its module: what is evaluated takes its place while the process lives.
  if (isProgramFile(file.path)) {
    const { text } = app.editor.getState().files.get(file.path) ?? file;
    return sendEval(app, process, text, file.path);
  }
  // What a process of aoscope.json is made from is written down as what it runs.
  const planned = plannedAs(app, process);
  if (planned?.source === file.path) {
    if (app.focus.getState().isPast) app.focus.getState().setFocus({ slot: null });
    const since = app.focus.getState().focus;
    const [ran] = await app.plan.getState().run({ names: [planned.name], how: 'evaluate', isForced: true });
    // One that could not boot takes no code: another one stands in its place.
    if (ran?.did === 'spawned') lookAtNew(app, ran.process, since);
  } else await sendEval(app, process, (await app.link.ask('project.bundle', { file: file.path })).text, file.path);
}
