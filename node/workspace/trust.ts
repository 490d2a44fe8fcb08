import { readFile, realpath } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { Manifest } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import { isBuiltOutside } from '../contract/modules.ts';
import { fileError } from './file-errors.ts';

/** Of which folders compilers of this computer may be run: they run programs of the folder, and read whatever file it names. */
export interface BuildTrust {
  /** @param folder null for what lies in none. */
  isTrusted(folder: string | null): Promise<boolean>;
  /** The person has said yes. @throws AoError FILE_UNREADABLE. */
  trust(folder: string): Promise<void>;
}

/** Where what a person allowed is kept, and whether everything is allowed this once. It can be told to a thread. */
export interface TrustSource {
  /** In the user's own folder: a project cannot bring its yes with it. */
  readonly file: string;
  readonly isAlways: boolean;
}

const schema = z.object({ version: z.literal(1), folders: z.array(z.string()) });
/** The oldest are asked about again. */
const FOLDERS_MAX = 1_000;

/** Each question reads the file: another window may have been told meanwhile. */
export function openBuildTrust({ file, isAlways }: TrustSource): BuildTrust {
  const read = async (): Promise<readonly string[]> => {
    try {
      return schema.parse(JSON.parse(await readFile(file, 'utf8'))).folders;
    } catch {
      // Where it is not there, or cannot be read, nothing is allowed.
      return [];
    }
  };
  return {
    isTrusted: async (folder) => isAlways || (folder !== null && (await read()).includes(await realpath(folder))),
    async trust(folder) {
      const real = await realpath(folder);
      const folders = [...(await read()).filter((one) => one !== real), real].slice(-FOLDERS_MAX);
      await writeFileAtomic(file, `${JSON.stringify({ version: 1, folders }, null, 2)}\n`, { mode: 0o600 }).catch((error: unknown) => {
        throw fileError(error, file);
      });
    },
  };
}

/**
 * Asks before anything is begun whether what processes are made from may be built: where several are, none is left half done.
 * @throws AoError BUILD_NOT_TRUSTED.
 */
export async function mustBeTrusted(programs: readonly (string | null | undefined)[], folder: string, trust: BuildTrust): Promise<void> {
  const file = programs.find((program) => typeof program === 'string' && isBuiltOutside(program));
  if (typeof file === 'string' && !(await trust.isTrusted(folder))) throw new AoError('BUILD_NOT_TRUSTED', { file, folder });
}

/** What the processes of a project are made from. */
export function programsOf({ processes }: Pick<Manifest, 'processes'>): readonly string[] {
  return processes.flatMap(({ source, module }) => [source, ...(module === undefined ? [] : [module])]);
}
