import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { AoError, reasonOf } from '../../contract/errors.ts';
import { isId, toProcessId } from '../../contract/ids.ts';
import { systemCode } from '../file-errors.ts';

const ORIGIN = 'home.json';

const units = z.object({
  kind: z.literal('units'),
  gateway: z.string(),
  graphql: z.string().exactOptional(),
  su: z.string(),
  cu: z.string(),
  mu: z.string(),
  upload: z.string().exactOptional(),
  authority: z.string().exactOptional(),
});
const origin = z.object({
  process: z.string().refine(isId).transform(toProcessId),
  /** As the process calls itself. */
  name: z.string(),
  /** The name of its network, and its addresses: the project that they stood in may be another one by now. */
  network: z.string(),
  addresses: units,
  /** Slots that the network had when it was asked last. */
  of: z.number().int(),
  /** That the log has here; a process that was ended in the middle of a page may have missed some. */
  bytes: z.number().int(),
  /** The recording that was written of it. */
  file: z.string().nullable(),
});
/** Where the process of a project was brought home from. */
export type HomeOrigin = z.infer<typeof origin>;

/**
 * Where the origin of a project is kept: beside its folder, in one below the opened recordings. What a project folder says of itself is not
 * asked: it may be of somebody else, who would choose which file is written over, and which addresses are asked.
 * @returns null for a project that stands elsewhere, which was not brought home.
 */
export async function originFolder(project: string, recordingsDir: string): Promise<string | null> {
  const [folder, all] = await Promise.all([project, recordingsDir].map((path) => realpath(path).catch(() => null)));
  if (folder === undefined || folder === null) return null;
  const root = dirname(folder);
  return dirname(root) === all ? root : null;
}

/** Keeps it, so that it can be gone on with after a restart. @param folder see {@link originFolder}. */
export function keepOrigin(folder: string, kept: HomeOrigin): Promise<void> {
  return writeFileAtomic(join(folder, ORIGIN), `${JSON.stringify(kept)}\n`);
}

/** Null for a project that was not brought home. @throws AoError RECORDING_DAMAGED. */
export async function readOrigin(folder: string | null): Promise<HomeOrigin | null> {
  if (folder === null) return null;
  const path = join(folder, ORIGIN);
  try {
    return origin.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw new AoError('RECORDING_DAMAGED', { path, reason: reasonOf(error) });
  }
}
