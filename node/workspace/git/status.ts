import fs from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { currentBranch, findRoot, statusMatrix } from 'isomorphic-git';
import type { GitMark, GitStatus } from '../../contract/git.ts';
import { isWithin, projectPath } from '../inside.ts';

/** To look at the last commit a whole pack is read into memory. */
const PACK_BYTES_MAX = 64 * 1024 * 1024;
/** An index of more is one of a repository in which a project of ao is a small part; it is read as a whole, too. */
const INDEX_BYTES_MAX = 8 * 1024 * 1024;
/** More marks than this say nothing to anybody. */
const FILES_MAX = 2_000;
/** An index may have its entries in such a file beside it; the library takes it for an empty one then. */
const SPLIT_INDEX = /^sharedindex\./;

/**
 * How the files below `root` (real path) stand to the last commit of the repository that they lie in; null where they lie in none, or
 * in one that cannot be read. The library reads the files of the repository, writes none of them, and runs nothing: git itself would
 * run whatever the configuration of a project from elsewhere tells it to (core.fsmonitor, filters). It is for a thread that can be
 * ended (worker.ts): patterns to ignore and objects may be made so that looking at them never ends.
 */
export async function gitStatus(root: string): Promise<GitStatus | null> {
  try {
    const dir = await realpath(await findRoot({ fs, filepath: root }));
    if (!isWithin(dir, root) || !(await isPlain(join(dir, '.git')))) return null;
    const below = projectPath(dir, root);
    // It would write the times of files into the index otherwise, without the lock that git takes.
    const rows = await statusMatrix({ fs, dir, filepaths: [below === '' ? '.' : below], refresh: false });
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

/** A repository whose parts are what they are named: links, pipes and devices lead elsewhere, or nowhere for ever. */
async function isPlain(git: string): Promise<boolean> {
  const kinds: readonly (readonly [string, 'file' | 'folder', number])[] = [
    ['', 'folder', Infinity],
    ['objects', 'folder', Infinity],
    ['refs', 'folder', Infinity],
    ['HEAD', 'file', 4096],
    ['config', 'file', 1024 * 1024],
    ['index', 'file', INDEX_BYTES_MAX],
    ['packed-refs', 'file', INDEX_BYTES_MAX],
  ];
  for (const [name, kind, bytesMax] of kinds) {
    const found = await lstat(join(git, name)).catch(() => null);
    // What is not there cannot mislead; without a folder or HEAD there is no repository, and the library says so.
    if (found === null) continue;
    if (kind === 'folder' ? !found.isDirectory() : !found.isFile() || found.size > bytesMax) return false;
  }
  if ((await readdir(git)).some((name) => SPLIT_INDEX.test(name))) return false;
  return (await packBytes(join(git, 'objects', 'pack'))) <= PACK_BYTES_MAX;
}

/** @param head 0 where the last commit has no such file; @param workdir 0 where the disk has none, 1 where it is as committed; @param stage 0 where it is not staged */
function markOf(head: number, workdir: number, stage: number): GitMark | null {
  if (head === 0) return workdir === 0 ? null : stage === 0 ? 'untracked' : 'added';
  if (workdir === 0) return 'deleted';
  return workdir === 1 && stage === 1 ? null : 'modified';
}

async function packBytes(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const all = await Promise.all(names.map((name) => lstat(join(folder, name))));
  return all.some((one) => !one.isFile()) ? Infinity : all.reduce((sum, { size }) => sum + size, 0);
}
