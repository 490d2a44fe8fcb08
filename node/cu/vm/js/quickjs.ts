import { LimitReached } from '../limit-reached.ts';
import type { MemoryImage } from '../machine.ts';
import { pace } from '../pace.ts';
import { copied, livingMemory, writeImage } from '../pages.ts';
import { instantiateWasm, type WasmImports, type WasmMemory, type WasmModule } from '../wasm-api.ts';

/** Address of a value that the host holds on to. */
export type Held = number;

/** What quickjs.wasm of quickjs-wasi (QuickJS-NG, MIT) exports, as far as it is used here. */
interface QuickJsExports {
  readonly memory: WasmMemory;
  readonly __stack_pointer: { value: number };
  _initialize(): void;
  qjs_init(): number;
  qjs_set_interrupt_handler(isOn: number): void;
  qjs_set_memory_limit(bytes: number): void;
  qjs_set_max_stack_size(bytes: number): void;
  qjs_get_context_ptr(): number;
  qjs_eval(code: number, length: number, file: number, flags: number): Held;
  qjs_call(func: Held, self: Held, count: number, args: number): Held;
  qjs_new_string(text: number, length: number): Held;
  qjs_new_host_function(name: number, length: number, count: number): Held;
  qjs_get_undefined(): Held;
  qjs_get_prop_string(object: Held, name: number): Held;
  qjs_get_string_len(value: Held, length: number): number;
  qjs_is_exception(value: Held): number;
  qjs_get_exception(): Held;
  qjs_is_job_pending(): number;
  qjs_execute_pending_job(): number;
  wasm_malloc(bytes: number): number;
}

/** So many loops and calls pass before QuickJS asks whether to go on (quickjs.c: JS_INTERRUPT_COUNTER_INIT). */
const INTERRUPT_EVERY = 10_000;
/** Where the context of quickjs-wasi 3.6 keeps what is left of them; a test would notice another place. */
const INTERRUPT_AT = 292;
/** Of the stack inside of WebAssembly; the engine's own stack, which goes along, is about as deep and ends at a megabyte. */
const STACK_BYTES = 256 * 1024;
/** What QuickJS takes for itself before a program has begun. */
const OWN_BYTES = 2 * 1024 * 1024;
const IS_MODULE = 1;
const BAD_FILE = 8;

/** Something that was thrown inside, as text. */
export class JsError extends Error {}

export interface RunBounds {
  /** Milliseconds since 1970 that every clock shows. */
  readonly nowMs: number;
  /** Loops and calls. */
  readonly gas: number;
  readonly memoryBytes: number;
}

/** One QuickJS in one WebAssembly memory, which sees nothing of the machine it runs on. What it holds for the host is never freed: it is put back to where it began instead. */
export class QuickJs {
  readonly #module: WasmModule;
  #exports: QuickJsExports;
  #nowMs = 0;
  #left = 0;
  #armed = 0;
  #used = 0;
  #isOver = false;
  #host: (() => void) | null = null;

  constructor(module: WasmModule) {
    this.#module = module;
    this.#exports = this.#instantiate();
    this.#exports._initialize();
    if (this.#exports.qjs_init() !== 0) throw new Error('QuickJS did not start');
    this.#exports.qjs_set_interrupt_handler(1);
    this.#exports.qjs_set_max_stack_size(STACK_BYTES);
  }

  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /** Sets clock and limits, and begins to count. */
  begin({ nowMs, gas, memoryBytes }: RunBounds): void {
    this.#nowMs = nowMs;
    [this.#left, this.#used, this.#isOver] = [gas, 0, false];
    this.#exports.qjs_set_memory_limit(memoryBytes + OWN_BYTES);
    this.#arm();
  }

  /** Loops and calls since `begin`. */
  get gasUsed(): number {
    return this.#used + this.#armed - this.#counter;
  }

  /** What `host(…)` inside calls; null where nobody listens. */
  listen(host: (() => void) | null): void {
    this.#host = host;
  }

  /** Ends what runs at its next loop or call, as its limit would. */
  cut(): void {
    this.#used += this.#armed - this.#counter;
    this.#left = 0;
    this.#arm();
  }

  /** A function that calls whoever listens. */
  hostFunction(): Held {
    const name = this.#bytes('host');
    return this.#exports.qjs_new_host_function(name.at, name.length, 0);
  }

  /** The value of a script. @throws JsError, LimitReached. */
  script(code: string, file: string): Held {
    return this.#eval(code, file, 0);
  }

  /** A promise of what a module exports. @throws JsError, LimitReached. */
  module(code: string, file: string): Held {
    return this.#eval(code, file, IS_MODULE);
  }

  property(object: Held, name: string): Held {
    return this.#given(this.#exports.qjs_get_prop_string(object, this.#bytes(name).at));
  }

  string(text: string): Held {
    const { at, length } = this.#bytes(text);
    return this.#given(this.#exports.qjs_new_string(at, length));
  }

  /** @throws JsError, LimitReached. */
  call(func: Held, ...args: readonly Held[]): Held {
    const { qjs_call: call, wasm_malloc: malloc, qjs_get_undefined: nothing, memory } = this.#exports;
    const list = args.length === 0 ? 0 : malloc(args.length * 4);
    const view = new DataView(memory.buffer);
    for (const [place, arg] of args.entries()) view.setUint32(list + place * 4, arg, true);
    return this.#given(call(func, nothing(), args.length, list));
  }

  text(value: Held): string {
    const text = this.#textOf(value);
    if (text === null) throw this.#thrown();
    return text;
  }

  /** Runs what promises have left to do, until nothing is left. @throws LimitReached. */
  runJobs(): void {
    while (this.#exports.qjs_is_job_pending() !== 0) {
      this.#exports.qjs_execute_pending_job();
      if (this.#isOver) throw new LimitReached('gas');
    }
  }

  image(): MemoryImage {
    return copied(livingMemory(this.#exports.memory.buffer, [this.#exports.__stack_pointer.value]));
  }

  /** Puts memory and stack back; memory that has grown since is left for a new one. */
  restore(image: MemoryImage): void {
    if (this.memoryBytes > image.byteLength) this.#exports = this.#instantiate();
    const missing = image.byteLength - this.memoryBytes;
    if (missing > 0) this.#exports.memory.grow(missing / 65_536);
    writeImage(this.#exports.memory.buffer, image);
    this.#exports.__stack_pointer.value = image.registers[0] ?? 0;
  }

  #eval(code: string, file: string, flags: number): Held {
    const { at, length } = this.#bytes(code);
    return this.#given(this.#exports.qjs_eval(at, length, this.#bytes(file).at, flags));
  }

  #given(value: Held): Held {
    if (this.#isOver) throw new LimitReached('gas');
    if (value === 0 || this.#exports.qjs_is_exception(value) !== 0) throw this.#thrown();
    return value;
  }

  #thrown(): Error {
    if (this.#isOver) return new LimitReached('gas');
    return new JsError(this.#textOf(this.#exports.qjs_get_exception()) ?? 'an error without a text');
  }

  /** Null where a value has no text, such as one whose `toString` throws. */
  #textOf(value: Held): string | null {
    const { memory, qjs_get_string_len: get, wasm_malloc: malloc } = this.#exports;
    const lengthAt = malloc(4);
    const at = get(value, lengthAt);
    if (at === 0) return null;
    return Buffer.from(memory.buffer, at, new DataView(memory.buffer).getUint32(lengthAt, true)).toString('utf8');
  }

  /** A text with a NUL at its end, which QuickJS expects also where it is told the length. */
  #bytes(text: string): { readonly at: number; readonly length: number } {
    const bytes = Buffer.from(`${text}\0`);
    const at = this.#exports.wasm_malloc(bytes.length);
    if (at === 0) throw new JsError('InternalError: out of memory');
    new Uint8Array(this.#exports.memory.buffer).set(bytes, at);
    return { at, length: bytes.length - 1 };
  }

  get #counterAt(): number {
    return this.#exports.qjs_get_context_ptr() + INTERRUPT_AT;
  }

  get #counter(): number {
    return new DataView(this.#exports.memory.buffer).getInt32(this.#counterAt, true);
  }

  #arm(): void {
    this.#armed = Math.max(1, Math.min(INTERRUPT_EVERY, this.#left));
    new DataView(this.#exports.memory.buffer).setInt32(this.#counterAt, this.#armed, true);
  }

  #interrupted(): number {
    pace();
    this.#used += this.#armed;
    this.#left -= this.#armed;
    if (this.#left <= 0) this.#isOver = true;
    this.#arm();
    return this.#isOver ? 1 : 0;
  }

  #called(): Held {
    this.#host?.();
    return this.#exports.qjs_get_undefined();
  }

  #instantiate(): QuickJsExports {
    const nothing = (): number => 0;
    const view = (): DataView => new DataView(this.#exports.memory.buffer);
    const imports: WasmImports = {
      env: {
        host_get_timezone_offset: nothing,
        host_interrupt: () => this.#interrupted(),
        host_promise_rejection: () => undefined,
        host_module_normalize: nothing,
        host_module_load: nothing,
        host_call: () => this.#called(),
      },
      wasi_snapshot_preview1: {
        clock_time_get: (_clock: number, _precision: bigint, result: number) => {
          view().setBigUint64(result, BigInt(this.#nowMs) * 1_000_000n, true);
          return 0;
        },
        // There are no files and there is no chance.
        fd_close: nothing,
        fd_fdstat_get: () => BAD_FILE,
        fd_seek: () => BAD_FILE,
        fd_write: () => BAD_FILE,
        random_get: (start: number, count: number) => {
          new Uint8Array(this.#exports.memory.buffer, start, count).fill(0);
          return 0;
        },
      },
    };
    return instantiateWasm<QuickJsExports>(this.#module, imports);
  }
}
