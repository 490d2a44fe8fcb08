import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { CACHE } from './paths.mjs';

/** The first of `paths` that is a file one may run; undefined when none is. */
export function firstProgram(paths) {
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}

/** A program on the PATH by one of its names; undefined when there is none. */
export function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  return firstProgram(names.flatMap((name) => folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending)))));
}

/** A folder for large downloads that outlives this clone where the home folder can be written, else one inside it. */
export function downloadCache() {
  const base =
    process.env.XDG_CACHE_HOME || (process.platform === 'win32' ? process.env.LOCALAPPDATA : undefined) || join(homedir(), '.cache');
  const folder = join(base, 'aoscope');
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    mkdirSync(CACHE, { recursive: true });
    return CACHE;
  }
}

/** May windows be opened here? */
export function hasDisplay() {
  if (process.platform === 'linux') return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  return !process.env.CI && !process.env.SSH_CONNECTION;
}

/** Is this the superuser of a Unix system? Chromium's sandbox refuses to start then. */
export function isRoot() {
  return process.getuid?.() === 0;
}
