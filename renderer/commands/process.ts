import { AoError } from '../../node/contract/errors.ts';
import { toItemId, toModuleId, toProcessId, type ProcessId } from '../../node/contract/ids.ts';
import { aoconnectSnippet, aosSnippet, type SnippetPlaces } from '../../node/contract/snippets.ts';
import { UNITS } from '../../node/contract/trace.ts';
import { nameOf } from '../model/lookup.ts';
import type { ProcessRow } from '../model/rows.ts';
import type { App } from '../stores/app-context.ts';
import { evaluateActive, spawnFromFile, spawnOnModule } from './evaluate.ts';
import type { Command } from './registry.ts';

function processOf(app: App, id: string | undefined): ProcessId {
  const process = id === undefined ? app.focus.getState().focus.process : toProcessId(id);
  if (process === null) throw new AoError('NO_PROCESS');
  return process;
}

/** Puts text on the clipboard and says so. */
export async function copyText(app: App, text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    throw new AoError('UNEXPECTED', { reason: `the clipboard refuses: ${error instanceof Error ? error.message : String(error)}` });
  }
  app.ui.getState().notify({ tone: 'ok', sentence: `${what} copied.` });
}

/** Stops the slot that a process is evaluating. */
async function stop(app: App, process: ProcessId): Promise<void> {
  const { isStopped } = await app.link.ask('cu.stop', { process });
  app.ui.getState().notify({
    tone: 'info',
    sentence: isStopped ? 'The running slot was stopped; the state is that of before it.' : 'Nothing was running in that process.',
  });
}

/** Monitors a process, or ends that: only then what its cron messages send is pushed. */
async function monitor(app: App, process: ProcessId): Promise<void> {
  const { processes } = await app.link.ask('mu.monitors', {});
  const isMonitored = processes.includes(process);
  const by = app.workspace.getState().status?.wallet ?? null;
  await app.link.ask(isMonitored ? 'mu.unmonitor' : 'mu.monitor', { process, by });
  const name = nameOf(app.world.getState().world, process);
  app.ui.getState().notify({
    tone: 'ok',
    sentence: isMonitored
      ? `${name} is no longer monitored: what its cron messages send is not pushed.`
      : `${name} is monitored: what its cron messages send is pushed.`,
  });
}

/** What can be done with processes. */
export function processCommands(app: App): Command[] {
  const hasFocus = (): boolean => app.focus.getState().focus.process !== null;
  const hasActive = (): boolean => app.editor.getState().active !== null;
  return [
    {
      id: 'process.evaluate',
      title: 'Save and evaluate into its process',
      category: 'Process',
      keys: '$mod+Enter',
      isEnabled: hasActive,
      run: () => evaluateActive(app),
    },
    {
      id: 'process.spawn',
      title: 'Spawn from this file',
      category: 'Process',
      keys: '$mod+Shift+Enter',
      isEnabled: () => app.workspace.getState().project !== null,
      run: (path) => {
        const file = path ?? app.editor.getState().active;
        if (file === null) throw new AoError('NO_FILE');
        return spawnFromFile(app, file);
      },
    },
    {
      id: 'process.spawnOn',
      title: 'Spawn on a module…',
      category: 'Process',
      isEnabled: () => app.workspace.getState().project !== null,
      run: (module) => (module === undefined ? app.ui.getState().dock?.enter('modules') : spawnOnModule(app, toModuleId(module))),
    },
    {
      id: 'process.stop',
      title: 'Stop the slot that is running',
      category: 'Process',
      keys: 'Shift+F5',
      isEnabled: () => app.world.getState().world.processes.length > 0,
      run: (id) => stop(app, processOf(app, id)),
    },
    {
      id: 'process.verify',
      title: 'Verify by replay',
      category: 'Process',
      isEnabled: () => app.world.getState().world.processes.length > 0,
      run: (id) => app.ui.getState().verify(processOf(app, id)),
    },
    {
      id: 'process.copyId',
      title: 'Copy id',
      category: 'Process',
      isEnabled: () => app.world.getState().world.processes.length > 0,
      run: (id) => copyText(app, processOf(app, id), 'Process id'),
    },
    {
      id: 'process.console',
      title: 'Open console',
      category: 'Process',
      keys: '$mod+Backquote',
      run: (id) => {
        if (id !== undefined) app.focus.getState().setFocus({ process: toProcessId(id) });
        app.ui.getState().dock?.enter('console');
      },
    },
    {
      id: 'process.focus',
      title: 'Focus',
      category: 'Process',
      isEnabled: hasFocus,
      run: (id) => app.focus.getState().setFocus({ process: processOf(app, id), slot: null }),
    },
    ...pausedCommands(app),
    ...nodeCommands(app),
  ];
}

/** Letting a process go on that a limit has stopped. */
function pausedCommands(app: App): Command[] {
  const paused = (): readonly ProcessRow[] => app.world.getState().world.processes.filter((row) => row.paused !== null);
  const resume = async (id: string | undefined, how: 'error' | 'again'): Promise<void> => {
    const focused = app.focus.getState().focus.process;
    const process = id === undefined ? (paused().find((row) => row.id === focused) ?? paused()[0])?.id : toProcessId(id);
    if (process !== undefined) await app.link.ask('cu.resume', { process, how });
  };
  const isEnabled = (): boolean => paused().length > 0;
  const category = 'Process';
  return [
    { id: 'process.resumeError', title: 'Let it go on with the error', category, isEnabled, run: (id) => resume(id, 'error') },
    {
      id: 'process.resumeAgain',
      title: 'Run the slot again that a limit has stopped',
      category,
      isEnabled,
      run: (id) => resume(id, 'again'),
    },
  ];
}

/** What can be done with journeys, units and the built-in module. */
function nodeCommands(app: App): Command[] {
  return [
    {
      id: 'process.monitor',
      title: 'Monitor its cron, or stop that',
      category: 'Process',
      isEnabled: () => app.world.getState().world.processes.length > 0,
      run: (id) => monitor(app, processOf(app, id)),
    },
    {
      id: 'modules.copyId',
      title: 'Copy the id of the Lua module',
      category: 'Process',
      isEnabled: () => app.workspace.getState().status?.luaModule !== null,
      run: (module) => copyText(app, module ?? app.workspace.getState().status?.luaModule ?? '', 'Module id'),
    },
    {
      id: 'journey.continue',
      title: 'Continue the held journey',
      category: 'Process',
      isEnabled: () => app.world.getState().world.held.size > 0 && app.workspace.getState().project?.isReadOnly === false,
      /** A journey, or a journey and for how many hops more. */
      run: async (journey) => {
        const [id, more] = (journey ?? [...app.world.getState().world.held.keys()][0] ?? '').split(' ');
        if (id === undefined || id === '') return;
        const { limit } = await app.link.ask('mu.continue', {
          journey: toItemId(id),
          ...(more === undefined ? {} : { more: Number(more) }),
        });
        app.ui.getState().notify({ tone: 'ok', sentence: `The journey goes on, up to hop ${limit}.` });
      },
    },
    ...clientCommands(app),
    ...UNITS.map((unit): Command => ({
      id: `node.restart.${unit}`,
      title: `Restart the ${unit}`,
      category: 'Node',
      run: async () => {
        await app.workspace.getState().during(`Restarting the ${unit}…`, () => app.link.ask('shell.restart', { unit }));
        app.ui.getState().notify({ tone: 'ok', sentence: `The ${unit} was restarted.` });
      },
    })),
  ];
}

/** How clients of others reach this node, with the addresses that it has now. */
function clientCommands(app: App): Command[] {
  const isUp = (): boolean => (app.workspace.getState().status?.luaModule ?? null) !== null;
  const copy = async (snippet: (places: SnippetPlaces) => string, what: string): Promise<void> => {
    const { status } = app.workspace.getState();
    if (status === null) return;
    const urls = Object.fromEntries(status.units.map(({ unit, url }) => [unit, url]));
    await copyText(app, snippet({ ...status, urls }), what);
  };
  return [
    {
      id: 'node.copyAos',
      title: 'Copy the command line for the aos terminal',
      category: 'Node',
      isEnabled: isUp,
      run: () => copy(aosSnippet, 'Command line'),
    },
    {
      id: 'node.copyAoconnect',
      title: 'Copy a script for aoconnect',
      category: 'Node',
      isEnabled: isUp,
      run: () => copy(aoconnectSnippet, 'Script'),
    },
  ];
}
