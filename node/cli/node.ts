import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { RunningApp } from '../app/start-app.ts';
import { reasonOf } from '../contract/errors.ts';
import { endWith } from '../serve/ending.ts';
import { builtParts } from '../serve/built.ts';
import { say, sayError, sayPorts, sayTrouble } from '../serve/say.ts';
import { userFolders } from '../workspace/user-dir.ts';
import { startHeadless } from './headless.ts';
import { passingFolder, resetData, type Passing } from './node-data.ts';
import { environmentOf, jsonLog, readyOf, type Ready } from './node-log.ts';
import { parseNodeOptions, type NodeOptions } from './node-options.ts';
import { untilUp } from '../app/until-up.ts';
import { aoconnectSnippet, aosSnippet } from '../contract/snippets.ts';

const USAGE = `aoscope node [path/to/project] [options] [-- command …]

Runs the node alone until Ctrl-C: gateway, scheduler, compute and messenger unit on loopback.

  --memory            keep nothing: data and wallets lie in a temporary folder that is removed at the end
  --reset             first delete the node's data of this project; sources and wallets stay
  --run               bring the processes of aoscope.json in step with their files once the node answers
  --trust-build       run compilers of this computer where processes are in C or Rust, which may run programs of the project
  --port-base N       first port of the block (default 4000); --port is the same
  --data DIR          folder for wallets and settings, instead of the user's own
  --limit NAME=N      gas, memoryBytes, timeMs, hops, journeyItems, itemBytes, keyframeBytes or windowBytes; repeatable
  --clock START       the clock of new data: paused, 60x, a time (it stands still there), or a time@60x
  --gateway|--su|--cu|--mu URL
                      this unit is elsewhere
  --authority ADDR    whom processes trust where the messenger is elsewhere; may be repeated
  --only UNITS        start these here (gateway, su, cu, mu, parted by commas) and no others
  --json, --log json  one JSON object a line: ready, unit, fact, end
  --ready-file FILE   write what the ready line says into FILE once the node answers; it is removed at the end
  --help              this text

With a command the node tells it its addresses in the environment (GATEWAY_URL, GRAPHQL_URL, MU_URL, SU_URL, CU_URL,
UPLOAD_URL, SCHEDULER, AUTHORITY, AOSCOPE_MODULE), ends when it ends, and has its exit code.`;

/** @returns the exit code where it ends by itself; null while the node runs. */
export async function runNode(args: readonly string[], outDir: string): Promise<number | null> {
  try {
    const options = parseNodeOptions(args);
    if (options.isHelp) {
      say(USAGE);
      return 0;
    }
    return await run(options, outDir);
  } catch (error) {
    sayError(error);
    return 1;
  }
}

async function run(options: NodeOptions, outDir: string): Promise<number | null> {
  builtParts(outDir);
  // A command's own output is what its reader wants; ours goes beside it.
  const write = options.command === null ? say : (line: string): void => void process.stderr.write(`${line}\n`);
  const passing = options.isMemory ? await passingFolder(options.project) : null;
  try {
    const app = await start(options, outDir, passing, write);
    return await follow(app, options, passing, write);
  } catch (error) {
    await passing?.remove();
    throw error;
  }
}

async function start(options: NodeOptions, outDir: string, passing: Passing | null, write: (line: string) => void): Promise<RunningApp> {
  const userDir = options.userDir ?? passing?.userDir ?? '';
  const project = passing?.project ?? options.project;
  if (options.isReset && passing === null) {
    const folder = project ?? userFolders(userDir).scratch;
    if (!options.isJson) write(`Deleting the node's data in ${join(folder, '.aoscope')}; sources and wallets stay`);
    await resetData(folder);
  }
  const { clock, limits, network, units } = options;
  return startHeadless(outDir, userDir, options.firstPort, project, {
    isBuildTrusted: options.isBuildTrusted,
    limits,
    network,
    ...(clock === null ? {} : { clock }),
    ...(units === null ? {} : { units }),
  });
}

/** Everything after the start: what is said, what runs beside it, and the end. */
async function follow(
  app: RunningApp,
  options: NodeOptions,
  passing: Passing | null,
  write: (line: string) => void,
): Promise<number | null> {
  const stream = options.command === null ? process.stdout : process.stderr;
  const log = options.isJson ? jsonLog(app, { write, waitingBytes: () => stream.writableLength }) : null;
  const beSilent = log === null && options.command === null ? sayTrouble(app) : () => {};
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      beSilent();
      if (options.readyFile !== null) await rm(options.readyFile, { force: true });
      await app.stop();
      log?.end();
      await passing?.remove();
    })();
    return stopping;
  };
  let beside: Beside | null = null;
  endWith(async () => {
    if (beside === null) return stop();
    // Its exit code is ours, however it ends.
    beside.end();
    const code = await beside.exited;
    await stop();
    process.exit(code);
  });
  try {
    // A person sees what is down, and can wait for it; a command cannot.
    await (options.command === null && !options.isJson ? app.ready : untilUp(app));
    if (options.isRunning) await app.hub.ask('project.run', {});
    const ready = readyOf(app);
    if (options.readyFile !== null) await writeFileAtomic(options.readyFile, `${JSON.stringify(ready, null, 2)}\n`);
    log?.begin(ready);
    if (log === null && options.command === null) {
      sayReady(app, ready);
      if (options.isRunning) void sayThrough(app);
    }
    if (options.command === null) return null;
    beside = startBeside(options.command, ready);
    const code = await beside.exited;
    await stop();
    return code;
  } catch (error) {
    await stop();
    throw error;
  }
}

function sayReady(app: RunningApp, ready: Ready): void {
  say(`The node runs on ${ready.project}`);
  sayPorts(app);
  for (const [name, value] of [
    ['uploads', ready.upload],
    ['wallet', ready.wallet],
    ['authority', ready.authority],
    ['scheduler', ready.scheduler],
    ['module', ready.luaModule],
    ['feed', ready.feed],
  ] as const)
    say(`  ${name.padEnd(10)} ${value ?? 'none'}`);
  // A snippet with holes helps nobody.
  if (ready.luaModule !== null && ready.urls.mu !== undefined)
    say(`\nWith aoconnect:\n\n${aoconnectSnippet(ready)}\n\nWith the aos terminal:\n\n${aosSnippet(ready)}`);
}

/** What the project began with may go on for a while: who ends the node before that leaves the rest for its next start. */
async function sayThrough({ hub }: RunningApp): Promise<void> {
  await hub.ask('mu.idle', {}).then(
    () => say('\nEvery message of the start is through'),
    // The node was ended first, or has no messenger of its own.
    () => {},
  );
}

/** A command that runs beside the node. */
interface Beside {
  readonly exited: Promise<number>;
  end(): void;
}

function startBeside([program = '', ...args]: readonly string[], ready: Ready): Beside {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...environmentOf(ready) } });
  const exited = Promise.race([
    once(child, 'exit').then(([code, signal]: unknown[]) => (typeof code === 'number' ? code : signalCode(signal))),
    once(child, 'error').then(([error]: unknown[]) => {
      process.stderr.write(`${program} cannot be run: ${reasonOf(error)}\n`);
      return 127;
    }),
  ]);
  exited.catch(() => undefined);
  return { exited, end: () => void child.kill('SIGTERM') };
}

/** As shells say it. */
function signalCode(signal: unknown): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return 128 + (typeof signal === 'string' ? (numbers[signal] ?? 0) : 0);
}
