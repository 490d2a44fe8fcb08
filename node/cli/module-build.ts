import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { AoError, reasonOf } from '../contract/errors.ts';
import { LOADER_FORMAT, PLAIN_FORMAT, programName } from '../contract/modules.ts';
import { projectFiles } from '../workspace/files.ts';
import { compilerScript, openCompilers } from '../workspace/modules/compilers.ts';
import { shapeOfProgram } from '../workspace/modules/format.ts';
import type { ProgramFiles } from '../workspace/modules/sources.ts';
import type { BuildTrust } from '../workspace/trust.ts';

/** A module that was written for the network. */
export interface BuiltModule {
  readonly file: string;
  readonly format: string;
  readonly bytes: number;
}

/**
 * Makes of a .ts, .wat, .wasm or .c file, or a Cargo.toml, what the loader of the network runs.
 * @param out where to; null for the program's name with .wasm beside it, or with .network.wasm where that is the file itself.
 * @throws AoError FILE_UNREADABLE, OPTION_UNKNOWN where it would be written over what it is made from, and as Compilers.program.
 */
export async function buildForNetwork(file: string, out: string | null, { assetsDir, trust }: BuildHere): Promise<BuiltModule> {
  const to = out ?? (await writtenTo(file));
  if (resolve(to) === resolve(file)) throw new AoError('OPTION_UNKNOWN', { reason: `${to} is what the module is made from` });
  const compilers = openCompilers({ script: compilerScript(assetsDir), trust });
  try {
    const [name, files] = [basename(file), await filesBeside(file)];
    const program = await compilers.program(name, files, 'network');
    const { format } = shapeOfProgram(program, name);
    const isPlain = format === PLAIN_FORMAT;
    const bytes = isPlain ? await compilers.forLoader(program, name) : program;
    await writeFileAtomic(to, Buffer.from(bytes)).catch((error: unknown) => {
      throw new AoError('FILE_UNREADABLE', { path: to, reason: reasonOf(error) });
    });
    return { file: to, format: isPlain ? LOADER_FORMAT : format, bytes: bytes.length };
  } finally {
    await compilers.close();
  }
}

interface BuildHere {
  readonly assetsDir: string;
  readonly trust: BuildTrust;
}

/** `counter.ts` → `counter.wasm`, `counter.wasm` → `counter.network.wasm`, `counter/Cargo.toml` → `counter/counter.wasm`. */
async function writtenTo(file: string): Promise<string> {
  // A Cargo.toml is named after its folder, which may have been written as `.`.
  const folder = await realpath(dirname(file)).catch(() => resolve(dirname(file)));
  return join(dirname(file), `${programName(join(folder, basename(file)))}${/\.wasm$/i.test(file) ? '.network' : ''}.wasm`);
}

/** What lies in the folder of a file, and below it. */
async function filesBeside(file: string): Promise<ProgramFiles> {
  const folder = await realpath(dirname(file)).catch((error: unknown) => {
    throw new AoError('FILE_UNREADABLE', { path: file, reason: reasonOf(error) });
  });
  const silent = (): void => undefined;
  return projectFiles(folder, silent, silent);
}
