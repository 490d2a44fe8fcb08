import { readdir, rm, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** So many opened recordings stay unpacked; the recordings themselves stand where the person keeps them. */
export const UNPACKED_MAX = 20;

/**
 * Takes away what was unpacked longest ago, so that the folder of opened recordings does not grow for ever.
 * @param inUse paths that stay whatever their age.
 */
export async function pruneRecordings(folder: string, inUse: readonly string[]): Promise<void> {
  const names = await readdir(folder);
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      // Another window may have taken it away meanwhile.
      const bornMs = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      return { path, bornMs, isInUse: inUse.some((one) => one === path || one.startsWith(path + sep)) };
    }),
  );
  const old = found.toSorted((a, b) => b.bornMs - a.bornMs).slice(UNPACKED_MAX);
  for (const { path, isInUse } of old) if (!isInUse) await rm(path, { recursive: true, force: true, maxRetries: 3 });
}
