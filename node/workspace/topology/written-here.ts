import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { ProcessId } from '../../contract/ids.ts';
import { sha256Text } from '../../item/hash.ts';
import { fileStep } from '../file-errors.ts';

/** Spawns of this computer that are remembered; one that is forgotten is warned of once more. */
const KEPT_MAX = 20_000;
const schema = z.array(z.string());

/**
 * Which receipts of a project were written on this computer. Receipts come with a project, and whoever made it may have named a
 * process there that belongs to the person already: their key would sign for it.
 */
export interface WrittenHere {
  has(process: ProcessId): boolean;
  /** On disk before it resolves. */
  add(process: ProcessId): Promise<void>;
}

/**
 * What is remembered of a project and a scheduler, in the person's own folder, which no project can write to.
 * @throws AoError FILE_UNREADABLE; a file that is no list counts as an empty one, so that more is warned of and not less.
 */
export async function openWrittenHere(userDir: string, project: string, scheduler: string): Promise<WrittenHere> {
  const file = join(userDir, 'deployed.json');
  const keyOf = (process: ProcessId): string => sha256Text(JSON.stringify([project, scheduler, process]));
  let known = new Set(await read(file));
  return {
    has: (process) => known.has(keyOf(process)),
    async add(process) {
      // Another project may have been deployed meanwhile.
      known = new Set([...(await read(file)), keyOf(process)].slice(-KEPT_MAX));
      await fileStep(file, () => writeFileAtomic(file, `${JSON.stringify([...known])}\n`, { mode: 0o600, fsync: true }));
    },
  };
}

async function read(file: string): Promise<readonly string[]> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return [];
  }
}
