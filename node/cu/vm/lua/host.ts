import { LimitReached } from '../limit-reached.ts';
import type { LivingMemory, MemoryImage } from '../machine.ts';
import { EVENT, LUA54, MASK } from './debug/layout.ts';
import type { DebuggedLua, HookListener } from './debug/probe.ts';
import { GLOBALS_KEY, HEAP_END_AT, MASK_COUNT, REGISTRY, type LuaExports, type LuaThread } from './glue.ts';
import { luaImports, type ImportState } from './imports.ts';
import { pace } from '../pace.ts';
import { livingMemory, writeImage } from '../pages.ts';
import type { FunctionInfo, StateSource } from './state-source.ts';
import { BUFFER_BYTES, OutOfMemory, Values } from './values.ts';
import { TouchedMemory } from '../touched.ts';
import { addToTable, asWasmFunction, instantiateWasm, type WasmModule } from '../wasm-api.ts';

/** Instructions between two calls of the hook: the step in which gas is noticed. */
const HOOK_STEP = 1000;
/** What every clock shows until the first message sets it. */
const START_MS = 0;
const ERROR_IN_CALL = 'a Lua function raised an error outside of the runtime';
/** Bytes of a lua_State in which its instruction counter is looked for. */
const STATE_BYTES = 256;

/** Offsets in lua_Debug of Lua 5.4 on wasm32, and the room for it with the question behind it. */
const RECORD_SOURCE = 16;
const RECORD_LINE = 28;
const RECORD_SHORT_SOURCE = 44;
const RECORD_WHAT = 120;
const RECORD_BYTES = 128;

const encoder = new TextEncoder();

/** Chunk names of the runtime begin so; stacks leave them out. */
export const RUNTIME_PREFIX = '@aoscope/';

/** A Lua error that nothing in the VM caught. */
export class LuaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LuaError';
  }
}

/** What holds for one evaluation. */
export interface RunLimits {
  readonly nowMs: number;
  readonly gas: number;
  readonly memoryBytes: number;
}

/**
 * One Lua 5.4 VM in WebAssembly under full control: everything it knows is in its linear memory and in the few
 * registers that {@link LuaHost.image} takes along. Two hosts that were given the same calls are byte for byte equal.
 */
export class LuaHost implements StateSource, DebuggedLua {
  readonly layout = LUA54;
  readonly #module: WasmModule;
  readonly #state: ImportState;
  #lua: LuaExports;
  #values: Values;
  #main: LuaThread = 0;
  /** Where the count of instructions until the next hook stands in a lua_State, in bytes. */
  #counterOffset = 0;
  #hooks = 0;
  /** Place of the hook in the table of functions. */
  readonly #hook: number;
  #gasLimit = Number.MAX_SAFE_INTEGER;
  #listener: HookListener | null = null;
  /** What the hook is called for. */
  #mask: number = MASK_COUNT;
  /** Threads whose hook is known to listen. */
  readonly #watched = new Set<LuaThread>();
  /** Threads that waited while somebody watched are still called for lines. */
  #wasWatched = false;
  #words = new Int32Array(0);
  readonly #stackEnd: number;
  #touched: TouchedMemory;

  /** @throws Error when `module` is not wasmoon's glue.wasm. */
  constructor(module: WasmModule, memoryBytes: number) {
    this.#module = module;
    this.#state = { nowMs: START_MS, memoryLimit: memoryBytes, refusals: 0, entered: null, exports: null };
    const { lua, hook } = this.#instantiate();
    this.#lua = lua;
    this.#hook = hook;
    lua.emscripten_stack_init();
    this.#stackEnd = lua.emscripten_stack_get_end();
    this.#touched = this.#untouched();
    lua.__wasm_call_ctors();
    this.#values = new Values(lua, lua.malloc(BUFFER_BYTES));
    this.#start();
  }

  get lua(): LuaExports {
    return this.#lua;
  }

  get vm(): DebuggedLua {
    return this;
  }

  get stackEnd(): number {
    return this.#stackEnd;
  }

  get debug(): LuaExports {
    return this.#lua;
  }

  get values(): Values {
    return this.#values;
  }

  /** The main thread. */
  get main(): LuaThread {
    return this.#main;
  }

  get memoryBytes(): number {
    return this.#lua.memory.buffer.byteLength;
  }

  /** True when memory could not grow as far as the program asked since the evaluation began. */
  get hasHitMemoryLimit(): boolean {
    return this.#state.refusals > 0;
  }

  /** Sets clock and limits, and begins to count gas and refused growth anew. */
  begin(limits: RunLimits): void {
    this.#state.nowMs = limits.nowMs;
    this.#state.memoryLimit = limits.memoryBytes;
    this.#state.refusals = 0;
    this.#hooks = 0;
    this.#gasLimit = limits.gas;
    this.#watched.clear();
    this.#lua.lua_sethook(this.#main, this.#hook, this.#mask, HOOK_STEP);
  }

  /** Counting goes on as if nobody watched: a thread that comes up keeps its countdown. */
  watch(listener: HookListener | null): void {
    this.#listener = listener;
    this.#wasWatched ||= listener !== null;
    this.#mask = listener === null ? MASK_COUNT : MASK_COUNT | MASK.call | MASK.return | MASK.line;
    this.#state.entered = listener === null ? null : (thread) => this.#listenOn(thread);
  }

  hookMaskAt(thread: LuaThread): number {
    return thread + this.#counterOffset + this.layout.hookMask;
  }

  /**
   * Instructions run since {@link LuaHost.begin}: all whole steps of every thread, and what the main thread and
   * `threads` (each made since then) have begun of their next.
   */
  gasUsed(threads: readonly LuaThread[]): number {
    let gas = this.#hooks * HOOK_STEP;
    for (const thread of [this.#main, ...threads]) gas += HOOK_STEP - this.#word(thread + this.#counterOffset);
    return gas;
  }

  /**
   * Compiles text and leaves the function on the stack. `name` is Lua's chunk name: `@file` for a file.
   * @throws LuaError with Lua's own message.
   */
  load(text: string, name: string): void {
    const code = encoder.encode(text);
    const status = this.#values.withBytes(code, (codeAt) =>
      this.#values.withBytes(encoder.encode(`${name}\0t\0`), (nameAt) => {
        const modeAt = nameAt + encoder.encode(name).length + 1;
        return this.#lua.luaL_loadbufferx(this.#main, codeAt, code.length, nameAt, modeAt);
      }),
    );
    if (status !== 0) throw this.#takeError();
  }

  /**
   * Calls the function under `args` values on the stack; leaves `results` values.
   * @throws LuaError when nothing in Lua caught an error; LimitReached when gas or memory ran out for good.
   */
  call(args: number, results: number): void {
    const status = this.#lua.lua_pcallk(this.#main, args, results, 0, 0, 0);
    if (status !== 0) throw this.#takeError();
  }

  /** Keeps the value on top of the stack for good, and takes it off; the number finds it again. */
  keep(): number {
    return this.#lua.luaL_ref(this.#main, REGISTRY);
  }

  /** Pushes what {@link LuaHost.keep} kept. */
  pushKept(kept: number): void {
    this.#lua.lua_rawgeti(this.#main, REGISTRY, BigInt(kept));
  }

  pushGlobals(): void {
    this.#lua.lua_rawgeti(this.#main, REGISTRY, GLOBALS_KEY);
  }

  /** Where the function on top of the stack was written; the stack stays as it is. Uses memory of the program. */
  functionInfo(): FunctionInfo {
    const record = this.#lua.malloc(RECORD_BYTES);
    if (record === 0) throw new OutOfMemory();
    this.#lua.lua_pushvalue(this.#main, -1);
    this.#values.bytes.set(encoder.encode('>S\0'), record + RECORD_WHAT);
    this.#lua.lua_getinfo(this.#main, record + RECORD_WHAT, record);
    const source = this.#values.cText(this.#word(record + RECORD_SOURCE));
    const info = {
      source,
      shortSource: this.#values.cText(record + RECORD_SHORT_SOURCE),
      line: this.#word(record + RECORD_LINE),
      isNative: source === '=[C]',
    };
    this.#lua.free(record);
    return info;
  }

  isRuntimeSource(source: string): boolean {
    return source.startsWith(RUNTIME_PREFIX);
  }

  /** Tables and functions of the runtime are told by their address. */
  mark(): string {
    return String(this.#lua.lua_topointer(this.#main, -1));
  }

  living(): LivingMemory {
    const { memory } = this.#lua;
    return livingMemory(memory.buffer, [this.#lua.stackSave(), this.#main], this.#touched.ranges(memory.buffer));
  }

  /** Puts memory and registers back. WebAssembly memory never shrinks, so a smaller image gets a new instance. */
  restore(image: MemoryImage): void {
    const [stack, main] = image.registers;
    if (stack === undefined || main !== this.#main) throw new RangeError('the image is of another machine');
    if (this.memoryBytes > image.byteLength) {
      const { lua } = this.#instantiate();
      this.#lua = lua;
      this.#words = new Int32Array(0);
      this.#values = this.#values.movedTo(lua);
      this.#touched = this.#untouched();
    }
    const missing = image.byteLength - this.memoryBytes;
    if (missing > 0) this.#lua.memory.grow(missing / 65_536);
    writeImage(this.#lua.memory.buffer, image, this.#touched.ranges(this.#lua.memory.buffer));
    this.#touched.restored(image);
    this.#lua.stackRestore(stack);
  }

  #instantiate(): { readonly lua: LuaExports; readonly hook: number } {
    const lua = instantiateWasm<LuaExports>(this.#module, luaImports(this.#state));
    this.#state.exports = lua;
    const hook = addToTable(
      lua.__indirect_function_table,
      asWasmFunction((thread, record) => this.#hooked(thread, record)),
    );
    return { lua, hook };
  }

  #untouched(): TouchedMemory {
    return new TouchedMemory({
      heapEnd: () => this.#word(HEAP_END_AT),
      stack: () => this.#lua.stackSave(),
      stackEnd: this.#stackEnd,
    });
  }

  /** Opens the state with the hook in place before the first instruction runs. */
  #start(): void {
    const lua = this.#lua;
    const hook = this.#hook;
    this.#main = lua.luaL_newstate();
    const probe = 0x1234567;
    lua.lua_sethook(this.#main, hook, MASK_COUNT, probe);
    // lua_State keeps the step (basehookcount) right before the countdown (hookcount).
    for (let offset = 0; offset < STATE_BYTES; offset += 4) {
      if (this.#word(this.#main + offset) === probe) this.#counterOffset = offset;
    }
    lua.lua_sethook(this.#main, hook, MASK_COUNT, HOOK_STEP);
    lua.luaL_openlibs(this.#main);
  }

  #hooked(thread: LuaThread, record: number): void {
    const event = this.#wasWatched ? this.#word(record) : EVENT.count;
    if (event === EVENT.count) this.#count();
    else this.#listener?.(thread, record, event);
  }

  #listenOn(thread: LuaThread): void {
    if (thread === this.#main || this.#watched.has(thread)) return;
    this.#watched.add(thread);
    const countdown = this.#word(thread + this.#counterOffset);
    this.#lua.lua_sethook(thread, this.#hook, this.#mask, HOOK_STEP);
    new Int32Array(this.#lua.memory.buffer, thread + this.#counterOffset, 1)[0] = countdown;
  }

  #count(): void {
    this.#hooks++;
    pace();
    if (this.#hooks * HOOK_STEP >= this.#gasLimit) throw new LimitReached('gas');
  }

  /** Memory that has grown leaves an empty array behind. */
  #word(address: number): number {
    if (this.#words.length === 0) this.#words = new Int32Array(this.#lua.memory.buffer);
    return this.#words[address >> 2] ?? 0;
  }

  #takeError(): LuaError {
    const text = this.#values.display(this.#main, -1);
    this.#lua.lua_settop(this.#main, -2);
    return new LuaError(text === '' ? ERROR_IN_CALL : text);
  }
}
