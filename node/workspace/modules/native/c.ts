import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import type { Compiled } from '../../../compile/protocol.ts';
import { AoError } from '../../../contract/errors.ts';
import type { CompileMark } from '../../../contract/modules.ts';
import type { Sources } from '../sources.ts';
import { runTool } from './run-tool.ts';
import { findTool } from './tools.ts';

/** A compiler of C for WebAssembly that is on this computer. */
export interface CCompiler {
  readonly program: string;
  readonly args: readonly string[];
}

const OUT = 'program.wasm';
const TARGET = ['--target=wasm32', '-nostdlib', '-ffreestanding', '-fno-color-diagnostics', '-fno-caret-diagnostics'];
const EXPORTS = ['--no-entry', '--export=malloc', '--export=handle', '--export-if-defined=free', '--export-if-defined=_initialize'];

/** Clang with the linker for WebAssembly, else Emscripten; null where there is neither. @param path where to look; PATH and the usual folders where absent. */
export async function findCCompiler(path?: string): Promise<CCompiler | null> {
  const [linker] = await findTool('wasm-ld', path);
  for (const program of linker === undefined ? [] : await findTool('clang', path))
    if (/\bwasm32\b/.test((await runTool(program, ['--print-targets'], { path })).out))
      return { program, args: [...TARGET, `-fuse-ld=${linker}`, ...EXPORTS.map((option) => `-Wl,${option}`)] };
  const [program] = await findTool('emcc', path);
  if (program === undefined) return null;
  return { program, args: ['-fno-color-diagnostics', '-sSTANDALONE_WASM', '--no-entry', '-sEXPORTED_FUNCTIONS=_handle,_malloc,_free'] };
}

export interface CBuild {
  /** Where to look for a compiler; PATH and the usual folders where absent. */
  readonly path?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds a file in C with the compiler of this computer, in a folder of its own that is gone afterwards.
 * @throws AoError TOOLCHAIN_MISSING, FILE_OUTSIDE_PROJECT.
 */
export async function buildC(file: string, sources: Sources, { path, signal }: CBuild = {}): Promise<Compiled> {
  const compiler = await findCCompiler(path);
  if (compiler === null)
    throw new AoError('TOOLCHAIN_MISSING', {
      file,
      tool: 'clang with lld, or Emscripten',
      cure: 'Install them (clang and lld of LLVM 13 or newer, or emsdk)',
    });
  const folder = await mkdtemp(join(tmpdir(), 'aoscope-c-'));
  try {
    for (const [name, bytes] of sources) {
      const full = join(folder, name);
      if (!full.startsWith(folder + sep)) throw new AoError('FILE_OUTSIDE_PROJECT', { path: name });
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, bytes);
    }
    // A name of the project is a path here, and neither an option nor a file of options, whatever it begins with.
    const { code, errors } = await runTool(compiler.program, ['-O2', ...compiler.args, '-o', OUT, `./${file}`], {
      cwd: folder,
      signal,
      path,
    });
    const marks = marksOfC(errors, file, sources);
    if (code !== 0) return { program: null, marks: marks.some(isError) ? marks : [...marks, ...unplaced(errors, file)] };
    return { program: await readFile(join(folder, OUT)), marks };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const isError = ({ severity }: CompileMark): boolean => severity === 'error';
/** `src/a.c:57:28: error: use of undeclared identifier 'cont'` */
const TOLD = /^(.+?):(\d+):(\d+): (?:fatal )?(error|warning): (.*?)(?: \[(-W[^\]]+)\])?$/gm;
/** `wasm-ld-14: error: symbol exported via --export not found: handle` */
const LINKER = /^[^\s:]*(?:wasm-ld|emcc|clang)[^\s:]*: error: (?!linker command)(.*)$/gm;

/** What clang has said of places in the project's files. */
export function marksOfC(said: string, file: string, sources: Pick<Sources, 'has'>): CompileMark[] {
  return [...said.matchAll(TOLD)].map(([, told = '', line, column, severity, message = '', code = '']) => {
    const path = told.replace(/^\.[\\/]/, '');
    const isOurs = sources.has(path);
    const at = isOurs ? { line: Number(line), column: Number(column) } : { line: 1, column: 1 };
    const place = { ...at, endLine: at.line, endColumn: at.column + 1 };
    const words = isOurs ? message : `${path}:${line}: ${message}`;
    return { file: isOurs ? path : file, severity: severity === 'error' ? 'error' : 'warning', message: words, code, ...place };
  });
}

/** What the linker misses is in no line: it is told at the first. */
function unplaced(told: string, file: string): CompileMark[] {
  const reasons = [...told.matchAll(LINKER)].map(([, reason = '']) => reason);
  const all = reasons.length > 0 ? reasons : [told.trim().split('\n')[0] ?? 'the compiler failed and did not say why'];
  return all.map((message) => ({ file, severity: 'error', message, code: '', line: 1, column: 1, endLine: 1, endColumn: 2 }));
}
