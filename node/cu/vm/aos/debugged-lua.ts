import type { DebuggedLua, LuaDebugApi } from '../lua/debug/probe.ts';
import { EXPOSED } from './expose.ts';
import { luaApiOf } from './lua-api.ts';
import type { AosProgram } from './program.ts';
import { isRuntimeChunk } from './state-source.ts';

/** The Lua inside a module of the network, as a debugger takes it. */
export function debuggedLuaOf(program: AosProgram): DebuggedLua {
  return {
    lua: luaApiOf(program),
    debug: debugApiOf(program),
    layout: program.layout,
    stackEnd: program.stackEnd,
    watch: (listener) => program.watch(listener),
    hookMaskAt: (thread) => program.countdownOf(thread) + program.layout.hookMask,
    isRuntimeSource: isRuntimeChunk,
  };
}

function debugApiOf(program: AosProgram): LuaDebugApi {
  const p = (value: number): number | bigint => program.address(value);
  const { stackSave, stackAlloc, stackRestore } = program.compiled.format.exports;
  const getinfo = program.function(`${EXPOSED}lua_getinfo`);
  const getstack = program.function(`${EXPOSED}lua_getstack`);
  const getlocal = program.function(`${EXPOSED}lua_getlocal`);
  const getupvalue = program.function(`${EXPOSED}lua_getupvalue`);
  const load = program.function(`${EXPOSED}luaL_loadbufferx`);
  const pcall = program.function(`${EXPOSED}lua_pcallk`);
  return {
    lua_getinfo: (L, what, record) => Number(getinfo(p(L), p(what), p(record))),
    lua_getstack: (L, level, record) => Number(getstack(p(L), level, p(record))),
    lua_getlocal: (L, record, place) => Number(getlocal(p(L), p(record), place)),
    lua_getupvalue: (L, index, place) => Number(getupvalue(p(L), index, place)),
    luaL_loadbufferx: (L, bytes, length, name, mode) => Number(load(p(L), p(bytes), p(length), p(name), p(mode))),
    lua_pcallk: (L, args, results, handler, context, k) => Number(pcall(p(L), args, results, handler, p(context), p(k))),
    stackSave: () => Number(program.function(stackSave)()),
    stackAlloc: (bytes) => Number(program.function(stackAlloc)(p(bytes))),
    stackRestore: (pointer) => void program.function(stackRestore)(p(pointer)),
  };
}
