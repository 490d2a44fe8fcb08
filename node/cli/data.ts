import { existsSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join, parse as parsePath, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { AoError } from '../contract/errors.ts';
import { givenOptions } from '../serve/options.ts';
import { say, sayError } from '../serve/say.ts';
import { takeLock } from '../workspace/lock.ts';
import { defaultUserDir } from '../workspace/user-dir.ts';

const USAGE = `aoscope data
aoscope data remove

Where this installation keeps what is yours: wallets and keys, settings, projects that were made without naming a folder, modules,
opened recordings, reports of faults. Taking the app off a computer leaves all of it. Projects in folders of your own are not in it; what
a node knows of them lies in their .aoscope.

  remove  deletes all of it, for good, after asking; with --yes without. Keys that were not exported are lost.

  --data DIR  another folder than the user's own
  --yes       do not ask
  --json      for programs: the folder and what is in it, as one line
  --help      this text`;

/** What each entry is, for whoever decides about it. */
const WORDS: Readonly<Record<string, string>> = {
  keys: 'keys that are worth something, encrypted',
  wallets: 'keys for trying things out',
  projects: 'projects that were made without naming a folder',
  home: 'processes that were brought home',
  modules: 'modules',
  recordings: 'opened recordings',
  reports: 'reports of faults',
  scratch: 'the project that is open when no other is',
  logs: 'logs',
  window: "the window's own files",
  'settings.json': 'settings and keys of commands',
  'addresses.json': 'the address book',
  'recent.json': 'projects that were open before',
};
/** One of these is there in every folder of this app, and never in one that is named by mistake. */
const MARKS = ['wallets', 'projects'];

/** `aoscope data`. @returns the exit code. */
export async function runData(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = givenOptions(args, {
      data: { type: 'string' },
      yes: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    });
    if (values.help === true) {
      say(USAGE);
      return 0;
    }
    const [verb] = positionals;
    if (positionals.length > 1 || (verb !== undefined && verb !== 'remove'))
      throw new AoError('OPTION_UNKNOWN', { reason: 'write data, or data remove' });
    const folder = values.data === undefined ? defaultUserDir() : resolve(values.data);
    const entries = existsSync(folder) ? readdirSync(folder).toSorted() : [];
    if (verb === undefined) tell(folder, entries, values.json === true);
    else await remove(folder, entries, values.yes === true);
    return 0;
  } catch (error) {
    sayError(error);
    return 1;
  }
}

function tell(folder: string, entries: readonly string[], isJson: boolean): void {
  if (isJson) return say(JSON.stringify({ folder, entries }));
  say(folder);
  if (entries.length === 0) say('  There is nothing in it.');
  for (const name of entries) say(`  ${name.padEnd(18)} ${WORDS[name] ?? ''}`.trimEnd());
}

/** @throws AoError DATA_FOREIGN, DATA_IN_USE, DATA_UNASKED, CANCELLED. */
async function remove(folder: string, entries: readonly string[], isMeant: boolean): Promise<void> {
  if (entries.length === 0) return say(`There is nothing in ${folder}.`);
  const isOurs = MARKS.every((name) => entries.includes(name)) && parsePath(folder).root !== folder;
  if (!isOurs) throw new AoError('DATA_FOREIGN', { path: folder });
  if (isWindowOpen(folder)) throw new AoError('DATA_IN_USE', { path: folder });
  // Who serves has this lock; while it is held here nobody begins to.
  const lock = await takeLock(join(folder, 'serve.lock'), folder).catch((error: unknown) => {
    throw error instanceof AoError && error.code === 'PROJECT_IN_USE' ? new AoError('DATA_IN_USE', { path: folder }) : error;
  });
  try {
    if (!(await isAgreed(folder, entries, isMeant))) throw new AoError('CANCELLED');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } finally {
    await lock.release();
  }
  say(`${folder} is gone.`);
}

async function isAgreed(folder: string, entries: readonly string[], isMeant: boolean): Promise<boolean> {
  tell(folder, entries, false);
  if (isMeant) return true;
  if (!process.stdin.isTTY) throw new AoError('DATA_UNASKED');
  const line = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await line.question('Delete all of it, for good? Type yes: ').finally(() => line.close());
  return answer.trim() === 'yes';
}

/** Is the desktop app open on it? Chromium keeps a link that names its process, also after a kill. */
function isWindowOpen(folder: string): boolean {
  try {
    const pid = Number(/-(\d+)$/.exec(readlinkSync(join(folder, 'window', 'SingletonLock')))?.[1]);
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
