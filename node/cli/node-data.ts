import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DATA_FOLDER } from '../workspace/inside.ts';
import { takeLock } from '../workspace/lock.ts';
import { projectFolder } from '../workspace/project.ts';

/** What a node that throws everything away lives in. */
export interface Passing {
  readonly project: string;
  readonly userDir: string;
  /** Deletes it. */
  remove(): Promise<void>;
}

/** Not part of a project: the node's data of before, and what can be large. */
const LEFT_OUT = new Set([DATA_FOLDER, 'node_modules', '.git']);
/** What a reset leaves in the data folder. */
const KEPT = new Set(['lock', '.gitignore', 'trash', 'networks']);

/**
 * A folder below the system's temporary one, with a copy of the project where there is one.
 * @throws AoError PROJECT_MISSING, PROJECT_NOT_A_FOLDER.
 */
export async function passingFolder(project: string | null): Promise<Passing> {
  const from = project === null ? null : await projectFolder(project);
  const root = await mkdtemp(join(tmpdir(), 'aoscope-memory-'));
  const to = join(root, from === null ? 'node' : basename(from) || 'node');
  await mkdir(to);
  if (from !== null) await cp(from, to, { recursive: true, filter: (path) => path === from || !LEFT_OUT.has(basename(path)) });
  return { project: to, userDir: join(root, 'home'), remove: () => rm(root, { recursive: true, force: true, maxRetries: 3 }) };
}

/**
 * Deletes the node's data of a project: every process, message and fact. Sources, wallets and deleted files stay.
 * @returns how many entries there were. @throws AoError PROJECT_IN_USE, PROJECT_MISSING.
 */
export async function resetData(project: string): Promise<number> {
  const root = await projectFolder(project);
  const dataDir = join(root, DATA_FOLDER);
  await mkdir(dataDir, { recursive: true });
  const lock = await takeLock(join(dataDir, 'lock'), root);
  try {
    const old = (await readdir(dataDir)).filter((name) => !KEPT.has(name));
    for (const name of old) await rm(join(dataDir, name), { recursive: true, force: true });
    return old.length;
  } finally {
    await lock.release();
  }
}
