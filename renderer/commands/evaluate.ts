import { AoError } from '../../node/contract/errors.ts';
import type { Commands } from '../../node/contract/commands.ts';
import type { ModuleId, ProcessId } from '../../node/contract/ids.ts';
import { isProgramFile, JS_FORMAT, PLAIN_FORMAT } from '../../node/contract/modules.ts';
import type { App } from '../stores/app-context.ts';
import { distinctNames } from '../model/lookup.ts';
import { evalTargets, nameFromFile } from './file-owner.ts';
import { lookAtNew } from './new-process.ts';
import { plannedAs } from './plan.ts';
import { isTestFile } from './tests.ts';
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

/** Saves the active file and evaluates it, or the selection in it, into the process that it belongs to. */
export async function evaluateActive(app: App): Promise<void> {
  const { active, files } = app.editor.getState();
  const file = active === null ? undefined : files.get(active);
  if (file === undefined) throw new AoError('NO_FILE');
  if (isTestFile(file.path)) {
    await app.commands.run('tests.runFile', file.path);
    return;
  }
  const targets = evalTargets(app, file.path);
  const [only] = targets;
  if (only === undefined) {
    app.ui.getState().notify({
      tone: 'warn',
      sentence: 'No process is in focus to evaluate this in.',
      cure: 'Click a process in the list, or spawn one from this file.',
      lifeMs: null,
      actions: [{ title: 'Spawn from this file', run: () => spawnFromFile(app, file.path) }],
    });
    return;
  }
  const chosen = targets.length === 1 ? [only] : await askWhich(app, file.path, targets);
  if (chosen === null || !(await saveFirst(app, file.path))) return;
  // What comes of it is seen where it is evaluated.
  const { process } = app.focus.getState().focus;
  const [first] = chosen;
  if (first !== undefined && (process === null || !chosen.includes(process))) app.focus.getState().setFocus({ process: first, slot: null });
  app.ui.getState().dock?.show('console');
  for (const target of chosen) await evaluateIn(app, target, file.path);
}

/** More names than these are no question that one can read. */
const NAMES_ASKED = 4;

/** Asks in which of its processes a file is evaluated; null where nothing was chosen. */
export async function askWhich(
  app: Pick<App, 'world' | 'ui'>,
  path: string,
  targets: readonly ProcessId[],
): Promise<readonly ProcessId[] | null> {
  const { world } = app.world.getState();
  const all = `All ${targets.length}`;
  const isShort = targets.length <= NAMES_ASKED;
  const names = isShort ? distinctNames(world, targets, [all]) : [];
  const how = isShort ? '' : ' To evaluate it in one of them, click that one in the list first.';
  const answer = await app.ui
    .getState()
    .askPerson(`${path} is the source of ${targets.length} processes. Where is it evaluated?${how}`, [...names, all]);
  if (answer === all) return targets;
  const chosen = answer === null ? undefined : targets[names.indexOf(answer)];
  return chosen === undefined ? null : [chosen];
}

/** Evaluates the file, or what is selected in it, in one process. */
async function evaluateIn(app: App, process: ProcessId, path: string): Promise<void> {
  const { files, selection, active } = app.editor.getState();
  if (selection !== '' && active === path) return sendEval(app, process, selection, path);
  // The code of a contract is its module: what is evaluated takes its place while the process lives.
  if (isProgramFile(path)) return sendEval(app, process, files.get(path)?.text ?? '', path);
  // What a process of aoscope.json is made from is written down as what it runs.
  const planned = plannedAs(app, process);
  if (planned?.source !== path) return sendEval(app, process, (await app.link.ask('project.bundle', { file: path })).text, path);
  if (app.focus.getState().isPast) app.focus.getState().setFocus({ slot: null });
  const since = app.focus.getState().focus;
  const [ran] = await app.plan.getState().run({ names: [planned.name], how: 'evaluate', isForced: true });
  // One that could not boot takes no code: another one stands in its place.
  if (ran?.did === 'spawned') lookAtNew(app, ran.process, since);
}
