import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { AoError, reasonOf } from '../contract/errors.ts';
import { LOADER_FORMAT, PLAIN_FORMAT } from '../contract/modules.ts';
import { projectFiles } from '../workspace/files.ts';
import { compilerScript, openCompilers } from '../workspace/modules/compilers.ts';
import { shapeOfProgram } from '../workspace/modules/format.ts';
import type { ProgramFiles } from '../workspace/modules/sources.ts';

/** A module that was written for the network. */
export interface BuiltModule {
  readonly file: string;
  readonly format: string;
  readonly bytes: number;
}

/**
 * Makes of a .ts, .wat or .wasm file what the loader of the network runs.
 * @param out where to; null for the file's own name with .wasm, or with .network.wasm where that is the file itself.
 * @throws AoError FILE_UNREADABLE, COMPILE_FAILED, LOADER_REFUSES, MODULE_FILE_INVALID.
 */
export async function buildForNetwork(file: string, out: string | null, assetsDir: string): Promise<BuiltModule> {
  const compilers = openCompilers(compilerScript(assetsDir));
  try {
    const [name, files] = [basename(file), await filesBeside(file)];
    const program = await compilers.program(name, files, 'network');
    const { format } = shapeOfProgram(program, name);
    const isPlain = format === PLAIN_FORMAT;
    const bytes = isPlain ? await compilers.forLoader(program, name) : program;
    const to = out ?? file.replace(/\.(ts|wat|wasm|c)$/i, (ending) => (ending.toLowerCase() === '.wasm' ? '.network.wasm' : '.wasm'));
    await writeFileAtomic(to, Buffer.from(bytes)).catch((error: unknown) => {
      throw new AoError('FILE_UNREADABLE', { path: to, reason: reasonOf(error) });
    });
    return { file: to, format: isPlain ? LOADER_FORMAT : format, bytes: bytes.length };
  } finally {
    await compilers.close();
  }
}

/** What lies in the folder of a file, and below it. */
async function filesBeside(file: string): Promise<ProgramFiles> {
  const folder = await realpath(dirname(file)).catch((error: unknown) => {
    throw new AoError('FILE_UNREADABLE', { path: file, reason: reasonOf(error) });
  });
  const silent = (): void => undefined;
  return projectFiles(folder, silent, silent);
}
