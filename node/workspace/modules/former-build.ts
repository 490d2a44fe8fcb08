import { join } from 'node:path';
import { AoError } from '../../contract/errors.ts';
import { sha256 } from '../../item/hash.ts';
import type { ProjectFiles } from '../files.ts';

/** What is written beside a program must not cost the person a file of that name that is their own. */
export interface KeptBuilds {
  /**
   * Moves the file at `path` into the project's trash, unless it is what this app wrote there since its start, or what it is about to write.
   * @returns whether one was moved. @throws AoError FILE_*.
   */
  keepFormer(files: Pick<ProjectFiles, 'root' | 'bytes' | 'remove'>, path: string, next: Uint8Array): Promise<boolean>;
}

export function keptBuilds(): KeptBuilds {
  const written = new Map<string, string>();
  return {
    async keepFormer(files, path, next) {
      const key = join(files.root, path);
      const former = await hashOf(files, path);
      const own = written.get(key);
      const hash = sha256(next).toString('hex');
      const isOwn = former === null || former === own || former === hash;
      if (!isOwn) await files.remove(path);
      written.set(key, hash);
      return !isOwn;
    },
  };
}

/** Null where there is no such file. */
async function hashOf(files: Pick<ProjectFiles, 'bytes'>, path: string): Promise<string | null> {
  try {
    return sha256(await files.bytes(path)).toString('hex');
  } catch (error) {
    if (error instanceof AoError && error.code === 'FILE_MISSING') return null;
    throw error;
  }
}
