import { basename, dirname, join } from 'node:path';
import { LOADER_FORMAT, PLAIN_FORMAT, programName } from '../../contract/modules.ts';
import type { Compilers } from './compilers.ts';
import { shapeOfProgram } from './format.ts';
import type { ProgramFiles } from './sources.ts';

/** A program as the loader of the network runs it. */
export interface NetworkProgram {
  readonly program: Uint8Array;
  readonly format: string;
}

/** @throws AoError as Compilers.program, and LOADER_REFUSES. */
export async function programForNetwork(
  compilers: Pick<Compilers, 'program' | 'forLoader'>,
  file: string,
  files: ProgramFiles,
  signal?: AbortSignal,
): Promise<NetworkProgram> {
  const program = await compilers.program(file, files, 'network', signal);
  const { format } = shapeOfProgram(program, file);
  return format === PLAIN_FORMAT ? { program: await compilers.forLoader(program, file), format: LOADER_FORMAT } : { program, format };
}

/**
 * Where that is written: `counter.ts` → `counter.wasm`, `counter.wasm` → `counter.network.wasm`, `counter/Cargo.toml` →
 * `counter/counter.wasm`.
 * @param folder the real path of the folder in which the file lies: a Cargo.toml is named after it.
 */
export function networkFile(file: string, folder: string): string {
  const name = programName(join(folder, basename(file)));
  const below = dirname(file);
  const written = `${name}${/\.wasm$/i.test(file) ? '.network' : ''}.wasm`;
  return below === '.' ? written : join(below, written);
}
