import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  /** The recording that was written of it. */
  file: z.string().nullable(),
});
/** Where the process of a project was brought home from. */
export type HomeOrigin = z.infer<typeof origin>;

/** Keeps it with the data of the project, so that it can be gone on with after a restart. */
export function keepOrigin(dataDir: string, kept: HomeOrigin): Promise<void> {
  return writeFileAtomic(join(dataDir, ORIGIN), `${JSON.stringify(kept)}\n`);
}

/** Null for a project that was not brought home. @throws AoError RECORDING_DAMAGED. */
export async function readOrigin(dataDir: string): Promise<HomeOrigin | null> {
  const path = join(dataDir, ORIGIN);
  try {
    return origin.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw new AoError('RECORDING_DAMAGED', { path, reason: reasonOf(error) });
  }
}
