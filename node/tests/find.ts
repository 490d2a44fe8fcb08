import { readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Manifest } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import { TEST_FILE } from '../contract/tests.ts';
import { listProject } from '../workspace/list.ts';
import { emptyManifest, MANIFEST_FILE, readManifest } from '../workspace/manifest.ts';

/** The test files of a project, in the order of the file tree. @param root the project folder's real path. */
export async function testFiles(root: string): Promise<readonly string[]> {
  const entries = await listProject(root);
  return entries.flatMap(({ path, kind }) => (kind === 'file' && path.endsWith(TEST_FILE) ? [path] : []));
}

/** The manifest of a project; an empty one where none is. @throws AoError MANIFEST_BROKEN, MANIFEST_TOO_NEW. */
export async function manifestOf(root: string): Promise<Manifest> {
  const text = await readFile(join(await realpath(root), MANIFEST_FILE), 'utf8').catch(() => null);
  if (text === null) return emptyManifest(basename(root));
  const { manifest, problem } = readManifest(text, basename(root));
  if (problem instanceof AoError) throw problem;
  return manifest;
}
