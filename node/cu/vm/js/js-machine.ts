import { createHash } from 'node:crypto';
import { AoError, reasonOf } from '../../../contract/errors.ts';
import { tagValue } from '../../../contract/item.ts';
import { JS_FORMAT } from '../../../contract/modules.ts';
import type { StateFound, StatePage, StatePath } from '../../../contract/state.ts';
import { OUTCOME_CHARACTERS } from '../answer-size.ts';
import { memoryLimit } from '../declared-limits.ts';
import { readAnswer } from '../json-answer.ts';
import { LimitReached } from '../limit-reached.ts';
import type {
  Evaluation,
  FlatState,
  ImageRoom,
  Instance,
  Machine,
  MachineLimits,
  MemoryImage,
  MessageInput,
  ModuleSource,
  ProcessEnv,
} from '../machine.ts';
import { failedOutcome } from '../outcome-of.ts';
import { compileWasm, type WasmModule } from '../wasm-api.ts';
import { Contract, type Kind, type Told } from './contract.ts';
import { JsonState } from './json-state.ts';
import { ProcessMemory } from './process-memory.ts';
import type { RunBounds } from './quickjs.ts';

/** Contracts that stay started in one thread; every process that runs the same code shares one. */
const CONTRACTS_MAX = 16;

/**
 * The machine for SmartWeave's kind of contract (Warp, MEM): JavaScript that exports `handle(state, action)`, on QuickJS
 * compiled to WebAssembly. A contract is a function: every message begins from the same memory, and all that lasts is
 * the state it gives, which is JSON. Gas is the number of loops and calls.
 * @param engine the bytes of quickjs-wasi/quickjs.wasm, asked for when the first contract comes; @param runtime the text of runtime.js
 */
export function createJsMachine(engine: () => Uint8Array, runtime: () => string): Machine {
  let compiled: Promise<WasmModule> | null = null;
  const contracts = new Map<string, Contract>();
  return {
    formats: [JS_FORMAT],
    async create(module, limits) {
      compiled ??= compileWasm(engine());
      const parts = { engine: await compiled, runtime: runtime() };
      const contractOf = (source: string, bounds: RunBounds): Contract => {
        const key = createHash('sha256').update(source).digest('base64url');
        const contract = contracts.get(key) ?? new Contract(parts, source, bounds);
        contracts.delete(key);
        contracts.set(key, contract);
        for (const oldest of contracts.keys()) if (contracts.size > CONTRACTS_MAX) contracts.delete(oldest);
        return contract;
      };
      const instance = new JsInstance(textOf(module), contractOf);
      try {
        contractOf(textOf(module), { nowMs: 0, gas: limits.gas, memoryBytes: limits.memoryBytes });
        return instance;
      } catch (error) {
        throw new AoError('MODULE_BROKEN', { module: module.id, reason: reasonOf(error) });
      }
    },
  };
}

function textOf({ id, bytes }: ModuleSource): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AoError('MODULE_BROKEN', { module: id, reason: 'its code is no text in UTF-8' });
  }
}

type ContractOf = (source: string, bounds: RunBounds) => Contract;

class JsInstance implements Instance {
  readonly debugger = null;
  readonly #source: string;
  readonly #contractOf: ContractOf;
  readonly #memory = new ProcessMemory();

  constructor(source: string, contractOf: ContractOf) {
    this.#source = source;
    this.#contractOf = contractOf;
  }

  evaluate(message: MessageInput, env: ProcessEnv, { gas, memoryBytes }: MachineLimits): Evaluation {
    const bounds = { nowMs: message.Timestamp, gas, memoryBytes: memoryLimit(env, { memoryBytes }) };
    try {
      const kind = kindOf(message, env);
      if (kind === 'eval' && IS_CODE.test(message.Data ?? '')) return this.#evolve(message.Data ?? '', bounds);
      const { state, source } = this.#memory.lasting;
      const contract = this.#contractOf(source ?? this.#source, bounds);
      const { told, gasUsed } = contract.evaluate(kind, message, env, JSON.stringify(state), bounds);
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

  image(room?: ImageRoom): MemoryImage {
    return this.#memory.image(room);
  }

  restore(image: MemoryImage): void {
    this.#memory.restore(image);
  }

  children(path: StatePath, offset: number, limit: number): StatePage | null {
    return this.#state().children(path, offset, limit);
  }

  flatten(limit: number): FlatState {
    return this.#state().flatten(limit);
  }

  find(path: StatePath, text: string, limit: number): StateFound | null {
    return this.#state().find(path, text, limit);
  }

  close(): void {
    // The contract is shared, and goes with the thread.
  }

  /** The owner puts other code in place of the contract's, once it has started. */
  #evolve(source: string, bounds: RunBounds): Evaluation {
    this.#contractOf(source, bounds);
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
    this.#memory.set({ ...this.#memory.lasting, state: told.state });
    return { outcome: readAnswer(text, gasUsed), isStateKept: true, isBroken: false };
  }

  /** Code that replaced the module's stands beside the state, so that a person sees it. */
  #state(): JsonState {
    const { state, source } = this.#memory.lasting;
    return new JsonState(source === null ? { state } : { state, source });
  }
}

/** Code that exports something is a whole contract; other code is run once. */
const IS_CODE = /^\s*export\s/m;

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
