import { AoError, reasonOf } from '../../../contract/errors.ts';
import { PLAIN_FORMAT } from '../../../contract/modules.ts';
import type { StateFound, StatePage, StatePath } from '../../../contract/state.ts';
import { memoryLimit, UNDECLARED_MEMORY } from '../declared-limits.ts';
import { readAnswer } from '../json-answer.ts';
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
  ModuleSource,
  ProcessEnv,
} from '../machine.ts';
import { failedOutcome } from '../outcome-of.ts';
import { readShape, type WasmShape } from '../wasm-shape.ts';
import { namesOutside } from './outside-world.ts';
import { WasmProgram } from './wasm-program.ts';
import { WasmState } from './wasm-state.ts';
import { copied } from '../pages.ts';

/** Named like the others after the target they are compiled for. */
export const WASM_FORMAT = PLAIN_FORMAT;

const EXPORTS = ['memory', 'malloc', 'handle'];

/**
 * The machine for plain WebAssembly: modules of any language that export `memory`, `malloc(bytes)` and
 * `handle(message, env)`. Both arguments and the answer are addresses of JSON texts that end with a NUL; the answer is
 * `{Output, Messages, Spawns, Assignments, Error}`, or the same in `{ok, response}` as aos modules give it. A module
 * that exports `free(address)` gets its arguments freed. Instructions are not counted: gas is 0, and a loop without an
 * end is ended by the limit of time.
 */
export function createWasmMachine(): Machine {
  return {
    formats: [WASM_FORMAT],
    async create(module, limits) {
      try {
        const shape = readShape(module.bytes);
        check(module, shape, limits);
        // Most processes declare nothing, so that most are compiled once.
        const memoryBytes = Math.min(UNDECLARED_MEMORY, limits.memoryBytes);
        return new WasmInstance(new WasmProgram(module.bytes, shape, memoryBytes));
      } catch (error) {
        if (error instanceof AoError) throw error;
        throw new AoError('MODULE_BROKEN', { module: module.id, reason: reasonOf(error) });
      }
    },
  };
}

function check(module: ModuleSource, { exports, importNames, memory }: WasmShape, limits: MachineLimits): void {
  const missing = EXPORTS.find((name) => !exports.has(name));
  if (missing !== undefined) throw new TypeError(`it does not export ${missing}`);
  const known = namesOutside();
  const unknown = importNames.filter((name) => !known.has(name));
  if (unknown.length > 0) throw new TypeError(`it imports ${unknown.join(', ')}, which nobody here gives`);
  if (memory === null || memory.isWide) throw new TypeError('its memory is not one of 32 bits');
  if (memory.minBytes > limits.memoryBytes)
    throw new AoError('MODULE_MEMORY', { module: module.id, bytes: memory.minBytes, limit: limits.memoryBytes });
}

class WasmInstance implements Instance {
  readonly debugger = null;
  readonly #program: WasmProgram;
  /** Reads the state as it is since it was restored. */
  #state: WasmState | null = null;

  constructor(program: WasmProgram) {
    this.#program = program;
  }

  evaluate(message: MessageInput, env: ProcessEnv, limits: MachineLimits): Evaluation {
    this.#state = null;
    try {
      this.#program.limitMemory(memoryLimit(env, limits));
      const outcome = readAnswer(this.#program.handle(JSON.stringify(message), JSON.stringify(env), message.Timestamp), 0);
      return { outcome, isStateKept: outcome.error === null, isBroken: false };
    } catch (error) {
      return { outcome: failedOutcome(reasonOf(error), null, 0, null), isStateKept: false, isBroken: true };
    }
  }

  memoryBytes(): number {
    return this.#program.memory.buffer.byteLength;
  }

  living(): LivingMemory {
    return this.#program.living();
  }

  image(room?: ImageRoom): MemoryImage {
    return copied(this.living(), room);
  }

  restore(image: MemoryImage): void {
    this.#state = null;
    this.#program.restore(image);
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

  close(): void {
    // Nothing outside of WebAssembly memory is held; it goes when the last reference does.
  }

  #reading(): WasmState {
    this.#state ??= new WasmState(this.#program.state());
    return this.#state;
  }
}
