import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, posix, relative, sep } from 'node:path';
import { z } from 'zod';
import type { Compiled } from '../../../compile/protocol.ts';
import { AoError } from '../../../contract/errors.ts';
import type { CompileMark } from '../../../contract/modules.ts';
import { runTool, type ToolRun } from './run-tool.ts';
import { findTool } from './tools.ts';

const TARGET = 'wasm32-unknown-unknown';
const RUSTUP = `rustup target add ${TARGET}`;

export interface CargoBuild {
  /** The project's folder, its real path. */
  readonly root: string;
  /** Where to look for cargo; PATH and the usual folders where absent. */
  readonly path?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds the package of a Cargo.toml in its own folder, with the cargo of this computer: what it built before is used again. That lies
 * below .aoscope, so the project's tree is not filled with it. Build scripts of the package and of all it needs are run.
 * @throws AoError TOOLCHAIN_MISSING.
 */
export async function buildCargo(file: string, { root, path, signal }: CargoBuild): Promise<Compiled> {
  const run = { cwd: join(root, posix.dirname(file)), env: { CARGO_TARGET_DIR: join(root, '.aoscope', 'cargo') }, path, signal };
  const { cargo, env } = await findCargo(file, run);
  const args = ['build', '--release', '--target', TARGET, '--message-format=json', '--manifest-path', join(root, file)];
  const { code, out, errors } = await runTool(cargo, args, { ...run, env: { ...run.env, ...env } });
  const { marks, programs } = readCargo(out, file, root);
  if (code !== 0) {
    const said = errors.split('\n').find((line) => line.startsWith('error'));
    return {
      program: null,
      marks: marks.some(({ severity }) => severity === 'error') ? marks : [...marks, atTop(file, said ?? errors.trim())],
    };
  }
  // Those of packages that it needs come before its own.
  const program = programs.at(-1);
  if (program === undefined)
    return { program: null, marks: [atTop(file, 'it builds no .wasm: write crate-type = ["cdylib"] below [lib] in Cargo.toml')] };
  return { program: await readFile(program), marks };
}

/** Whether this computer can build packages of Rust for WebAssembly. */
export async function hasCargo(path?: string): Promise<boolean> {
  return 'cargo' in (await cargoWithTarget({ path }));
}

interface Cargo {
  readonly cargo: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Cargo that can build for WebAssembly, as the package's folder has it: a toolchain may be named there. @throws AoError TOOLCHAIN_MISSING. */
async function findCargo(file: string, run: ToolRun): Promise<Cargo> {
  const found = await cargoWithTarget(run);
  if ('cargo' in found) return found;
  throw new AoError('TOOLCHAIN_MISSING', { file, ...found });
}

/** Of several (that of rustup and that of the system) the first that has the target; in place of one what is missing, and what mends it. */
async function cargoWithTarget(run: ToolRun): Promise<Cargo | { readonly tool: string; readonly cure: string }> {
  const [rustcs, cargos] = [await findTool('rustc', run.path), await findTool('cargo', run.path)];
  for (const cargo of cargos) {
    const rustc = rustcs.find((one) => dirname(one) === dirname(cargo)) ?? rustcs[0];
    if (rustc === undefined) break;
    const sysroot = (await runTool(rustc, ['--print', 'sysroot'], run)).out.trim();
    // By itself cargo runs the first compiler of the PATH, which may be another one's.
    if (existsSync(join(sysroot, 'lib', 'rustlib', TARGET))) return { cargo, env: cargo === cargos[0] ? {} : { RUSTC: rustc } };
  }
  if (cargos.length === 0 || rustcs.length === 0) return { tool: 'cargo', cure: `Install Rust (rustup.rs) and its target: ${RUSTUP}` };
  return { tool: `Rust for ${TARGET}`, cure: `Run ${RUSTUP} (Rust of Debian: install libstd-rust-dev-wasm32 and lld)` };
}

const span = z.object({
  file_name: z.string(),
  line_start: z.number(),
  column_start: z.number(),
  line_end: z.number(),
  column_end: z.number(),
  is_primary: z.boolean(),
});
const spoken = z.discriminatedUnion('reason', [
  z.object({
    reason: z.literal('compiler-message'),
    /** Of the package that it is about. */
    manifest_path: z.string(),
    message: z.object({
      level: z.string(),
      message: z.string(),
      code: z.object({ code: z.string() }).nullable(),
      spans: z.array(span),
    }),
  }),
  z.object({ reason: z.literal('compiler-artifact'), filenames: z.array(z.string()) }),
]);

/**
 * What cargo has said in JSON, a line each: marks of places, and the programs that came out.
 * @param file the Cargo.toml, of the project. @param root the project's folder.
 */
export function readCargo(
  out: string,
  file: string,
  root: string,
): { readonly marks: readonly CompileMark[]; readonly programs: readonly string[] } {
  const marks: CompileMark[] = [];
  const programs: string[] = [];
  for (const line of out.split('\n')) {
    const { data } = spoken.safeParse(parsed(line));
    if (data === undefined) continue;
    if (data.reason === 'compiler-artifact') programs.push(...data.filenames.filter((name) => name.endsWith('.wasm')));
    else marks.push(...marksOf(data, file, root));
  }
  return { marks, programs };
}

type Spoken = Extract<z.infer<typeof spoken>, { reason: 'compiler-message' }>;

function marksOf({ message: { level, message, code, spans }, manifest_path }: Spoken, file: string, root: string): readonly CompileMark[] {
  if (level !== 'error' && level !== 'warning') return [];
  const at = spans.find(({ is_primary }) => is_primary);
  // "aborting due to 2 previous errors" is none.
  if (at === undefined) return code === null ? [] : [{ ...atTop(file, message), severity: level, code: code.code }];
  const place = { line: at.line_start, column: at.column_start, endLine: at.line_end, endColumn: at.column_end };
  const said = { severity: level, code: code?.code ?? '' } as const;
  const path = pathOf(at.file_name, manifest_path, root);
  if (path === null) return [{ ...atTop(file, `${at.file_name}:${at.line_start}: ${message}`), ...said }];
  return [{ file: path, message, ...said, ...place }];
}

/**
 * The file of the project that is meant: rustc names it from the folder of the workspace or of the package, whichever cargo ran it in.
 * Null where it is none of the project's.
 */
function pathOf(name: string, manifest: string, root: string): string | null {
  const inProject = (full: string): string | null => {
    const way = relative(root, full);
    return isAbsolute(way) || way.split(sep)[0] === '..' ? null : way.split(sep).join('/');
  };
  if (isAbsolute(name)) return inProject(name);
  for (let folder = dirname(manifest); inProject(folder) !== null; folder = dirname(folder))
    if (existsSync(join(folder, name))) return inProject(join(folder, name));
  return null;
}

function atTop(file: string, message: string): CompileMark {
  return { file, severity: 'error', message, code: '', line: 1, column: 1, endLine: 1, endColumn: 2 };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
