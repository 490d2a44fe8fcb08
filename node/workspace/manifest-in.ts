import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Manifest } from '../contract/desktop.ts';
import { fileStep } from './file-errors.ts';
import { MANIFEST_FILE, readManifest } from './manifest.ts';

/** The manifest in a folder, for who opens no project there. @throws AoError FILE_*, MANIFEST_BROKEN, MANIFEST_TOO_NEW. */
export async function manifestIn(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST_FILE);
  const { manifest, problem } = readManifest(await fileStep(path, () => readFile(path, 'utf8')), basename(folder));
  if (problem !== null) throw problem;
  return manifest;
}
