import type { LuaApi } from '../lua/glue.ts';
import { EXPOSED } from './expose.ts';
import type { AosProgram, WasmFunction } from './program.ts';

/** Places in lua_State and CallInfo of Lua 5.3, in bytes: for 32-bit addresses and for 64-bit ones. */
const NARROW = { status: 8, top: 12, callInfo: 20 } as const;
const WIDE = { status: 12, top: 16, callInfo: 32 } as const;
/** Bytes of a value on Lua's stack. */
const VALUE_BYTES = 16;
const REGISTRY_INDEX = -1_001_000;

const encoder = new TextEncoder();

/**
 * The C API of the Lua inside a module of the network, with addresses as numbers. What the module's compiler has
 * inlined away is done by what is left: the size of a stack is read out of its state, a nil is room on the stack,
 * a value is copied as its bytes, and a number is pushed as its text.
 */
export function luaApiOf(program: AosProgram): LuaApi {
  const p = (value: number): number | bigint => program.address(value);
  const known = new Map<string, WasmFunction>();
  const find = (name: string): WasmFunction => {
    const found = program.function(EXPOSED + name);
    known.set(name, found);
    return found;
  };
  const call: WasmCall = (name, ...args) => (known.get(name) ?? find(name))(...args);
  const { gettop, copy, status } = stackOf(program);
  const malloc = (bytes: number): number => Number(program.function('malloc')(p(bytes)));
  const free = (address: number): void => void program.function('free')(p(address));
  const pushNumber = (L: number, text: string): void => {
    const bytes = encoder.encode(`${text}\0`);
    const buffer = malloc(bytes.length);
    new Uint8Array(program.memory.buffer).set(bytes, buffer);
    call('lua_stringtonumber', p(L), p(buffer));
    free(buffer);
  };
  return {
    get memory() {
      return program.memory;
    },
    malloc,
    free,
    luaL_tolstring: (L, index, length) => Number(call('luaL_tolstring', p(L), index, p(length))),
    lua_gettop: gettop,
    lua_settop: (L, index) => void call('lua_settop', p(L), index),
    lua_absindex: (L, index) => (index > 0 || index <= REGISTRY_INDEX ? index : gettop(L) + index + 1),
    lua_checkstack: (L, slots) => Number(call('lua_checkstack', p(L), slots)),
    lua_pushvalue: (L, index) => void call('lua_pushvalue', p(L), index),
    lua_copy: copy,
    lua_pushnil: (L) => void call('lua_settop', p(L), gettop(L) + 1),
    lua_pushboolean: refused,
    lua_pushinteger: (L, value) => pushNumber(L, String(value)),
    lua_pushnumber: (L, value) => pushNumber(L, floatText(value)),
    lua_pushlstring: (L, bytes, length) => Number(call('lua_pushlstring', p(L), p(bytes), p(length)) ?? 0),
    lua_createtable: refused,
    lua_rawset: refused,
    lua_rawseti: refused,
    lua_rawget: (L, index) => Number(call('lua_rawget', p(L), index) ?? 0),
    lua_rawgeti: (L, index, key) => Number(call('lua_rawgeti', p(L), index, key) ?? 0),
    lua_rawlen: (L, index) => BigInt(call('lua_rawlen', p(L), index)),
    lua_next: (L, index) => Number(call('lua_next', p(L), index)),
    lua_type: (L, index) => Number(call('lua_type', p(L), index)),
    lua_isinteger: (L, index) => Number(call('lua_isinteger', p(L), index)),
    lua_toboolean: (L, index) => Number(call('lua_toboolean', p(L), index)),
    lua_tonumberx: (L, index, isNumber) => Number(call('lua_tonumberx', p(L), index, p(isNumber))),
    lua_tointegerx: (L, index, isInteger) => BigInt(call('lua_tointegerx', p(L), index, p(isInteger))),
    lua_tolstring: (L, index, length) => Number(call('lua_tolstring', p(L), index, p(length))),
    lua_topointer: (L, index) => Number(call('lua_topointer', p(L), index)),
    lua_tothread: (L, index) => Number(call('lua_tothread', p(L), index)),
    lua_status: status,
    lua_getmetatable: (L, index) => Number(call('lua_getmetatable', p(L), index)),
  };
}

type WasmCall = (name: string, ...args: readonly (number | bigint)[]) => number | bigint;

/** What is read, and in one case written, in a thread's own memory. */
function stackOf(program: AosProgram): {
  gettop(L: number): number;
  copy(L: number, from: number, to: number): void;
  status(L: number): number;
} {
  const { isWide } = program.compiled.format;
  const at = isWide ? WIDE : NARROW;
  let bytes = new Uint8Array(0);
  let fresh = new DataView(bytes.buffer);
  /** Memory that has grown leaves an empty array behind. */
  const view = (): DataView => {
    if (bytes.byteLength === 0) {
      bytes = new Uint8Array(program.memory.buffer);
      fresh = new DataView(program.memory.buffer);
    }
    return fresh;
  };
  // Addresses are far below 2^53, and two halves are read faster than a BigInt.
  const pointer = (address: number): number => {
    const low = view().getUint32(address, true);
    return isWide ? low + fresh.getUint32(address + 4, true) * 4_294_967_296 : low;
  };
  const base = (L: number): number => pointer(pointer(L + at.callInfo));
  const slot = (L: number, index: number): number => (index > 0 ? base(L) : pointer(L + at.top)) + index * VALUE_BYTES;
  return {
    gettop: (L) => (pointer(L + at.top) - base(L) - VALUE_BYTES) / VALUE_BYTES,
    // Between two places of a stack no barrier of the collector is due.
    copy: (L, from, to) => void new Uint8Array(program.memory.buffer).copyWithin(slot(L, to), slot(L, from), slot(L, from) + VALUE_BYTES),
    status: (L) => view().getUint8(L + at.status),
  };
}

/** A float as Lua reads it back to the same float. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '1e999' : '-1e999';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function refused(): never {
  throw new TypeError('only read here');
}
