import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AoError } from '../contract/errors.ts';
import { systemCode } from './file-errors.ts';
import { isLockHeld, takeLock, type Lock } from './lock.ts';

/** Only in a folder with this file is anything deleted. */
export const MARK_FILE = 'aoscope-folder.txt';
const MARK_TEXT = 'This folder belongs to aoscope. `aoscope data` says what is in it, `aoscope data remove` deletes it.\n';
const USERS_FOLDER = 'running';

/** All that this app writes into its folder, for whoever decides about it. */
export const OWN_ENTRIES: Readonly<Record<string, string>> = {
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
  'deployed.json': 'what was deployed from this computer',
  'trusted-builds.json': 'folders whose programs may be built',
  'window.json': 'where windows stand',
  'serve.json': 'where the served app is reached',
  'serve.lock': 'who serves',
  'open.html': 'leads a browser to the served app',
  [USERS_FOLDER]: 'who has this folder open',
  [MARK_FILE]: 'says whose folder this is',
};

/** Also what is put aside of a file of ours, or was left of writing it: `settings.json.broken-…`. */
export function isOwnEntry(name: string): boolean {
  if (Object.hasOwn(OWN_ENTRIES, name)) return true;
  const [, of] = /^([a-z-]+\.json)\.[\w-]+$/.exec(name) ?? [];
  return of !== undefined && Object.hasOwn(OWN_ENTRIES, of);
}

/**
 * Marks the app's folder as its own. One in which other things lie as well, say the person's home, gets no mark: nothing is ever deleted there.
 * @throws Error of the file system.
 */
export async function markOwnFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const entries = await readdir(folder);
  if (entries.includes(MARK_FILE) || !entries.every(isOwnEntry)) return;
  await writeFile(join(folder, MARK_FILE), MARK_TEXT, { flag: 'wx' }).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
}

let users = 0;

/** Says that this process works with the app's folder, until it is released. Many may. @throws Error of the file system. */
export async function useOwnFolder(folder: string): Promise<Lock> {
  const running = join(folder, USERS_FOLDER);
  await mkdir(running, { recursive: true });
  // What was killed has left its own behind.
  for (const path of await usersOf(folder)) if (!(await isLockHeld(path))) await rm(path, { force: true });
  users += 1;
  return takeLock(join(running, `${process.pid}-${users}.lock`), folder);
}

/** @throws AoError DATA_IN_USE where an app or a node is at work in the folder, this process included. */
export async function mustBeUnused(folder: string): Promise<void> {
  for (const path of await usersOf(folder)) if (await isLockHeld(path)) throw new AoError('DATA_IN_USE', { path: folder });
}

/** Their lock files. */
async function usersOf(folder: string): Promise<readonly string[]> {
  const running = join(folder, USERS_FOLDER);
  const names = await readdir(running).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  return names.map((name) => join(running, name));
}
