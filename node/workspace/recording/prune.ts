import { readdir, rm, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { DATA_FOLDER } from '../inside.ts';
import { readOrigin } from './home-origin.ts';
import { RECEIVED } from './parcels.ts';

/**
 * So many opened recordings stay unpacked; the recordings themselves stand where the person keeps them, or, handed over by a page, beside
 * them. What is half here of a process of a network stands nowhere else: it is not counted.
 */
export const UNPACKED_MAX = 20;

/**
 * Takes away what was opened longest ago, so that the folder of opened recordings does not grow for ever.
 * @param inUse paths that stay whatever their age.
 */
export async function pruneRecordings(folder: string, inUse: readonly string[]): Promise<void> {
  const names = await readdir(folder);
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      // Its lock is put into the folder of its data each time it is opened, and touched while it is.
      const data = join(path, 'project', DATA_FOLDER);
      const openedMs = Math.max(...(await Promise.all([path, data, join(data, 'lock')].map(changedMs))));
      return {
        path,
        openedMs,
        isReceived: name.startsWith(RECEIVED),
        isInUse: inUse.some((one) => one === path || one.startsWith(path + sep)),
        isHalfHere: await isHalfHere(path),
      };
    }),
  );
  const newestFirst = found.filter((one) => !one.isHalfHere).toSorted((a, b) => b.openedMs - a.openedMs);
  // A file that a page has handed over stands beside what was unpacked of it: each kind is counted by itself.
  for (const kind of [true, false])
    for (const { path, isInUse } of newestFirst.filter(({ isReceived }) => isReceived === kind).slice(UNPACKED_MAX))
      if (!isInUse) await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/** Of what came home in part no recording has been written yet. */
async function isHalfHere(folder: string): Promise<boolean> {
  const origin = await readOrigin(folder).catch(() => null);
  return origin !== null && origin.file === null;
}

/** 0 where nothing is there: another window may have taken it away meanwhile. */
async function changedMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
