import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { markOwnFolder } from './own-folder.ts';

/** The folders of one installation. */
export interface UserFolders {
  readonly root: string;
  readonly wallets: string;
  /** Keys that are worth something, each under its passphrase. */
  readonly keys: string;
  readonly modules: string;
  readonly projects: string;
  /** Opened recordings. */
  readonly recordings: string;
  /** Recordings of processes that were brought home: they stay. */
  readonly home: string;
  readonly scratch: string;
  /** What went wrong, for the person to read. */
  readonly reports: string;
  readonly settingsFile: string;
  readonly recentFile: string;
  /** What the person calls addresses. */
  readonly addressesFile: string;
  /** Folders whose programs may be built by compilers of this computer. */
  readonly trustFile: string;
}

/**
 * This installation's own folder: AOSCOPE_HOME when set, otherwise the system's place for application data
 * (`~/.local/share/aoscope`, `~/Library/Application Support/aoscope`, `%LOCALAPPDATA%\aoscope\Data`).
 */
export function defaultUserDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const chosen = env['AOSCOPE_HOME'];
  return chosen === undefined || chosen === '' ? envPaths('aoscope', { suffix: '' }).data : resolve(chosen);
}

/** Where everything of an installation stands below `userDir`. */
export function userFolders(userDir: string): UserFolders {
  return {
    root: userDir,
    wallets: join(userDir, 'wallets'),
    keys: join(userDir, 'keys'),
    modules: join(userDir, 'modules'),
    projects: join(userDir, 'projects'),
    recordings: join(userDir, 'recordings'),
    home: join(userDir, 'home'),
    scratch: join(userDir, 'scratch'),
    reports: join(userDir, 'reports'),
    settingsFile: join(userDir, 'settings.json'),
    recentFile: join(userDir, 'recent.json'),
    addressesFile: join(userDir, 'addresses.json'),
    trustFile: join(userDir, 'trusted-builds.json'),
  };
}

/** Makes the folders that must be there, and marks them as the app's; the wallets' folder is for the user alone. */
export async function makeUserFolders(folders: UserFolders): Promise<void> {
  await markOwnFolder(folders.root);
  await mkdir(folders.projects, { recursive: true });
  await mkdir(folders.wallets, { recursive: true, mode: 0o700 });
}
