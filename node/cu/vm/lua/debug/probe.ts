import { GLOBALS_KEY, REGISTRY, type LuaApi, type LuaThread } from '../glue.ts';
import type { FunctionInfo, StateSource } from '../state-source.ts';
import type { Values } from '../values.ts';
import { KIND_BITS, LUA_FUNCTION, MASK, RECORD_BYTES, TYPE_BITS, VALUE_BYTES, VALUE_TYPE, type DebugLayout } from './layout.ts';

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
  /** Where the stack of C must not go below; where that is not known, an address that is above all. */
  readonly stackEnd: number;
  /** Gives every line, call and return to `listener` from the next evaluation on; null ends it. */
  watch(listener: HookListener | null): void;
  /** Where a thread that has called the listener keeps what it calls it for. */
  hookMaskAt(thread: LuaThread): number;
  isRuntimeSource(chunk: string): boolean;
}

/** Questions to lua_getinfo, kept in memory one behind the other. */
const QUESTIONS = { written: 'S', named: 'n', returned: 'r', standing: 'Snl', pushed: 'f', function: '>S' } as const;
type Question = keyof typeof QUESTIONS;

const QUESTION_BYTES = 8;
const QUESTION_TEXT = new TextEncoder().encode(
  Object.values(QUESTIONS)
    .map((text) => text.padEnd(QUESTION_BYTES, '\0'))
    .join(''),
);
const PLACES = Object.keys(QUESTIONS).map((name, index) => [name, index * QUESTION_BYTES] as const);
const QUESTION_PLACES = Object.fromEntries(PLACES) as Readonly<Record<Question, number>>;

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
  readonly #isWide: boolean;
  readonly #questions: number;
  #bytes: Uint8Array;
  #words: Uint32Array;

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
    this.#words = new Uint32Array(vm.lua.memory.buffer);
    this.#isWide = vm.layout.isWide;
    this.#questions = vm.debug.stackAlloc(QUESTION_TEXT.length);
    this.#bytes.set(QUESTION_TEXT, this.#questions);
    this.values = makeValues(vm.debug.stackAlloc(valueBytes));
  }

  /** Gives the stack of C back. */
  close(): void {
    this.debug.stackRestore(this.#bottom);
  }

  ask(thread: LuaThread, question: Question, record: number): void {
    this.debug.lua_getinfo(thread, this.#questions + QUESTION_PLACES[question], record);
  }

  /** Has a thread call the listener for lines from here on, or not; for calls and returns it always does, and counting goes on. */
  tellLines(thread: LuaThread, isTold: boolean): void {
    const at = this.vm.hookMaskAt(thread);
    const mask = this.byte(at);
    const wished = isTold ? mask | MASK.line : mask & ~MASK.line;
    if (mask !== wished) this.#bytes[at] = wished;
  }

  int(address: number): number {
    return this.#word(address) | 0;
  }

  uint(address: number): number {
    return this.#word(address);
  }

  short(address: number): number {
    return this.byte(address) | (this.byte(address + 1) << 8);
  }

  byte(address: number): number {
    const byte = this.#bytes[address];
    if (byte !== undefined) return byte;
    this.#renew();
    return this.#bytes[address] ?? 0;
  }

  pointer(address: number): number {
    // Addresses are far below 2^53, and two halves are read faster than a BigInt.
    return this.#isWide ? this.#word(address) + this.#word(address + 4) * 4_294_967_296 : this.#word(address);
  }

  /** Do these bytes stand there? */
  isThere(address: number, bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length; at++) if (this.byte(address + at) !== bytes[at]) return false;
    return this.byte(address + bytes.length) === 0;
  }

  /** The bytes of a text of C. */
  cBytes(address: number): Uint8Array {
    let end = address;
    while (this.byte(end) !== 0) end++;
    return this.#bytes.slice(address, end);
  }

  /** What kind of value stands at an address of a stack, as lua_type tells it. */
  kind(value: number): number {
    return this.byte(value + VALUE_TYPE) & KIND_BITS;
  }

  /** Address of the value at an index of a thread's stack. */
  valueAt(thread: LuaThread, index: number): number {
    const place = index < 0 ? index : index - this.lua.lua_gettop(thread) - 1;
    return this.pointer(thread + this.layout.top) + place * VALUE_BYTES;
  }

  /** The first of the values of a call: its arguments, then its other local variables. */
  base(callInfo: number): number {
    const { base } = this.layout;
    return base === null ? this.pointer(callInfo) + VALUE_BYTES : this.pointer(callInfo + base);
  }

  /** The code of the closure of Lua at an address of a stack; null for what is none. */
  codeAt(value: number): number | null {
    const isLua = (this.byte(value + VALUE_TYPE) & TYPE_BITS) === LUA_FUNCTION;
    return isLua ? this.pointer(this.pointer(value) + this.layout.prototype) : null;
  }

  /** Name of the chunk that a function's code was written in. */
  chunkOf(code: number): string {
    const source = this.pointer(code + this.layout.code.source);
    return source === 0 ? '=?' : this.values.cText(source + this.layout.text);
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

  /** All that is read as words begins at a multiple of four. */
  #word(address: number): number {
    const word = this.#words[address / 4];
    if (word !== undefined) return word;
    this.#renew();
    return this.#words[address / 4] ?? 0;
  }

  /** Memory that has grown leaves an empty array behind. */
  #renew(): void {
    this.#bytes = new Uint8Array(this.lua.memory.buffer);
    this.#words = new Uint32Array(this.lua.memory.buffer);
  }
}
