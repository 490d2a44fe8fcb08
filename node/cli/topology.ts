import { resolve } from 'node:path';
import type { RunningApp } from '../app/start-app.ts';
import { AoError } from '../contract/errors.ts';
import type { PlannedProcess, RunWish } from '../contract/topology.ts';
import { givenOptions, markIds, unmarked } from '../serve/options.ts';
import { say, sayAside, sayError } from '../serve/say.ts';
import { manifestJsonSchema } from '../workspace/manifest-schema.ts';
import { defaultUserDir } from '../workspace/user-dir.ts';
import { startHeadless } from './headless.ts';
import { ranLines } from './ran-lines.ts';
import { runningOn } from './running.ts';
import { untilUp } from '../app/until-up.ts';

export type TopologyCommand = 'up' | 'run' | 'reset';

const OPTIONS = `
  --respawn    a new process takes the place of one whose files were changed; without it their code is evaluated into it
  --list       only say how each process stands to its files
  --data DIR   folder for wallets and settings, instead of the user's own
  --trust-build
               run compilers of this computer where processes are in C or Rust, which may run programs of the project
  --json       one line of JSON
  --help       this text

Where the project is open in an app or a node, that one does it; its window shows it. It ends when every message of this is through, with exit code 1 where code ended in an error.`;

const USAGE: Readonly<Record<TopologyCommand, string>> = {
  up: `aoscope up [path/to/project] [options]

Brings every process of aoscope.json in step with its files: spawns those that are not there, in the order of their needs,
tells them of each other, and runs what was changed since. Asked again it does nothing twice.
${OPTIONS}`,
  run: `aoscope run <path/to/project> <process…> [options]

The same for some processes of aoscope.json, by their names, and for those that they need and that are not there.
${OPTIONS}`,
  reset: `aoscope reset [path/to/project] [process…] [options]

A new process for each of aoscope.json, or for those that are named: everything begins anew. Those of before stay in the history.
${OPTIONS}`,
};

/** `aoscope up`, `run` and `reset`. @returns the exit code. */
export async function runTopologyCommand(command: TopologyCommand, args: readonly string[], outDir: string): Promise<number> {
  try {
    const line = parse(command, args);
    if (line === null) {
      say(USAGE[command]);
      return 0;
    }
    const running = await runningOn(line.project);
    if (running !== null) {
      if (!line.isJson) sayAside(`${line.project} is open in another aoscope: its node does it.`);
      for (const text of unheard(line)) sayAside(text);
      try {
        return await work(running.ask, line);
      } finally {
        running.close();
      }
    }
    const app = await startHeadless(outDir, line.userDir, null, line.project, { isBuildTrusted: line.isBuildTrusted });
    try {
      await untilUp(app);
      return await work(app.hub.ask, line);
    } finally {
      await app.stop();
    }
  } catch (error) {
    sayError(error);
    return 1;
  }
}

/** `aoscope schema`: for editors that check aoscope.json. */
export function saySchema(): void {
  say(JSON.stringify(manifestJsonSchema(), null, 2));
}

interface Line {
  readonly project: string;
  readonly userDir: string;
  readonly wish: RunWish;
  readonly isListing: boolean;
  readonly isBuildTrusted: boolean;
  readonly isDataNamed: boolean;
  readonly isJson: boolean;
}

/** What was asked for, and is not another node's to be told by a command. */
function unheard({ isBuildTrusted, isDataNamed }: Line): readonly string[] {
  return [
    ...(isBuildTrusted ? ['--trust-build is not passed on: say yes in its window, or start that node with it.'] : []),
    ...(isDataNamed ? ['--data is not passed on: that node keeps to its own wallets and settings.'] : []),
  ];
}

type Ask = RunningApp['hub']['ask'];

function work(ask: Ask, line: Line): Promise<number> {
  return line.isListing ? list(ask, line.isJson) : bringUp(ask, line);
}

async function bringUp(ask: Ask, { wish, isJson }: Line): Promise<number> {
  const { processes } = await ask('project.run', wish);
  await ask('mu.idle', {});
  if (isJson) say(JSON.stringify({ processes }));
  else for (const text of ranLines(processes)) say(text);
  return processes.some(({ error }) => error !== null) ? 1 : 0;
}

const STATE: Readonly<Record<PlannedProcess['state'], string>> = {
  absent: 'not spawned',
  current: 'as it is in its files',
  changed: 'its code was changed since',
  outdated: 'its module, tags or boot were changed since',
  broken: 'it could not boot',
};
/** Characters of an id, where there is none. */
const ID_LENGTH = 43;

async function list(ask: Ask, isJson: boolean): Promise<number> {
  const { processes } = await ask('project.topology', {});
  if (isJson) say(JSON.stringify({ processes }));
  else
    for (const { process, name, state, problem } of processes) {
      say(`${process ?? '-'.padEnd(ID_LENGTH)}  ${name}  ${STATE[state]}`);
      if (problem !== null) say(`    ${problem.message}`);
    }
  return processes.some(({ problem }) => problem !== null) ? 1 : 0;
}

/** Null where help is asked for. @throws AoError OPTION_UNKNOWN. */
function parse(command: TopologyCommand, args: readonly string[]): Line | null {
  const { values, positionals } = parsed(args);
  if (values.help === true) return null;
  const [project = '.', ...names] = unmarked(positionals);
  if (command === 'up' && names[0] !== undefined) throw new AoError('OPTION_UNKNOWN', { reason: `${names[0]} is one too many` });
  if (command === 'run' && names.length === 0)
    throw new AoError('OPTION_UNKNOWN', { reason: 'the project folder or the name of a process is missing' });
  const isAnew = command === 'reset';
  return {
    project: resolve(project),
    userDir: values.data === undefined ? defaultUserDir() : resolve(values.data),
    wish: {
      how: isAnew || values.respawn === true ? 'respawn' : 'evaluate',
      ...(names.length === 0 ? {} : { names }),
      isForced: isAnew,
    },
    isListing: values.list === true,
    isBuildTrusted: values['trust-build'] === true,
    isDataNamed: values.data !== undefined,
    isJson: values.json === true,
  };
}

function parsed(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const options = {
    respawn: flag,
    list: flag,
    data: { type: 'string' },
    'trust-build': flag,
    json: flag,
    help: { type: 'boolean', short: 'h' },
  } as const;
  return givenOptions(markIds(args), options);
}
