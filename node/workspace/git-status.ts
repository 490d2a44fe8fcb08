import fs from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { currentBranch, findRoot, statusMatrix } from 'isomorphic-git';
import type { GitMark, GitStatus } from '../contract/git.ts';
import { isWithin, projectPath } from './inside.ts';

/** To look at the last commit a whole pack is read into memory. */
const PACK_BYTES_MAX = 256 * 1024 * 1024;
/** More marks than this say nothing to anybody. */
const FILES_MAX = 2_000;

/**
 * How the files below `root` (real path) stand to the last commit of the repository that they lie in; null where they lie in none, or
 * in one that cannot be read. The library reads the files of the repository and nothing else: git itself would run whatever the
 * configuration of a project from elsewhere tells it to (core.fsmonitor, filters).
 */
export async function gitStatus(root: string): Promise<GitStatus | null> {
  try {
    const dir = await realpath(await findRoot({ fs, filepath: root }));
    // The folder of the repository could be a link to anywhere.
    if (!isWithin(dir, root) || !isWithin(dir, await realpath(join(dir, '.git')))) return null;
    if ((await packBytes(join(dir, '.git', 'objects', 'pack'))) > PACK_BYTES_MAX) return null;
    const below = projectPath(dir, root);
    const rows = await statusMatrix({ fs, dir, filepaths: [below === '' ? '.' : below] });
    const files = rows.flatMap(([path, head, workdir, stage]) => {
      const mark = markOf(head, workdir, stage);
      const own = below === '' ? path : path.slice(below.length + 1);
      return mark === null ? [] : [{ path: own, mark }];
    });
    return { branch: (await currentBranch({ fs, dir })) ?? null, files: files.slice(0, FILES_MAX) };
  } catch {
    // Whatever is wrong with a repository is told by git, when the person asks it.
    return null;
  }
}

/** @param head 0 where the last commit has no such file; @param workdir 0 where the disk has none, 1 where it is as committed; @param stage 0 where it is not staged */
function markOf(head: number, workdir: number, stage: number): GitMark | null {
  if (head === 0) return workdir === 0 ? null : stage === 0 ? 'untracked' : 'added';
  if (workdir === 0) return 'deleted';
  return workdir === 1 && stage === 1 ? null : 'modified';
}

async function packBytes(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
