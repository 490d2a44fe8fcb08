import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { AoError, reasonOf } from '../contract/errors.ts';
import type { BuiltModule } from '../contract/modules.ts';
import { projectFiles } from '../workspace/files.ts';
import { compilerScript, openCompilers } from '../workspace/modules/compilers.ts';
import { networkFile, programForNetwork } from '../workspace/modules/for-network.ts';
import type { ProgramFiles } from '../workspace/modules/sources.ts';
import type { BuildTrust } from '../workspace/trust.ts';

/**
 * Makes of a .ts, .wat, .wasm or .c file, or a Cargo.toml, what the loader of the network runs.
 * @param out where to; null for the program's name with .wasm beside it, or with .network.wasm where that is the file itself.
 * @throws AoError FILE_UNREADABLE, OPTION_UNKNOWN where it would be written over what it is made from, and as Compilers.program.
 */
export async function buildForNetwork(
  file: string,
  out: string | null,
  { assetsDir, trust }: BuildHere,
): Promise<Omit<BuiltModule, 'isFormerKept'>> {
  const to = out ?? (await writtenTo(file));
  if (resolve(to) === resolve(file)) throw new AoError('OPTION_UNKNOWN', { reason: `${to} is what the module is made from` });
  const compilers = openCompilers({ script: compilerScript(assetsDir), trust });
  try {
    const { program, format } = await programForNetwork(compilers, basename(file), await filesBeside(file));
    await writeFileAtomic(to, Buffer.from(program)).catch((error: unknown) => {
      throw new AoError('FILE_UNREADABLE', { path: to, reason: reasonOf(error) });
    });
    return { file: to, format, bytes: program.length };
  } finally {
    await compilers.close();
  }
}

interface BuildHere {
  readonly assetsDir: string;
  readonly trust: BuildTrust;
}

async function writtenTo(file: string): Promise<string> {
  // A Cargo.toml is named after its folder, which may have been written as `.`.
  return networkFile(file, await realpath(dirname(file)).catch(() => resolve(dirname(file))));
}

/** What lies in the folder of a file, and below it. */
async function filesBeside(file: string): Promise<ProgramFiles> {
  const folder = await realpath(dirname(file)).catch((error: unknown) => {
    throw new AoError('FILE_UNREADABLE', { path: file, reason: reasonOf(error) });
  });
  const silent = (): void => undefined;
  return projectFiles(folder, silent, silent);
}
