import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, sep } from 'node:path';
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
  /** Files that are compiled with the person's own. */
  readonly beside: ReadonlyMap<string, string>;
}

const OUT = 'program.wasm';
const PLAIN = ['-fno-color-diagnostics', '-fno-caret-diagnostics'];
const BARE = ['--target=wasm32', '-nostdlib', '-ffreestanding'];
/** With a standard library: `_initialize` sets it up, and nothing is `main`. */
const WITH_LIBRARY = ['--target=wasm32-wasi', '-mexec-model=reactor'];
const EXPORTS = ['--no-entry', '--export=malloc', '--export=handle', '--export-if-defined=free', '--export-if-defined=_initialize'];
const EMSCRIPTEN = [...PLAIN, '-sSTANDALONE_WASM', '--no-entry', '-sALLOW_MEMORY_GROWTH', '-sEXPORTED_FUNCTIONS=_handle,_malloc,_free'];

/** Emscripten tells its host that the memory has grown; nobody here wants to know. */
const GROWTH = new Map([['.aoscope/growth.c', 'void emscripten_notify_memory_growth(unsigned long memory) { (void)memory; }\n']]);

/** What a program in C needs besides a compiler: the standard library, or what Emscripten alone has. */
export type CNeeds = 'nothing' | 'library' | 'emscripten';

/**
 * Clang with the linker for WebAssembly, and with wasi-libc where that is needed, else Emscripten; null where there is neither.
 * @param path where to look; PATH and the usual folders where absent.
 */
export async function findCCompiler(path?: string, needs: CNeeds = 'nothing'): Promise<CCompiler | null> {
  const [linker] = await findTool('wasm-ld', path);
  const clangs = linker === undefined || needs === 'emscripten' ? [] : await findTool('clang', path);
  for (const program of clangs) {
    if (!/\bwasm32\b/.test((await runTool(program, ['--print-targets'], { path })).out)) continue;
    const target = needs === 'nothing' ? BARE : await withLibrary(program, path);
    if (target !== null)
      return { program, args: [...PLAIN, ...target, `-fuse-ld=${linker}`, ...EXPORTS.map((option) => `-Wl,${option}`)], beside: new Map() };
  }
  const [program] = await findTool('emcc', path);
  return program === undefined ? null : { program, args: EMSCRIPTEN, beside: GROWTH };
}

/** Where packages of systems put wasi-libc; a clang of the WASI SDK or of Debian knows where its own is. */
const SYSROOTS = ['/usr/share/wasi-sysroot', '/opt/homebrew/share/wasi-sysroot', '/usr/local/share/wasi-sysroot'];

/** What tells clang where its standard library is; null where it has none. */
async function withLibrary(program: string, path: string | undefined): Promise<readonly string[] | null> {
  for (const where of [[], ...SYSROOTS.filter(existsSync).map((root) => [`--sysroot=${root}`])]) {
    const args = [...WITH_LIBRARY, ...where];
    // A file that is not found is told by its bare name.
    const found = await runTool(program, [...args, '-print-file-name=crt1-reactor.o'], { path });
    if (isAbsolute(found.out.trim())) return args;
  }
  return null;
}

/** The headers that a compiler has without a library. */
const BARE_HEADER = /^(?:float|iso646|limits|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdnoreturn|wasm_simd128)\.h$/;

/** What the headers that its sources include in angle brackets are from. */
export function needsOfC(sources: Sources): CNeeds {
  const headers = [...sources.values()].flatMap((bytes) =>
    [
      ...Buffer.from(bytes)
        .toString('utf8')
        .matchAll(/^[ \t]*#[ \t]*include[ \t]*<([^>\n]+)>/gm),
    ].map(([, name = '']) => name),
  );
  if (headers.some((name) => /^emscripten\b/.test(name))) return 'emscripten';
  return headers.every((name) => BARE_HEADER.test(name)) ? 'nothing' : 'library';
}

const MISSING: Readonly<Record<CNeeds, { readonly tool: string; readonly cure: string }>> = {
  nothing: {
    tool: 'clang with lld, or Emscripten',
    cure: 'Install them (clang and lld of LLVM 13 or newer, or emsdk)',
  },
  library: {
    tool: 'clang with lld and wasi-libc, or Emscripten',
    cure: 'Install them (Debian: clang, lld, wasi-libc and libclang-rt-dev-wasm32; elsewhere the WASI SDK, or emsdk), or include no header of the standard library',
  },
  emscripten: { tool: 'Emscripten', cure: 'Install emsdk, or include no header of Emscripten' },
};

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
  const needs = needsOfC(sources);
  const compiler = await findCCompiler(path, needs);
  if (compiler === null) throw new AoError('TOOLCHAIN_MISSING', { file, ...MISSING[needs] });
  const folder = await mkdtemp(join(tmpdir(), 'aoscope-c-'));
  try {
    for (const [name, bytes] of [...sources, ...compiler.beside]) {
      const full = join(folder, name);
      if (!full.startsWith(folder + sep)) throw new AoError('FILE_OUTSIDE_PROJECT', { path: name });
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, bytes);
    }
    // A name of the project is a path here, and neither an option nor a file of options, whatever it begins with.
    const files = [file, ...compiler.beside.keys()].map((name) => `./${name}`);
    const { code, errors } = await runTool(compiler.program, ['-O2', ...compiler.args, '-o', OUT, ...files], { cwd: folder, signal, path });
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
