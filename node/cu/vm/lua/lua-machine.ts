import { createHash } from 'node:crypto';
import { AoError, reasonOf } from '../../../contract/errors.ts';
import type { Json } from '../../../contract/outcome.ts';
import type { StateFound, StatePage, StatePath } from '../../../contract/state.ts';
import { LUA_FORMAT } from '../../../lua/module.ts';
import { AnswerTooLarge, OUTCOME_CHARACTERS } from '../answer-size.ts';
import { LimitReached } from '../limit-reached.ts';
import { createDrive, driveFile, onBootId, type Drive } from '../drive.ts';
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
import { memoryLimit } from '../declared-limits.ts';
import { failedOutcome, toOutcome } from '../outcome-of.ts';
import { LuaDebugger } from './debug/lua-debugger.ts';
import { LuaError, LuaHost } from './host.ts';
import { startProgram, type StartedProgram } from './program.ts';
import { StateReader } from './state-reader.ts';
import { readStockGlobals, type StockGlobals } from './state-view.ts';
import { compileWasm, type WasmModule } from '../wasm-api.ts';
import { copied } from '../pages.ts';

/** Lua's text for a refused allocation; no place in the code stands before it. */
const LUA_OUT_OF_MEMORY = 'not enough memory';

/** Memory that may be used on top of a program's own to read its state. */
const LOOKING_BYTES = 64 * 1024 * 1024;

/** A program that has started once: new instances begin from its memory. */
interface Started {
  readonly entry: number;
  readonly stock: StockGlobals;
  readonly image: MemoryImage;
}

/**
 * The machine for our own Lua modules, on wasmoon's glue.wasm (Lua 5.4).
 * @param glueWasm the bytes of wasmoon/dist/glue.wasm
 */
export function createLuaMachine(glueWasm: Uint8Array, drive: Drive = createDrive()): Machine {
  const glue: Promise<WasmModule> = compileWasm(glueWasm);
  // Whoever creates the first instance meets the error; until then nobody waits for it.
  glue.catch(() => undefined);
  const started = new Map<string, Started>();
  return {
    formats: [LUA_FORMAT],
    async create(module, limits) {
      const compiled = await glue;
      const key = createHash('sha256').update(module.bytes).digest('hex');
      const known = started.get(key);
      if (known === undefined) {
        const program = startProgram(compiled, module, limits.memoryBytes);
        const image = copied(program.host.living());
        const stock = readStockGlobals(program.host);
        // Looking at the globals may have touched memory.
        program.host.restore(image);
        started.set(key, { entry: program.entry, stock, image });
        return new LuaInstance(program, drive, stock);
      }
      const host = new LuaHost(compiled, limits.memoryBytes);
      host.restore(known.image);
      return new LuaInstance({ host, entry: known.entry }, drive, known.stock);
    },
  };
}

class LuaInstance implements Instance {
  readonly #host: LuaHost;
  readonly #entry: number;
  readonly #stock: StockGlobals;
  readonly #drive: Drive;
  /** Reads the state as it is since it was restored. */
  #reader: StateReader | null = null;
  readonly debugger: LuaDebugger;

  constructor(program: StartedProgram, drive: Drive, stock: StockGlobals) {
    this.#drive = drive;
    this.#stock = stock;
    this.#host = program.host;
    this.#entry = program.entry;
    this.debugger = new LuaDebugger({
      vm: () => this.#host,
      mainThread: () => this.#host.main,
      evaluate: (message, env, limits) => this.evaluate(message, env, limits),
      image: () => this.image(),
      restore: (image) => this.restore(image),
      makeRoom: () => this.#makeRoom(),
    });
  }

  evaluate(message: MessageInput, env: ProcessEnv, { gas, memoryBytes }: MachineLimits): Evaluation {
    this.#reader = null;
    const limits = { gas, memoryBytes: memoryLimit(env, { memoryBytes }) };
    const given = withBoot(this.#drive, message, env);
    const host = this.#host;
    const { lua, main, values } = host;
    host.begin({ nowMs: message.Timestamp, gas: limits.gas, memoryBytes: limits.memoryBytes });
    try {
      host.pushKept(this.#entry);
      values.push(main, message);
      values.push(main, given);
      host.call(2, 2);
      const thread = lua.lua_tothread(main, -1);
      const gasUsed = host.gasUsed(thread === 0 ? [] : [thread]);
      const outcome = toOutcome(values.json(main, -2), gasUsed);
      lua.lua_settop(main, 0);
      if (outcome.error === null) return { outcome, isStateKept: true, isBroken: false };
      if (this.#isOutOfMemory(outcome.error)) return this.#limited('memory', message, limits, gasUsed, outcome.output);
      return { outcome, isStateKept: false, isBroken: false };
    } catch (error) {
      const gasUsed = host.gasUsed([]);
      if (error instanceof LimitReached) return this.#limited(error.kind, message, limits, gasUsed, null);
      if (error instanceof AnswerTooLarge) return this.#tooLarge(message, gasUsed);
      const reason = reasonOf(error);
      // A refused allocation outside of any Lua function makes Lua abort: the same limit, met elsewhere.
      if (this.#isOutOfMemory(reason) || (host.hasHitMemoryLimit && !(error instanceof LuaError)))
        return this.#limited('memory', message, limits, gasUsed, null);
      return { outcome: failedOutcome(reason, null, gasUsed, null), isStateKept: false, isBroken: !(error instanceof LuaError) };
    }
  }

  memoryBytes(): number {
    return this.#host.memoryBytes;
  }

  living(): LivingMemory {
    return this.#host.living();
  }

  image(room?: ImageRoom): MemoryImage {
    return copied(this.living(), room);
  }

  restore(image: MemoryImage): void {
    this.#reader = null;
    this.#host.restore(image);
  }

  children(path: StatePath, offset: number, limit: number): StatePage | null {
    return this.#reading().children(path, offset, limit);
  }

  flatten(limit: number): FlatState {
    return this.#reading().flatten(limit);
  }

  find(path: StatePath, text: string, limit: number): StateFound | null {
    return this.#reading().find(path, text, limit);
  }

  #reading(): StateReader {
    this.#makeRoom();
    this.#reader ??= new StateReader(this.#host, this.#stock);
    return this.#reader;
  }

  /** Looking takes a little memory itself, also where the program has used up its own. */
  #makeRoom(): void {
    const { memoryBytes } = this.#host;
    this.#host.begin({ nowMs: 0, gas: Number.MAX_SAFE_INTEGER, memoryBytes: memoryBytes + LOOKING_BYTES });
  }

  #tooLarge(message: MessageInput, gasUsed: number): Evaluation {
    this.#host.lua.lua_settop(this.#host.main, 0);
    const error = new AoError('OUTCOME_TOO_LARGE', { slot: message.Nonce ?? 0, limit: OUTCOME_CHARACTERS });
    return { outcome: failedOutcome(error.message, null, gasUsed, null), isStateKept: false, isBroken: false };
  }

  #isOutOfMemory(reason: string): boolean {
    return this.#host.hasHitMemoryLimit && reason.includes(LUA_OUT_OF_MEMORY);
  }

  #limited(kind: 'gas' | 'memory', message: MessageInput, limits: MachineLimits, gasUsed: number, output: Json): Evaluation {
    const limit = kind === 'gas' ? limits.gas : limits.memoryBytes;
    const error = new AoError(kind === 'gas' ? 'EVALUATION_GAS' : 'EVALUATION_MEMORY', { slot: message.Nonce ?? 0, limit });
    // The hook notices the limit a step late at most; what counts is the limit.
    const gas = kind === 'gas' ? limit : gasUsed;
    return { outcome: failedOutcome(error.message, output, gas, { kind, limit }), isStateKept: false, isBroken: false };
  }

  close(): void {
    // Nothing outside of WebAssembly memory is held; it goes when the last reference does.
  }
}

/** The environment with the code that the process names by an id, at its first message. @throws AoError DRIVE_WAITS. */
function withBoot(drive: Drive, message: MessageInput, env: ProcessEnv): ProcessEnv & { readonly OnBoot?: string } {
  const boot = message.Id === env.Process.Id ? onBootId(env.Process.Tags) : null;
  if (boot === null) return env;
  const answer = drive.read(driveFile(env, message, `/data/${boot}`));
  return 'data' in answer ? { ...env, OnBoot: new TextDecoder().decode(answer.data) } : env;
}
