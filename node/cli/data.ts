import { existsSync, lstatSync, readdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { AoError } from '../contract/errors.ts';
import { givenOptions } from '../serve/options.ts';
import { say, sayError } from '../serve/say.ts';
import { takeLock } from '../workspace/lock.ts';
import { isOwnEntry, MARK_FILE, mustBeUnused, OWN_ENTRIES } from '../workspace/own-folder.ts';
import { defaultUserDir } from '../workspace/user-dir.ts';

const USAGE = `aoscope data
aoscope data remove

Where this installation keeps what is yours: wallets and keys, settings, projects that were made without naming a folder, modules,
opened recordings, reports of faults. Taking the app off a computer leaves all of it. Projects in folders of your own are not in it; what
a node knows of them lies in their .aoscope.

  remove  deletes what is the app's, for good, after asking; with --yes without. Keys that were not exported are lost.
          What else lies in the folder stays, and is named.

  --data DIR  another folder than the user's own
  --yes       do not ask
  --json      for programs: the folder and what is in it, as one line
  --help      this text`;

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
  for (const name of entries) say(`  ${name.padEnd(18)} ${OWN_ENTRIES[name] ?? ''}`.trimEnd());
}

/** @throws AoError DATA_FOREIGN, DATA_IN_USE, DATA_UNASKED, CANCELLED. */
async function remove(named: string, entries: readonly string[], isMeant: boolean): Promise<void> {
  if (entries.length === 0) return say(`There is nothing in ${named}.`);
  // A link is followed: what is the person's lies where it leads.
  const folder = realpathSync(named);
  if (!entries.includes(MARK_FILE) || isHome(folder)) throw new AoError('DATA_FOREIGN', { path: folder });
  await mustBeUnused(folder);
  // Who serves has this lock; while it is held here nobody begins to.
  const lock = await takeLock(join(folder, 'serve.lock'), folder).catch((error: unknown) => {
    throw error instanceof AoError && error.code === 'PROJECT_IN_USE' ? new AoError('DATA_IN_USE', { path: folder }) : error;
  });
  try {
    if (!(await isAgreed(folder, entries.filter(isOwnEntry), isMeant))) throw new AoError('CANCELLED');
    // An app may have been started while the person thought about it.
    await mustBeUnused(folder);
    // The mark goes last: what was cut off can be asked for again.
    const own = entries.filter((name) => isOwnEntry(name) && name !== MARK_FILE);
    for (const name of own) rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
    rmSync(join(folder, MARK_FILE));
  } finally {
    await lock.release();
  }
  tellLeft(named, folder);
}

function tellLeft(named: string, folder: string): void {
  const left = readdirSync(folder);
  if (left.length > 0) {
    say(`What was the app's in ${folder} is gone. This is none of it, and stays:`);
    for (const name of left) say(`  ${name}`);
    return;
  }
  try {
    rmdirSync(folder);
    if (lstatSync(named, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(named);
    say(`${folder} is gone.`);
  } catch {
    // Another disk may be mounted there.
    say(`${folder} is empty.`);
  }
}

/** The person's home, or a folder around it. */
function isHome(folder: string): boolean {
  const way = relative(folder, realpathSync(homedir()));
  return !way.startsWith('..') && !isAbsolute(way);
}

async function isAgreed(folder: string, entries: readonly string[], isMeant: boolean): Promise<boolean> {
  tell(folder, entries, false);
  if (isMeant) return true;
  if (!process.stdin.isTTY) throw new AoError('DATA_UNASKED');
  const line = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await line.question('Delete all of it, for good? Type yes: ').finally(() => line.close());
  return answer.trim() === 'yes';
}
