import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import type { CompileAnswer, Compiled, CompileTask } from '../../compile/protocol.ts';
import { AoError, reasonOf } from '../../contract/errors.ts';
import { isProgramFile, type ProgramChecked } from '../../contract/modules.ts';
import { decodeText } from '../text.ts';
import { buildC } from './native/c.ts';
import { buildCargo } from './native/cargo.ts';
import { sourcesOf, versionOfSources, type ProgramFiles, type Sources } from './sources.ts';
import { compileWat } from './wat.ts';

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
   * @throws AoError COMPILE_FAILED with the first place, TOOLCHAIN_MISSING, LOADER_REFUSES, MODULE_FILE_INVALID, FILE_*.
   */
  program(file: string, files: ProgramFiles, target: Target): Promise<Uint8Array>;
  /** What the compiler says of a file. @throws AoError MODULE_FILE_INVALID, FILE_*. */
  check(file: string, files: ProgramFiles): Promise<ProgramChecked>;
  /** A plain module with what the network's loader asks for. @throws AoError LOADER_REFUSES. */
  forLoader(program: Uint8Array, file: string): Promise<Uint8Array>;
  /** Ends the thread, where one runs. */
  close(): Promise<void>;
}

/** So many programs are kept: what is spawned again is not compiled again. */
const KEPT = 16;
/** A thread that nobody has asked for so long ends: it holds some 200 MB. */
const IDLE_MS = 60_000;

/**
 * @param script the bundled program of the thread (out/node/compiler.cjs); it starts when first needed.
 * @param compiled is told what came of each program that was compiled to be run.
 */
export function openCompilers(script: string, compiled: (checked: ProgramChecked) => void = () => undefined): Compilers {
  const thread = openThread(script);
  const kept = new LRUCache<string, Compiled>({ max: KEPT });
  const compile = async (file: string, sources: Sources, target: Target, root?: string): Promise<Compiled> => {
    const key = `${target} ${file} ${versionOfSources(sources)}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    try {
      const made = await compileOnce({ file, sources, target, root }, thread);
      kept.set(key, made);
      return made;
    } catch (error) {
      throw error instanceof AoError ? error : new AoError('MODULE_FILE_INVALID', { file, reason: reasonOf(error) });
    }
  };
  const forLoader: Compilers['forLoader'] = async (program, file) => {
    try {
      return wanted(await thread.ask({ kind: 'for-loader', program }));
    } catch (error) {
      throw new AoError('LOADER_REFUSES', { file, reason: reasonOf(error) });
    }
  };
  return {
    async program(file, files, target) {
      const sources = await sourcesOf(file, files);
      const { program, marks } = await compile(file, sources, target, files.root);
      if (isSource(file)) compiled({ file, files: [...sources.keys()], marks });
      const [first] = marks.filter(({ severity }) => severity === 'error');
      if (first !== undefined) throw new AoError('COMPILE_FAILED', { ...placeOf(first), reason: first.message });
      return wanted({ program });
    },
    async check(file, files) {
      const sources = await sourcesOf(file, files);
      return { file, files: [...sources.keys()], marks: (await compile(file, sources, 'here')).marks };
    },
    forLoader,
    close: thread.close,
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
}

async function compileOnce({ file, sources, target, root }: CompileWish, thread: CompilerThread): Promise<Compiled> {
  const bytes = sources.get(file) ?? new Uint8Array();
  if (/\.wat$/i.test(file)) return compileWat(decodeText(bytes, file), file);
  if (/\.c$/i.test(file)) return buildC(file, sources);
  if (/Cargo\.toml$/i.test(file)) {
    if (root === undefined) throw new Error('a package of Rust is built in a project');
    return buildCargo(file, root);
  }
  if (!/\.ts$/i.test(file)) return { program: bytes, marks: [] };
  const files = new Map([...sources].map(([path, content]) => [path, decodeText(content, path)]));
  return thread.ask({ kind: 'assemblyscript', entry: file, files, isForLoader: target === 'network' });
}

function wanted({ program }: Pick<Compiled, 'program'>): Uint8Array {
  if (program === null) throw new Error('it gave no program');
  return program;
}

interface CompilerThread {
  /** @throws Error with the compiler's reason. */
  ask(task: CompileTask): Promise<Compiled>;
  close(): Promise<void>;
}

interface Waiting {
  done(compiled: Compiled): void;
  failed(error: Error): void;
}

function openThread(script: string): CompilerThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let count = 0;
  let idle: NodeJS.Timeout | undefined;
  const end = async (reason: string): Promise<void> => {
    clearTimeout(idle);
    const ending = worker;
    worker = null;
    for (const { failed } of waiting.values()) failed(new Error(reason));
    waiting.clear();
    await ending?.terminate();
  };
  const begin = (): Worker => {
    const made = new Worker(script);
    // Nobody waits for a compiler to be able to end.
    made.unref();
    made.on('message', (word: CompileAnswer) => {
      const asked = waiting.get(word.id);
      waiting.delete(word.id);
      if (word.kind === 'done') asked?.done({ program: word.program, marks: word.marks });
      else asked?.failed(new Error(word.reason));
      if (waiting.size > 0) return;
      made.unref();
      idle = setTimeout(() => void end('it was closed'), IDLE_MS).unref();
    });
    made.on('error', (error) => void end(reasonOf(error)));
    return made;
  };
  return {
    ask: (task) =>
      new Promise((done, failed) => {
        clearTimeout(idle);
        worker ??= begin();
        // But for an answer.
        worker.ref();
        const id = count++;
        waiting.set(id, { done, failed });
        worker.postMessage({ id, task });
      }),
    close: () => end('it was closed'),
  };
}
