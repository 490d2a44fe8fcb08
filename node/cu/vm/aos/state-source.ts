import { GLOBALS_KEY, LUA, REGISTRY, type LuaApi } from '../lua/glue.ts';
import type { FunctionInfo, StateSource } from '../lua/state-source.ts';
import { viewTop } from '../lua/state-view.ts';
import { BUFFER_BYTES, Values } from '../lua/values.ts';
import { EXPOSED } from './expose.ts';
import { luaApiOf } from './lua-api.ts';
import type { AosProgram } from './program.ts';
import type { DebuggedLua } from '../lua/debug/probe.ts';

/** Places in lua_Debug of Lua 5.3, in bytes: for 32-bit addresses and for 64-bit ones; the question stands behind it. */
const NARROW = { source: 16, line: 24, shortSource: 36 } as const;
const WIDE = { source: 32, line: 44, shortSource: 56 } as const;
const RECORD_WHAT = 184;
const RECORD_BYTES = 192;
/** The chunk name that aos gives to what a person evaluates; everything else came with the module. */
const EVALUATED = 'aos';
/** A handler's function is among the first values that its wrapper holds. */
const UPVALUES_LOOKED_AT = 4;

const encoder = new TextEncoder();

/** The state inside a running module, read through its own Lua API. Uses a little of its memory: for spare instances only. */
export class AosStateSource implements StateSource {
  readonly lua: LuaApi;
  readonly main: number;
  readonly values: Values;
  readonly vm: DebuggedLua | null;
  readonly #program: AosProgram;

  /** @param program one whose Lua is open: `mainThread` is not 0. @param vm the same as a debugger takes it. */
  constructor(program: AosProgram, vm: DebuggedLua | null) {
    this.#program = program;
    this.vm = vm;
    this.lua = luaApiOf(program);
    this.main = program.mainThread;
    this.values = new Values(this.lua, this.lua.malloc(BUFFER_BYTES));
  }

  pushGlobals(): void {
    this.lua.lua_rawgeti(this.main, REGISTRY, GLOBALS_KEY);
  }

  /** A function of the runtime that holds one of the program's, as handlers do, is shown as that one. */
  functionInfo(): FunctionInfo {
    const own = this.#writtenAt();
    if (own.isNative || !isRuntimeChunk(own.source)) return own;
    const held = this.#heldFunction();
    return held ?? own;
  }

  #heldFunction(): FunctionInfo | null {
    const { lua, main } = this;
    const address = (value: number): number | bigint => this.#program.address(value);
    const getupvalue = this.#program.function(`${EXPOSED}lua_getupvalue`);
    lua.lua_checkstack(main, 2);
    for (let place = 1; place <= UPVALUES_LOOKED_AT; place++) {
      if (Number(getupvalue(address(main), -1, place)) === 0) return null;
      const info = lua.lua_type(main, -1) === LUA.function ? this.#writtenAt() : null;
      lua.lua_settop(main, -2);
      if (info !== null && !info.isNative && !isRuntimeChunk(info.source)) return info;
    }
    return null;
  }

  #writtenAt(): FunctionInfo {
    const { isWide } = this.#program.compiled.format;
    const at = isWide ? WIDE : NARROW;
    const { lua, main, values } = this;
    const address = (value: number): number | bigint => this.#program.address(value);
    const record = lua.malloc(RECORD_BYTES);
    lua.lua_pushvalue(main, -1);
    values.bytes.set(encoder.encode('>S\0'), record + RECORD_WHAT);
    this.#program.function(`${EXPOSED}lua_getinfo`)(address(main), address(record + RECORD_WHAT), address(record));
    const view = new DataView(lua.memory.buffer);
    const source = values.cText(isWide ? Number(view.getBigUint64(record + at.source, true)) : view.getUint32(record + at.source, true));
    const info = {
      source,
      shortSource: values.cText(record + at.shortSource),
      line: view.getInt32(record + at.line, true),
      isNative: source === '=[C]',
    };
    lua.free(record);
    return info;
  }

  isRuntimeSource(source: string): boolean {
    return isRuntimeChunk(source);
  }

  /** Addresses differ from process to process; what a line shows of a value does not. */
  mark(): string {
    return viewTop(this, '', { probe: null, stock: new Map(), sizes: new Map() }).preview;
  }
}

/** Was a chunk of this name part of the module, rather than evaluated by a person? No file of a module of the network has a name of files. */
export function isRuntimeChunk(source: string): boolean {
  return source !== EVALUATED && !source.startsWith('@');
}
