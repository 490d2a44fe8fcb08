import { AoError, reasonOf } from '../../../contract/errors.ts';
import type { Outcome, Verdict } from '../../../contract/outcome.ts';
import type { StateFound, StatePage, StatePath } from '../../../contract/state.ts';
import { COMPUTE_MAX, declaredCompute, memoryLimit } from '../declared-limits.ts';
import { readAnswer } from '../json-answer.ts';
import { LimitReached } from '../limit-reached.ts';
import { StateReader } from '../lua/state-reader.ts';
import type { StockGlobals } from '../lua/state-view.ts';
import { createDrive, driveFile, hasDrive, onBootId, type Drive } from '../drive.ts';
import type {
  Evaluation,
  FlatState,
  ImageRoom,
  Instance,
  Machine,
  MachineLimits,
  LivingMemory,
  MemoryImage,
  MessageInput,
  ProcessEnv,
} from '../machine.ts';
import { failedOutcome } from '../outcome-of.ts';
import { createCompiler, type CompiledModule } from './compiled.ts';
import { DriveFiles, Halted } from './drive-files.ts';
import { AOS_FORMATS } from './formats.ts';
import { openLoader, type LoaderRealm } from './loader-realm.ts';
import { AosProgram } from './program.ts';
import { createStock } from './stock.ts';
import { LuaDebugger } from '../lua/debug/lua-debugger.ts';
import { debuggedLuaOf } from './debugged-lua.ts';
import { AosStateSource } from './state-source.ts';
import { copied } from '../pages.ts';

/** Lua's text for a refused allocation, and the end of an output that says the same (protocol §4.4). */
const OUT_OF_MEMORY = 'not enough memory';
const OUTPUT_OUT_OF_MEMORY = 'not enough memory for buffer allocation';
/** Memory that may be used on top of a program's own to read its state. */
const LOOKING_BYTES = 64 * 1024 * 1024;

const NO_DRIVE = new DriveFiles(() => null);

/** Every other path is no file, as in the published extension: Lua looks for its libraries in some. */
const ON_DRIVE = /^\/(data|tx|block)\//;

type StockOf = (module: CompiledModule) => StockGlobals;

/**
 * The machine for the network's own modules: Emscripten programs, unmodified, in the glue of the published loader.
 * @param readLoader gives the text of the loader's file; asked when the first module comes
 */
export function createAosMachine(readLoader: () => string, drive: Drive = createDrive()): Machine {
  let realm: LoaderRealm | null = null;
  const openRealm = (): LoaderRealm => {
    realm ??= openLoader(readLoader());
    return realm;
  };
  const compile = createCompiler(openRealm);
  const stockOf = createStock(openRealm);
  return {
    formats: AOS_FORMATS.map(({ name }) => name),
    async create(module, limits) {
      const compiled = await compile(module);
      const needed = compiled.shape.memory?.minBytes ?? 0;
      if (needed > limits.memoryBytes) throw new AoError('MODULE_MEMORY', { module: module.id, bytes: needed, limit: limits.memoryBytes });
      const broken = (error: unknown): never => {
        throw new AoError('MODULE_BROKEN', { module: module.id, reason: thrownText(error) });
      };
      try {
        const program = new AosProgram(compiled, openRealm(), limits.memoryBytes);
        await program.ready;
        return new AosInstance(program, drive, stockOf);
      } catch (error) {
        return broken(error);
      }
    },
  };
}

class AosInstance implements Instance {
  readonly #program: AosProgram;
  readonly #drive: Drive;
  readonly #stockOf: StockOf;
  /** The last evaluation left more behind than memory shows. */
  #isBroken = false;
  /** Reads the state as it is since it was restored. */
  #reader: StateReader | null = null;
  readonly debugger: LuaDebugger | null;

  constructor(program: AosProgram, drive: Drive, stockOf: StockOf) {
    this.#program = program;
    this.#drive = drive;
    this.#stockOf = stockOf;
    const { hasDebug, format } = program.compiled;
    this.debugger =
      hasDebug && !format.isMetered
        ? new LuaDebugger({
            vm: () => debuggedLuaOf(program),
            mainThread: () => program.mainThread,
            evaluate: (message, env, limits) => this.evaluate(message, env, limits),
            image: () => this.image(),
            restore: (image) => this.restore(image),
            makeRoom: () => this.#makeRoom(),
          })
        : null;
  }

  evaluate(message: MessageInput, env: ProcessEnv, limits: MachineLimits): Evaluation {
    const program = this.#program;
    this.#reader = null;
    const meteredGas = Math.min(declaredCompute(env), COMPUTE_MAX);
    const memoryBytes = memoryLimit(env, limits);
    program.begin({ gas: limits.gas, meteredGas, memoryBytes }, this.#files(message, env));
    try {
      const outcome = readAnswer(program.handle(JSON.stringify(message), env), program.gasUsed);
      if (this.#hasRunOutOfMemory(outcome)) return this.#limited('memory', memoryBytes, message, outcome);
      return { outcome, isStateKept: outcome.error === null, isBroken: false };
    } catch (error) {
      if (error instanceof LimitReached) {
        const limit = error.kind === 'memory' ? memoryBytes : program.compiled.format.isMetered ? meteredGas : limits.gas;
        return this.#limited(error.kind, limit, message, null);
      }
      if (error instanceof AoError && error.code === 'DRIVE_WAITS') {
        this.#isBroken = true;
        throw error;
      }
      if (error instanceof Halted) {
        this.#isBroken = true;
        const verdict: Verdict = { kind: 'unavailable', limit: 0 };
        return { outcome: failedOutcome(error.message, null, program.gasUsed, verdict), isStateKept: false, isBroken: true };
      }
      // What the module or its glue threw: nothing of the instance can be trusted.
      if (program.hasHitMemoryLimit) return this.#limited('memory', memoryBytes, message, null);
      this.#isBroken = true;
      return { outcome: failedOutcome(thrownText(error), null, program.gasUsed, null), isStateKept: false, isBroken: true };
    }
  }

  #files(message: MessageInput, env: ProcessEnv): DriveFiles {
    const boot = onBootId(env.Process.Tags);
    const isOn = hasDrive(env);
    if (!isOn && boot === null) return NO_DRIVE;
    return new DriveFiles((path) =>
      (isOn ? ON_DRIVE.test(path) : path === `/data/${boot}`) ? this.#drive.read(driveFile(env, message, path)) : null,
    );
  }

  memoryBytes(): number {
    return this.#program.memory.buffer.byteLength;
  }

  touchedBytes(): number | null {
    return this.#program.touchedBytes;
  }

  living(): LivingMemory {
    return this.#program.living();
  }

  image(room?: ImageRoom): MemoryImage {
    return copied(this.living(), room);
  }

  restore(image: MemoryImage): void {
    this.#reader = null;
    this.#program.restore(image, this.#isBroken);
    this.#isBroken = false;
  }

  children(path: StatePath, offset: number, limit: number): StatePage | null {
    const reader = this.#reading();
    if (reader === null) return path.length === 0 ? { nodes: [], total: 0, offset } : null;
    return reader.children(path, offset, limit);
  }

  flatten(limit: number): FlatState {
    return this.#reading()?.flatten(limit) ?? { lines: [], isComplete: true };
  }

  find(path: StatePath, text: string, limit: number): StateFound | null {
    const reader = this.#reading();
    if (reader === null) return path.length === 0 ? { hits: [], visited: 0, isComplete: true } : null;
    return reader.find(path, text, limit);
  }

  close(): void {
    // Nothing outside of WebAssembly memory is held; it goes when the last reference does.
  }

  /** @returns null before the first message. @throws AoError STATE_UNREADABLE for modules without names. */
  #reading(): StateReader | null {
    const program = this.#program;
    const { compiled } = program;
    if (!compiled.hasState) throw new AoError('STATE_UNREADABLE', { module: compiled.id, reason: 'it carries no names of its functions' });
    this.#makeRoom();
    if (program.mainThread === 0) return null;
    this.#reader ??= new StateReader(
      new AosStateSource(program, compiled.hasDebug ? debuggedLuaOf(program) : null),
      this.#stockOf(compiled),
    );
    return this.#reader;
  }

  /** Looking takes a little memory itself, also where the program has used up its own. */
  #makeRoom(): void {
    const memoryBytes = this.memoryBytes() + LOOKING_BYTES;
    this.#program.begin({ gas: Number.MAX_SAFE_INTEGER, meteredGas: Number.MAX_SAFE_INTEGER, memoryBytes });
  }

  /** Memory that was refused shows in the error, or in the output of programs that catch theirs. */
  #hasRunOutOfMemory({ error, output }: Outcome): boolean {
    if (typeof output === 'string' && output.endsWith(OUTPUT_OUT_OF_MEMORY)) return true;
    return error !== null && this.#program.hasHitMemoryLimit && error.includes(OUT_OF_MEMORY);
  }

  #limited(kind: 'gas' | 'memory', limit: number, message: MessageInput, from: Outcome | null): Evaluation {
    const error = new AoError(kind === 'gas' ? 'EVALUATION_GAS' : 'EVALUATION_MEMORY', { slot: message.Nonce ?? 0, limit });
    const verdict: Verdict = { kind, limit };
    // The meter notices the limit a step late at most; what counts is the limit.
    const gasUsed = kind === 'gas' ? limit : this.#program.gasUsed;
    // A program that met the end of its memory may be in any state (a half-grown table, say): it is dropped.
    this.#isBroken = kind === 'memory';
    return { outcome: failedOutcome(error.message, from?.output ?? null, gasUsed, verdict), isStateKept: false, isBroken: this.#isBroken };
  }
}

/** The reason of something thrown in the loader's realm, whose errors are no errors here. */
function thrownText(error: unknown): string {
  const message: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : null;
  return typeof message === 'string' && message !== '' ? message : reasonOf(error);
}
