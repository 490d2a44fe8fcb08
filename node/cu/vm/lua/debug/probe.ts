import { GLOBALS_KEY, REGISTRY, type LuaApi, type LuaThread } from '../glue.ts';
import type { FunctionInfo, StateSource } from '../state-source.ts';
import type { Values } from '../values.ts';
import { RECORD_BYTES, type DebugLayout } from './layout.ts';

/** Called for every line, call and return of any thread; what it does must leave the program's memory as it is. */
export type HookListener = (thread: LuaThread, record: number, event: number) => void;

/** The debug side of Lua's C API, with addresses as numbers. */
export interface LuaDebugApi {
  lua_getinfo(L: LuaThread, what: number, record: number): number;
  lua_getstack(L: LuaThread, level: number, record: number): number;
  /** @returns the address of the name, 0 when there is none; pushes the value. */
  lua_getlocal(L: LuaThread, record: number, place: number): number;
  lua_getupvalue(L: LuaThread, index: number, place: number): number;
  luaL_loadbufferx(L: LuaThread, bytes: number, length: number, name: number, mode: number): number;
  lua_pcallk(L: LuaThread, args: number, results: number, handler: number, context: number, k: number): number;
  /** Room on the stack of C, where nothing of the program's own memory is touched. */
  stackSave(): number;
  stackAlloc(bytes: number): number;
  stackRestore(pointer: number): void;
}

/** A VM that can be watched while it runs: ours, or the Lua inside a module of the network. */
export interface DebuggedLua {
  readonly lua: LuaApi;
  readonly debug: LuaDebugApi;
  readonly layout: DebugLayout;
  /** Gives every line, call and return to `listener` from the next evaluation on; null ends it. */
  watch(listener: HookListener | null): void;
  isRuntimeSource(chunk: string): boolean;
}

/** Questions to lua_getinfo, kept in memory one behind the other. */
const QUESTIONS = { written: 'S', called: 'Snu', returned: 'r', standing: 'Snl', pushed: 'f', function: '>S' } as const;
type Question = keyof typeof QUESTIONS;

const encoder = new TextEncoder();

/**
 * Reads threads, frames and values of a Lua that is standing in a hook. What it needs of memory it takes from the
 * stack of C once, so that the program's own memory stays byte for byte what it would be.
 */
export class LuaProbe {
  readonly vm: DebuggedLua;
  readonly lua: LuaApi;
  readonly debug: LuaDebugApi;
  readonly layout: DebugLayout;
  readonly values: Values;
  readonly isRuntimeSource: (chunk: string) => boolean;
  /** A record for whatever is asked outside of a hook's own. */
  readonly record: number;
  readonly #bottom: number;
  readonly #questions: Readonly<Record<Question, number>>;
  #bytes: Uint8Array;
  #view: DataView;

  /** @param makeValues makes the mover of values over a buffer of its size. */
  constructor(vm: DebuggedLua, valueBytes: number, makeValues: (buffer: number) => Values) {
    this.vm = vm;
    this.lua = vm.lua;
    this.debug = vm.debug;
    this.layout = vm.layout;
    this.isRuntimeSource = (chunk) => vm.isRuntimeSource(chunk);
    this.#bottom = vm.debug.stackSave();
    this.record = vm.debug.stackAlloc(RECORD_BYTES);
    this.#bytes = new Uint8Array(vm.lua.memory.buffer);
    this.#view = new DataView(vm.lua.memory.buffer);
    const place = (text: string): number => {
      const at = vm.debug.stackAlloc(16);
      new Uint8Array(vm.lua.memory.buffer).set(encoder.encode(`${text}\0`), at);
      return at;
    };
    this.#questions = {
      written: place(QUESTIONS.written),
      called: place(QUESTIONS.called),
      returned: place(QUESTIONS.returned),
      standing: place(QUESTIONS.standing),
      pushed: place(QUESTIONS.pushed),
      function: place(QUESTIONS.function),
    };
    this.values = makeValues(vm.debug.stackAlloc(valueBytes));
  }

  /** Gives the stack of C back. */
  close(): void {
    this.debug.stackRestore(this.#bottom);
  }

  ask(thread: LuaThread, question: Question, record: number): void {
    this.debug.lua_getinfo(thread, this.#questions[question], record);
  }

  int(address: number): number {
    return this.#fresh().getInt32(address, true);
  }

  uint(address: number): number {
    return this.#fresh().getUint32(address, true);
  }

  short(address: number): number {
    return this.#fresh().getUint16(address, true);
  }

  byte(address: number): number {
    return this.#fresh().getUint8(address);
  }

  pointer(address: number): number {
    const view = this.#fresh();
    // Addresses are far below 2^53, and two halves are read faster than a BigInt.
    return this.layout.isWide
      ? view.getUint32(address, true) + view.getUint32(address + 4, true) * 4_294_967_296
      : view.getUint32(address, true);
  }

  /** A text of C; null for none. */
  cText(pointer: number): string | null {
    return pointer === 0 ? null : this.values.cText(pointer);
  }

  /** The same VM for those who read state, with `thread` in place of the main one. */
  sourceOn(thread: LuaThread): StateSource {
    return {
      lua: this.lua,
      main: thread,
      values: this.values,
      vm: this.vm,
      pushGlobals: () => void this.lua.lua_rawgeti(thread, REGISTRY, GLOBALS_KEY),
      functionInfo: () => this.functionOnTop(thread),
      isRuntimeSource: this.isRuntimeSource,
      mark: () => '',
    };
  }

  /** Where the function on top of the stack was written; the stack stays as it is. */
  functionOnTop(thread: LuaThread): FunctionInfo {
    this.lua.lua_pushvalue(thread, -1);
    this.ask(thread, 'function', this.record);
    const { layout, record } = this;
    const source = this.cText(this.pointer(record + layout.source)) ?? '';
    return {
      source,
      shortSource: this.values.cText(record + layout.shortSource),
      line: this.int(record + layout.line),
      isNative: source === '=[C]',
    };
  }

  #fresh(): DataView {
    // Memory that has grown leaves an empty array behind.
    if (this.#bytes.byteLength === 0) {
      this.#bytes = new Uint8Array(this.lua.memory.buffer);
      this.#view = new DataView(this.lua.memory.buffer);
    }
    return this.#view;
  }
}
