import type { Json } from '../../../contract/outcome.ts';
import type { StateKind } from '../../../contract/state.ts';
import { memoryLimit } from '../declared-limits.ts';
import { LimitReached } from '../limit-reached.ts';
import type { MachineLimits, MemoryImage, MessageInput, ProcessEnv } from '../machine.ts';
import type { WasmModule } from '../wasm-api.ts';
import { JsError, QuickJs, type Held, type RunBounds } from './quickjs.ts';

/** What a contract's code is called in stacks. */
export const CONTRACT_FILE = 'contract.js';
const RUNTIME_FILE = 'aoscope/runtime.js';
/**
 * What a contract's code may use to start. Always the same, whoever asks for it first: it is started anew when it has not been used
 * for a while, and every replay has to begin from the same memory.
 */
const START: RunBounds = { nowMs: 0, gas: 5_000_000, memoryBytes: 256 * 1024 * 1024 };

/** How a message is taken: the first one makes the state, the owner's Eval changes it, and all others go to `handle`. */
export type Kind = 'first' | 'eval' | 'message';

/** What an evaluation came to: an answer of the compute unit with the state after it, or why there is none. */
export type Told = { readonly response: Json; readonly state: Json } | { readonly Error: string; readonly isOutOfMemory: boolean };

/** A message over a state, which is JSON. */
export interface Turn {
  readonly kind: Kind;
  readonly message: MessageInput;
  readonly env: ProcessEnv;
  readonly state: string;
}

/** What an expression gave. */
export interface ReadValue {
  readonly kind: StateKind | 'error';
  readonly preview: string;
  readonly isTrue: boolean;
}

/** What an evaluation may use, and the time that it sees. */
export function boundsOf(message: MessageInput, env: ProcessEnv, { gas, memoryBytes }: MachineLimits): RunBounds {
  return { nowMs: message.Timestamp, gas, memoryBytes: memoryLimit(env, { memoryBytes }) };
}

/** What is told to those who prepare a VM before the contract's code runs: what runtime.js gave. */
export type Prepare = (vm: QuickJs, runtime: Held) => void;

/** What every contract runs on. */
export interface ContractParts {
  readonly engine: WasmModule;
  /** The text of runtime.js. */
  readonly runtime: string;
}

/** The functions of runtime.js, held in the memory that every evaluation begins from. */
interface Runtime {
  readonly begin: Held;
  readonly answer: Held;
  readonly adopt: Held;
  readonly read: Held;
}

/**
 * One contract, started once: every evaluation begins from the same memory, so that nothing lasts but the state, and
 * processes that run the same code share it.
 */
export class Contract {
  readonly #vm: QuickJs;
  readonly #runtime: Runtime;
  readonly #image: MemoryImage;

  /** @throws JsError where the code does not run, does not end, or has no `handle`. */
  constructor({ engine, runtime }: ContractParts, source: string, prepare: Prepare = () => undefined) {
    const vm = new QuickJs(engine);
    this.#vm = vm;
    vm.begin(START);
    const made = vm.script(runtime, RUNTIME_FILE);
    const held = (name: keyof Runtime): Held => vm.property(made, name);
    this.#runtime = { begin: held('begin'), answer: held('answer'), adopt: held('adopt'), read: held('read') };
    prepare(vm, made);
    try {
      this.#adopt(source);
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      throw new JsError(`its code does not end within ${START.gas} loops and calls`);
    }
    this.#image = vm.image();
  }

  /**
   * Evaluates a message. @param first is done before, in the memory that the evaluation begins from.
   * @throws LimitReached, or whatever WebAssembly throws.
   */
  evaluate(
    { kind, message, env, state }: Turn,
    bounds: RunBounds,
    first: (vm: QuickJs) => void = () => undefined,
  ): { readonly told: Told; readonly gasUsed: number } {
    const vm = this.#vm;
    vm.restore(this.#image);
    vm.begin(bounds);
    first(vm);
    const texts = [kind, JSON.stringify(message), JSON.stringify(env), state];
    try {
      vm.call(this.#runtime.begin, ...texts.map((text) => vm.string(text)));
      vm.runJobs();
      const { gasUsed } = vm;
      return { told: (this.#answer() as Told | null) ?? NEVER, gasUsed };
    } catch (error) {
      if (!(error instanceof JsError)) throw error;
      // What the runtime itself meets: mostly memory that is at its end.
      return { told: { Error: error.message, isOutOfMemory: error.message.includes(OUT_OF_MEMORY) }, gasUsed: vm.gasUsed };
    }
  }

  /** What an expression gives over a state. @throws LimitReached. */
  read(expression: string, state: string, bounds: RunBounds): ReadValue {
    const vm = this.#vm;
    vm.restore(this.#image);
    vm.begin(bounds);
    return JSON.parse(vm.text(vm.call(this.#runtime.read, vm.string(expression), vm.string(state)))) as ReadValue;
  }

  /** A contract as SmartWeave has it may declare its `handle` without exporting it. */
  #adopt(source: string): void {
    if (this.#hasHandle(source)) return;
    try {
      if (this.#hasHandle(`${source}\nexport { handle };`)) return;
    } catch (error) {
      if (!(error instanceof JsError)) throw error;
    }
    throw new JsError('it has no function handle(state, action)');
  }

  #hasHandle(source: string): boolean {
    this.#vm.call(this.#runtime.adopt, this.#vm.module(source, CONTRACT_FILE));
    this.#vm.runJobs();
    const told = this.#answer() as { readonly hasHandle: boolean } | { readonly Error: string } | null;
    if (told === null) throw new JsError('its code waits for something that never comes');
    if ('Error' in told) throw new JsError(told.Error);
    return told.hasHandle;
  }

  #answer(): Json {
    return JSON.parse(this.#vm.text(this.#vm.call(this.#runtime.answer))) as Json;
  }
}

/** QuickJS's text for a refused allocation. */
const OUT_OF_MEMORY = 'out of memory';
const NEVER: Told = {
  Error: 'handle waits for something that never comes: nothing outside of the contract answers while it runs',
  isOutOfMemory: false,
};
