import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileChange } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import { openProject, projectFolder, type Project } from './project.ts';

const SCRATCH_MAX = 20;
type Changed = (changes: readonly FileChange[], isManifestChanged: boolean) => void;

/** Opens a project folder that a person named. */
export async function openNamed(path: string, changed: Changed): Promise<Project> {
  return openProject(await projectFolder(path), { isScratch: false, changed });
}

/**
 * Opens the project that stands in when no other is open. Each running app has its own: while `scratch` is in use,
 * `scratch-2` and so on are tried.
 */
export async function openScratch(folder: string, changed: Changed): Promise<Project> {
  for (let number = 1; ; number++) {
    const path = number === 1 ? folder : `${folder}-${number}`;
    await mkdir(join(path), { recursive: true });
    try {
      return await openProject(await projectFolder(path), { isScratch: true, changed });
    } catch (error) {
      if (!(error instanceof AoError) || error.code !== 'PROJECT_IN_USE' || number === SCRATCH_MAX) throw error;
    }
  }
}
