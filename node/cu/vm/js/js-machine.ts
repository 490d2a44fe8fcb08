import { AoError, reasonOf } from '../../../contract/errors.ts';
import { tagValue } from '../../../contract/item.ts';
import { JS_FORMAT } from '../../../contract/modules.ts';
import type { Json } from '../../../contract/outcome.ts';
import type { StateFound, StatePage, StatePath } from '../../../contract/state.ts';
import { OUTCOME_CHARACTERS } from '../answer-size.ts';
import { readAnswer } from '../json-answer.ts';
import { LimitReached } from '../limit-reached.ts';
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
import { compileWasm, type WasmModule } from '../wasm-api.ts';
import { boundsOf, Contract, type Kind, type Told } from './contract.ts';
import { JsDebugger } from './debug/js-debugger.ts';
import { WatchedContract } from './debug/watched-contract.ts';
import { JsonState } from './json-state.ts';
import { ProcessMemory } from './process-memory.ts';
import type { RunBounds } from './quickjs.ts';
import { copied } from '../pages.ts';

/** Contracts that stay started in one thread; every process that runs the same code shares one. */
const CONTRACTS_MAX = 16;
/** And those that tell what they do. */
const WATCHED_MAX = 2;

/** What runs inside beside the contracts. */
export interface JsRuntime {
  readonly own: string;
  /** Where somebody watches. */
  readonly debug: string;
}

/**
 * The machine for SmartWeave's kind of contract (Warp, MEM): JavaScript that exports `handle(state, action)`, on QuickJS
 * compiled to WebAssembly. A contract is a function: every message begins from the same memory, and all that lasts is
 * the state it gives, which is JSON. Gas is the number of loops and calls.
 * @param engine the bytes of quickjs-wasi/quickjs.wasm, asked for when the first contract comes; @param runtime the texts of runtime.js and debug/runtime.js
 */
export function createJsMachine(engine: () => Uint8Array, runtime: () => JsRuntime): Machine {
  let compiled: Promise<WasmModule> | null = null;
  const contracts = new Started<Contract>(CONTRACTS_MAX);
  const watched = new Started<WatchedContract>(WATCHED_MAX);
  return {
    formats: [JS_FORMAT],
    async create(module) {
      compiled ??= compileWasm(engine());
      const texts = runtime();
      const parts = { engine: await compiled, runtime: texts.own };
      const instance = new JsInstance(textOf(module), {
        contract: (source) => contracts.of(source, () => new Contract(parts, source)),
        watched: (source) => watched.of(source, () => new WatchedContract(parts, texts.debug, source)),
      });
      try {
        instance.start();
        return instance;
      } catch (error) {
        throw new AoError('MODULE_BROKEN', { module: module.id, reason: reasonOf(error) });
      }
    },
  };
}

/** Contracts by their code, those used last. */
class Started<T> {
  readonly #known = new Map<string, T>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  of(source: string, start: () => T): T {
    const contract = this.#known.get(source) ?? start();
    this.#known.delete(source);
    this.#known.set(source, contract);
    for (const oldest of this.#known.keys()) if (this.#known.size > this.#most) this.#known.delete(oldest);
    return contract;
  }
}

function textOf({ id, bytes }: ModuleSource): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AoError('MODULE_BROKEN', { module: id, reason: 'its code is no text in UTF-8' });
  }
}

/** Gives what runs a source. @throws JsError where its code does not start. */
interface Engines {
  contract(source: string): Contract;
  watched(source: string): WatchedContract;
}

class JsInstance implements Instance {
  readonly debugger: JsDebugger;
  readonly #source: string;
  readonly #engines: Engines;
  readonly #memory = new ProcessMemory();

  constructor(source: string, engines: Engines) {
    this.#source = source;
    this.#engines = engines;
    this.debugger = new JsDebugger({
      evaluate: (message, env, limits) => this.evaluate(message, env, limits),
      turn: (message, env) => ({ kind: kindOf(message, env), message, env, state: this.#memory.lasting.state }),
      state: () => this.#memory.lasting.state,
      contract: () => this.#engines.contract(this.#code),
      watched: () => this.#engines.watched(this.#code),
    });
  }

  /** @throws JsError where the code does not start. */
  start(): void {
    this.#engines.contract(this.#source);
  }

  evaluate(message: MessageInput, env: ProcessEnv, limits: MachineLimits): Evaluation {
    const bounds = boundsOf(message, env, limits);
    try {
      const kind = kindOf(message, env);
      if (kind === 'eval' && isWholeContract(message)) return this.#evolve(message.Data ?? '');
      const { state } = this.#memory.lasting;
      const { told, gasUsed } = this.#engines.contract(this.#code).evaluate({ kind, message, env, state }, bounds);
      return this.#answered(told, gasUsed, message, bounds);
    } catch (error) {
      return failed(error, message, bounds);
    }
  }

  memoryBytes(): number {
    return this.#memory.byteLength;
  }

  touchedBytes(): number {
    return this.#memory.byteLength;
  }

  living(): LivingMemory {
    return this.#memory.living();
  }

  image(room?: ImageRoom): MemoryImage {
    return copied(this.living(), room);
  }

  restore(image: MemoryImage): void {
    this.#memory.restore(image);
  }

  children(path: StatePath, offset: number, limit: number): StatePage | null {
    return this.#tree().children(path, offset, limit);
  }

  flatten(limit: number): FlatState {
    return this.#tree().flatten(limit);
  }

  find(path: StatePath, text: string, limit: number): StateFound | null {
    return this.#tree().find(path, text, limit);
  }

  close(): void {
    // The contract is shared, and goes with the thread.
  }

  get #code(): string {
    return this.#memory.lasting.source ?? this.#source;
  }

  /** The owner puts other code in place of the contract's, once it has started. */
  #evolve(source: string): Evaluation {
    this.#engines.contract(source);
    this.#memory.set({ ...this.#memory.lasting, source });
    const outcome = readAnswer(JSON.stringify({ Output: { data: 'The contract runs this code from the next message on.' } }), 0);
    return { outcome, isStateKept: true, isBroken: false };
  }

  #answered(told: Told, gasUsed: number, message: MessageInput, bounds: RunBounds): Evaluation {
    if ('Error' in told) {
      if (told.isOutOfMemory) return limited('memory', message, bounds, gasUsed);
      return undone(failedOutcome(told.Error, null, gasUsed, null));
    }
    const text = JSON.stringify(told.response);
    if (text.length > OUTCOME_CHARACTERS) {
      const error = new AoError('OUTCOME_TOO_LARGE', { slot: message.Nonce ?? 0, limit: OUTCOME_CHARACTERS });
      return undone(failedOutcome(error.message, null, gasUsed, null));
    }
    this.#memory.set({ ...this.#memory.lasting, state: JSON.stringify(told.state) });
    return { outcome: readAnswer(text, gasUsed), isStateKept: true, isBroken: false };
  }

  /** Code that replaced the module's stands beside the state, so that a person sees it. */
  #tree(): JsonState {
    const { state: text, source } = this.#memory.lasting;
    const state = JSON.parse(text) as Json;
    return new JsonState(source === null ? { state } : { state, source });
  }
}

/** Code that exports something is a whole contract; other code is run once. */
function isWholeContract({ Data }: MessageInput): boolean {
  return /^\s*export\s/m.test(Data ?? '');
}

function kindOf({ Id, From, Tags }: MessageInput, { Process }: ProcessEnv): Kind {
  if (Id !== undefined && Id === Process.Id) return 'first';
  return From === Process.Owner && tagValue(Tags, 'Action') === 'Eval' ? 'eval' : 'message';
}

const undone = (outcome: Evaluation['outcome']): Evaluation => ({ outcome, isStateKept: false, isBroken: false });

function limited(kind: 'gas' | 'memory', message: MessageInput, { gas, memoryBytes }: RunBounds, gasUsed: number): Evaluation {
  const limit = kind === 'gas' ? gas : memoryBytes;
  const error = new AoError(kind === 'gas' ? 'EVALUATION_GAS' : 'EVALUATION_MEMORY', { slot: message.Nonce ?? 0, limit });
  return undone(failedOutcome(error.message, null, gasUsed, { kind, limit }));
}

function failed(error: unknown, message: MessageInput, bounds: RunBounds): Evaluation {
  if (error instanceof LimitReached) return limited(error.kind, message, bounds, error.kind === 'gas' ? bounds.gas : 0);
  return undone(failedOutcome(reasonOf(error), null, 0, null));
}
