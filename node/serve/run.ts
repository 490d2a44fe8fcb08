import { join, resolve } from 'node:path';
import { createChildStarter } from '../host/child-starter.ts';
import { openLogFile } from '../host/log-file.ts';
import { forgetOpened, hasDesktop, openBrowser } from './browser.ts';
import { builtParts } from './built.ts';
import { endWith } from './ending.ts';
import { handOver, type Address } from './instance.ts';
import { parseCommandLine, type CommandLine } from './options.ts';
import { say, sayError, sayPorts, sayTrouble } from './say.ts';
import { serveApp } from './served-app.ts';

const USAGE = `serve [path/to/project or FILE.aoscope] [options]

Serves the app on loopback for a browser, with a project or a recording open.

  --port N     first port of the block that the node uses (default 4000; the app is at the tenth after it)
  --data DIR   folder for wallets, settings and samples, instead of the user's own
  --no-open    do not open a browser
  --help       this text`;

/**
 * Runs `serve` until it is told to end.
 * @param outDir the folder with the built app.
 * @returns the exit code where it ends by itself; null while it serves.
 */
export async function runServe(args: readonly string[], outDir: string): Promise<number | null> {
  try {
    const line = parseCommandLine(args, 1);
    if (line.isHelp) {
      say(USAGE);
      return 0;
    }
    return await serve(line, outDir);
  } catch (error) {
    sayError(error);
    return 1;
  }
}

async function serve(line: CommandLine, outDir: string): Promise<number | null> {
  const parts = builtParts(outDir);
  const project = line.positionals[0] === undefined ? null : resolve(line.positionals[0]);
  const started = await serveApp({
    version: parts.version,
    starter: createChildStarter({ programOf: parts.programOf, output: openLogFile(join(line.userDir, 'logs', 'units.log')) }),
    paths: { assetsDir: parts.assetsDir, userDir: line.userDir },
    rendererDir: parts.rendererDir,
    firstPort: line.firstPort,
    project,
  });
  if (started.kind === 'other') return handTo(started.other, project, line);

  const { app, address } = started;
  const beSilent = sayTrouble(app);
  endWith(() => {
    beSilent();
    return started.stop();
  });
  const { name, path, problem } = app.workspace.project();
  const isRecording = project !== null && problem === null && /\.aoscope$/i.test(project);
  say(`aoscope ${parts.version}`);
  if (problem !== null) process.stderr.write(`${problem.message} ${problem.cure}\n`);
  say(isRecording ? `Recording ${project}` : `Project ${name} in ${path}`);
  say(`Open ${address}`);
  await forgetOpened(line.userDir);
  if (line.isOpening && hasDesktop()) openOrSay(address, line.userDir).catch(sayError);
  await app.ready;
  sayPorts(app);
  return null;
}

async function handTo(other: Address, project: string | null, { isOpening, userDir }: CommandLine): Promise<number> {
  if (project !== null) await handOver(other, project);
  const address = `${other.url}/?token=${other.token}`;
  say(project === null ? `aoscope is running already at ${address}` : `aoscope is running already and has opened ${project}: ${address}`);
  if (isOpening && hasDesktop()) await openOrSay(address, userDir);
  return 0;
}

async function openOrSay(address: string, userDir: string): Promise<void> {
  if (!(await openBrowser(address, userDir))) say('Open that address in your browser: it may not read the file that would lead there.');
}
