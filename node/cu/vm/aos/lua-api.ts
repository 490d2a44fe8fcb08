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
  const { isWide } = program.compiled.format;
  const at = isWide ? WIDE : NARROW;
  const p = (value: number): number | bigint => program.address(value);
  const lua = (name: string): WasmFunction => program.function(EXPOSED + name);
  const view = (): DataView => new DataView(program.memory.buffer);
  const pointer = (address: number): number => (isWide ? Number(view().getBigUint64(address, true)) : view().getUint32(address, true));
  const [settop, checkstack, pushvalue, type, isinteger] = [lua('lua_settop'), lua('lua_checkstack'), lua('lua_pushvalue'), lua('lua_type'), lua('lua_isinteger')];
  const [toboolean, tonumberx, tointegerx, tolstring, rawlen] = [lua('lua_toboolean'), lua('lua_tonumberx'), lua('lua_tointegerx'), lua('lua_tolstring'), lua('lua_rawlen')];
  const [tothread, topointer, pushlstring, stringtonumber] = [lua('lua_tothread'), lua('lua_topointer'), lua('lua_pushlstring'), lua('lua_stringtonumber')];
  const [rawget, rawgeti, getmetatable, next, display] = [lua('lua_rawget'), lua('lua_rawgeti'), lua('lua_getmetatable'), lua('lua_next'), lua('luaL_tolstring')];
  const malloc = program.function('malloc');
  const free = program.function('free');

  const gettop = (L: number): number => (pointer(L + at.top) - pointer(pointer(L + at.callInfo)) - VALUE_BYTES) / VALUE_BYTES;
  const slot = (L: number, index: number): number => (index > 0 ? pointer(pointer(L + at.callInfo)) : pointer(L + at.top)) + index * VALUE_BYTES;
  const pushText = (L: number, text: string): void => {
    const bytes = encoder.encode(`${text}\0`);
    const buffer = Number(malloc(p(bytes.length)));
    new Uint8Array(program.memory.buffer).set(bytes, buffer);
    stringtonumber(p(L), p(buffer));
    free(p(buffer));
  };
  const refused = (): never => {
    throw new TypeError('only read here');
  };
  return {
    get memory() {
      return program.memory;
    },
    malloc: (bytes) => Number(malloc(p(bytes))),
    free: (address) => void free(p(address)),
    luaL_tolstring: (L, index, length) => Number(display(p(L), index, p(length))),
    lua_gettop: gettop,
    lua_settop: (L, index) => void settop(p(L), index),
    lua_absindex: (L, index) => (index > 0 || index <= REGISTRY_INDEX ? index : gettop(L) + index + 1),
    lua_checkstack: (L, slots) => Number(checkstack(p(L), slots)),
    lua_pushvalue: (L, index) => void pushvalue(p(L), index),
    // A value between two places of a stack: no barrier of the collector is due.
    lua_copy: (L, from, to) => void new Uint8Array(program.memory.buffer).copyWithin(slot(L, to), slot(L, from), slot(L, from) + VALUE_BYTES),
    lua_pushnil: (L) => void settop(p(L), gettop(L) + 1),
    lua_pushboolean: refused,
    lua_pushinteger: (L, value) => pushText(L, String(value)),
    // A hexadecimal float is exact; whole numbers beyond the integers still need a point to stay floats.
    lua_pushnumber: (L, value) => pushText(L, Number.isInteger(value) ? `${value}.0` : String(value)),
    lua_pushlstring: (L, bytes, length) => Number(pushlstring(p(L), p(bytes), p(length)) ?? 0),
    lua_createtable: refused,
    lua_rawset: refused,
    lua_rawseti: refused,
    lua_rawget: (L, index) => Number(rawget(p(L), index) ?? 0),
    lua_rawgeti: (L, index, key) => Number(rawgeti(p(L), index, key) ?? 0),
    lua_rawlen: (L, index) => BigInt(rawlen(p(L), index)),
    lua_next: (L, index) => Number(next(p(L), index)),
    lua_type: (L, index) => Number(type(p(L), index)),
    lua_isinteger: (L, index) => Number(isinteger(p(L), index)),
    lua_toboolean: (L, index) => Number(toboolean(p(L), index)),
    lua_tonumberx: (L, index, isNumber) => Number(tonumberx(p(L), index, p(isNumber))),
    lua_tointegerx: (L, index, isInteger) => BigInt(tointegerx(p(L), index, p(isInteger))),
    lua_tolstring: (L, index, length) => Number(tolstring(p(L), index, p(length))),
    lua_topointer: (L, index) => Number(topointer(p(L), index)),
    lua_tothread: (L, index) => Number(tothread(p(L), index)),
    lua_status: (L) => view().getUint8(L + at.status),
    lua_getmetatable: (L, index) => Number(getmetatable(p(L), index)),
  };
}
