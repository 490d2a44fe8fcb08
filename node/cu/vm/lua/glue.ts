import type { WasmMemory, WasmTable } from '../wasm-api.ts';

/** Address of a lua_State (a thread) in linear memory. */
export type LuaThread = number;

/** The part of Lua's C API (5.3 and 5.4 alike) that moves values out of a VM and small ones into it. Addresses are numbers. */
export interface LuaApi {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  free(pointer: number): void;
  luaL_tolstring(L: LuaThread, index: number, length: number): number;
  lua_gettop(L: LuaThread): number;
  lua_settop(L: LuaThread, index: number): void;
  lua_absindex(L: LuaThread, index: number): number;
  lua_checkstack(L: LuaThread, slots: number): number;
  lua_pushvalue(L: LuaThread, index: number): void;
  lua_copy(L: LuaThread, from: number, to: number): void;
  lua_pushnil(L: LuaThread): void;
  lua_pushboolean(L: LuaThread, value: number): void;
  lua_pushinteger(L: LuaThread, value: bigint): void;
  lua_pushnumber(L: LuaThread, value: number): void;
  lua_pushlstring(L: LuaThread, bytes: number, length: number): number;
  lua_createtable(L: LuaThread, arraySize: number, hashSize: number): void;
  lua_rawset(L: LuaThread, index: number): void;
  lua_rawseti(L: LuaThread, index: number, key: bigint): void;
  lua_rawget(L: LuaThread, index: number): number;
  lua_rawgeti(L: LuaThread, index: number, key: bigint): number;
  lua_rawlen(L: LuaThread, index: number): bigint;
  lua_next(L: LuaThread, index: number): number;
  lua_type(L: LuaThread, index: number): number;
  lua_isinteger(L: LuaThread, index: number): number;
  lua_toboolean(L: LuaThread, index: number): number;
  lua_tonumberx(L: LuaThread, index: number, isNumber: number): number;
  lua_tointegerx(L: LuaThread, index: number, isInteger: number): bigint;
  lua_tolstring(L: LuaThread, index: number, length: number): number;
  lua_topointer(L: LuaThread, index: number): number;
  lua_tothread(L: LuaThread, index: number): LuaThread;
  lua_status(L: LuaThread): number;
  lua_getmetatable(L: LuaThread, index: number): number;
}

/** Where the glue.wasm of wasmoon 1.16 keeps the end of its heap: the word that Emscripten's sbrk moves. */
export const HEAP_END_AT = 31_452;

/** What wasmoon's glue.wasm (Lua 5.4 for wasm32, MIT) exports, as far as it is used here. */
export interface LuaExports extends LuaApi {
  readonly memory: WasmMemory;
  readonly __indirect_function_table: WasmTable;
  __wasm_call_ctors(): void;
  emscripten_stack_init(): void;
  emscripten_stack_get_end(): number;
  stackSave(): number;
  stackAlloc(bytes: number): number;
  stackRestore(pointer: number): void;
  setThrew(threw: number, value: number): void;
  luaL_newstate(): LuaThread;
  luaL_openlibs(L: LuaThread): void;
  luaL_loadbufferx(L: LuaThread, bytes: number, length: number, name: number, mode: number): number;
  luaL_ref(L: LuaThread, table: number): number;
  lua_sethook(L: LuaThread, hook: number, mask: number, count: number): void;
  lua_pcallk(L: LuaThread, args: number, results: number, handler: number, context: number, k: number): number;
  lua_iscfunction(L: LuaThread, index: number): number;
  lua_getinfo(L: LuaThread, what: number, record: number): number;
  lua_getstack(L: LuaThread, level: number, record: number): number;
  lua_getlocal(L: LuaThread, record: number, place: number): number;
  lua_getupvalue(L: LuaThread, index: number, place: number): number;
}

/** Index at which every state keeps its registry (lua.h: -LUAI_MAXSTACK - 1000). */
export const REGISTRY = -1_001_000;
/** Key of the table of globals in the registry (lua.h: LUA_RIDX_GLOBALS). */
export const GLOBALS_KEY = 2n;
/** Call the hook every so many instructions (lua.h: LUA_MASKCOUNT). */
export const MASK_COUNT = 8;

/** Type numbers of lua.h. */
export const LUA = { nil: 0, boolean: 1, lightuserdata: 2, number: 3, string: 4, table: 5, function: 6, userdata: 7, thread: 8 } as const;
