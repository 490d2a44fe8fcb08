import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AoError, reasonOf } from '../contract/errors.ts';
import type { Engine } from '../debug-adapter/engine.ts';
import { serveDebugger, serveStreams } from '../debug-adapter/server.ts';
import { endWith } from '../serve/ending.ts';
import { say, sayError } from '../serve/say.ts';
import { defaultUserDir } from '../workspace/user-dir.ts';
import { startForHistory } from './headless.ts';
import { runningOn } from './running.ts';

const USAGE = `aoscope debug-adapter [project|recording] [options]

Speaks the Debug Adapter Protocol, so that an editor steps through the history of processes, both ways. It takes the app or
the node that runs on the project; where none does, it opens the project's data itself, to look at.

  --port N     listen on 127.0.0.1 instead of the standard streams; 0 takes any free port, which is printed
  --data DIR   folder for wallets and settings, instead of the user's own
  --help       this text

An editor may name the project in its launch configuration instead: see node/debug-adapter/README.md.`;

/** @returns the exit code where it ends by itself; null while it serves. */
export async function runDebugAdapter(args: readonly string[], outDir: string): Promise<number | null> {
  try {
    const { folder, port, userDir, isHelp } = parse(args);
    if (isHelp) {
      say(USAGE);
      return 0;
    }
    const open = sharing((path, isRunningOnly) => openEngine(outDir, userDir, path, isRunningOnly));
    if (port === null) {
      await serveStreams(open, folder);
      return 0;
    }
    const server = await serveDebugger(open, folder, port);
    endWith(server.close);
    say(`Debug adapter on 127.0.0.1:${server.port}`);
    return null;
  } catch (error) {
    sayError(error);
    return 1;
  }
}

async function openEngine(outDir: string, userDir: string, path: string, isRunningOnly: boolean): Promise<Engine> {
  const running = await runningOn(path, 'look');
  if (running !== null) return { ...running, isLive: true, close: async () => running.close() };
  if (isRunningOnly) throw new AoError('DEBUG_NOT_RUNNING', { path });
  const app = await startForHistory(outDir, userDir, path);
  try {
    await app.ready;
  } catch (error) {
    await app.stop();
    throw error;
  }
  return {
    ask: app.hub.ask,
    project: app.recording === null ? app.workspace.project().path : path,
    isLive: false,
    // Nobody sends anything here.
    onFacts: () => () => undefined,
    onEnd: () => undefined,
    close: app.stop,
  };
}

type Open = (path: string, isRunningOnly: boolean) => Promise<Engine>;

/** Sessions on one project have one node: its data can be opened only once. */
function sharing(open: Open): Open {
  const shared = new Map<string, { readonly engine: Promise<Engine>; users: number }>();
  return async (given, isRunningOnly) => {
    const path = resolve(given);
    const key = `${path} ${isRunningOnly}`;
    const entry = shared.get(key) ?? { engine: open(path, isRunningOnly), users: 0 };
    shared.set(key, entry);
    entry.users += 1;
    const leave = async (): Promise<void> => {
      entry.users -= 1;
      if (entry.users > 0) return;
      shared.delete(key);
      await entry.engine.then(
        (engine) => engine.close(),
        () => undefined,
      );
    };
    try {
      const engine = await entry.engine;
      // Whoever comes after the node has gone looks for another.
      engine.onEnd(() => shared.delete(key));
      return { ...engine, close: leave };
    } catch (error) {
      await leave();
      throw error;
    }
  };
}

function parse(args: readonly string[]): {
  readonly folder: string | null;
  readonly port: number | null;
  readonly userDir: string;
  readonly isHelp: boolean;
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { port: { type: 'string' }, data: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    const [folder = null, excess] = positionals;
    if (excess !== undefined) throw new Error(`${excess} is one too many`);
    const port = values.port === undefined ? null : Number(values.port);
    if (port !== null && (!Number.isInteger(port) || port < 0 || port > 65_535)) throw new Error(`${values.port} is no port number`);
    const userDir = values.data === undefined ? defaultUserDir() : resolve(values.data);
    return { folder: folder === null ? null : resolve(folder), port, userDir, isHelp: values.help === true };
  } catch (error) {
    throw new AoError('OPTION_UNKNOWN', { reason: reasonOf(error).replace(/\.$/, '') });
  }
}
