import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { Compiled } from '../../compile/protocol.ts';
import { AoError, reasonOf } from '../../contract/errors.ts';
import { isBuiltOutside, isProgramFile, type ProgramChecked } from '../../contract/modules.ts';
import { decodeText } from '../text.ts';
import type { BuildTrust } from '../trust.ts';
import { openCompilerThread, type CompilerThread } from './compiler-thread.ts';
import { openInFlight } from './in-flight.ts';
import { buildC } from './native/c.ts';
import { buildCargo } from './native/cargo.ts';
import { sourcesOf, versionOfSources, type ProgramFiles, type Sources } from './sources.ts';

/** The thread's program, beside the app's assets. */
export function compilerScript(assetsDir: string): string {
  return join(assetsDir, '..', 'node', 'compiler.cjs');
}

/** Where a program is to run: on the machines of this app, or on the network's own loader. */
export type Target = 'here' | 'network';

/** Makes WebAssembly of what people write. */
export interface Compilers {
  /**
   * The program of a file: compiled where it is a source, as it is where it is a program already.
   * @throws AoError COMPILE_FAILED with the first place, COMPILE_TIME, TOOLCHAIN_MISSING, BUILD_NOT_TRUSTED, LOADER_REFUSES,
   * MODULE_FILE_INVALID, SOURCES_TOO_LARGE, CANCELLED, FILE_*.
   */
  program(file: string, files: ProgramFiles, target: Target, signal?: AbortSignal): Promise<Uint8Array>;
  /** What the compiler says of a file. @throws AoError as `program`, but for what it says of places. */
  check(file: string, files: ProgramFiles, signal?: AbortSignal): Promise<ProgramChecked>;
  /** A plain module with what the network's loader asks for. @throws AoError LOADER_REFUSES, COMPILE_TIME. */
  forLoader(program: Uint8Array, file: string): Promise<Uint8Array>;
  /** Ends the thread and the compilers that run. */
  close(): Promise<void>;
}

export interface CompilersPorts {
  /** The bundled program of the thread (out/node/compiler.cjs); it starts when first needed. */
  readonly script: string;
  /** Asked before a compiler of this computer is run. */
  readonly trust: Pick<BuildTrust, 'isTrusted'>;
  /** Is told what came of each program that was compiled to be run, and of which folder it is. */
  readonly compiled?: (checked: ProgramChecked, root: string | undefined) => void;
}

/** So many programs are kept: what is spawned again is not compiled again. */
const KEPT = 16;
/** A check is thrown away when one goes on typing; who runs a program waits longer. */
const CHECK_MS = 30_000;
const BUILD_MS = 120_000;

export function openCompilers({ script, trust, compiled = () => undefined }: CompilersPorts): Compilers {
  const thread = openCompilerThread(script);
  const kept = new LRUCache<string, Compiled>({ max: KEPT });
  const inFlight = openInFlight<Compiled>();
  const compile = async (wish: CompileWish, signal?: AbortSignal): Promise<Compiled> => {
    const { file, sources, target, root } = wish;
    const isOutside = isBuiltOutside(file);
    if (isOutside && !(await trust.isTrusted(root ?? null)))
      throw new AoError('BUILD_NOT_TRUSTED', { file, folder: root ?? 'the folder that it lies in' });
    const key = `${target} ${file} ${versionOfSources(sources)}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    try {
      return await inFlight.ask(`${wish.ms} ${root ?? ''} ${key}`, signal, async (stop) => {
        const made = await compileOnce(wish, thread, stop);
        if (stop.aborted) throw new AoError('CANCELLED');
        // What a compiler of this computer reads is not known, and it can be installed, so it is asked each time.
        if (!isOutside) kept.set(key, made);
        return made;
      });
    } catch (error) {
      throw error instanceof AoError ? error : new AoError('MODULE_FILE_INVALID', { file, reason: reasonOf(error) });
    }
  };
  const forLoader: Compilers['forLoader'] = async (program, file) => {
    try {
      return wanted(await thread.ask({ kind: 'for-loader', program }, { file, ms: BUILD_MS }));
    } catch (error) {
      throw error instanceof AoError ? error : new AoError('LOADER_REFUSES', { file, reason: reasonOf(error) });
    }
  };
  return {
    async program(file, files, target, signal) {
      const sources = await sourcesOf(file, files);
      const { program, marks } = await compile({ file, sources, target, root: files.root, ms: BUILD_MS }, signal);
      if (isSource(file)) compiled({ file, files: [...sources.keys()], marks }, files.root);
      const [first] = marks.filter(({ severity }) => severity === 'error');
      if (first !== undefined) throw new AoError('COMPILE_FAILED', { ...placeOf(first), reason: first.message });
      return wanted({ program });
    },
    async check(file, files, signal) {
      const sources = await sourcesOf(file, files);
      const { marks } = await compile({ file, sources, target: 'here', root: files.root, ms: CHECK_MS }, signal);
      return { file, files: [...sources.keys()], marks };
    },
    forLoader,
    async close() {
      inFlight.close();
      await thread.close();
    },
  };
}

function placeOf({ file, line, column }: ProgramChecked['marks'][number]): { file: string; line: number; column: number } {
  return { file, line, column };
}

const isSource = (file: string): boolean => isProgramFile(file) && !/\.(wasm|js)$/i.test(file);

interface CompileWish {
  readonly file: string;
  readonly sources: Sources;
  readonly target: Target;
  /** The project's folder, where the file is of one. */
  readonly root: string | undefined;
  /** How long a compiler of the app may take. */
  readonly ms: number;
}

async function compileOnce(
  { file, sources, target, root, ms }: CompileWish,
  thread: CompilerThread,
  signal: AbortSignal,
): Promise<Compiled> {
  const bytes = sources.get(file) ?? new Uint8Array();
  const limit = { file, ms, signal };
  if (/\.wat$/i.test(file)) return thread.ask({ kind: 'wat', file, text: decodeText(bytes, file) }, limit);
  if (/\.c$/i.test(file)) return buildC(file, sources, { signal });
  if (/Cargo\.toml$/i.test(file)) {
    if (root === undefined) throw new Error('a package of Rust is built in a project');
    return buildCargo(file, { root, signal });
  }
  if (!/\.ts$/i.test(file)) return { program: bytes, marks: [] };
  const files = new Map([...sources].map(([path, content]) => [path, decodeText(content, path)]));
  return thread.ask({ kind: 'assemblyscript', entry: file, files, isForLoader: target === 'network' }, limit);
}

function wanted({ program }: Pick<Compiled, 'program'>): Uint8Array {
  if (program === null) throw new Error('it gave no program');
  return program;
}
