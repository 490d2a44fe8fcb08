import type { LuaProbe } from './debug/probe.ts';
import { functionPlace } from './debug/show.ts';
import { LUA } from './glue.ts';
import type { StateSource } from './state-source.ts';

/** A value that a function holds on to. */
export interface Upvalue {
  readonly name: string;
  readonly place: number;
  /** Place of the person's function among what a wrapper of the runtime holds; null where the function is its own. */
  readonly held: number | null;
}

export interface Upvalues {
  readonly list: readonly Upvalue[];
  /** The function, or the one it wraps, is of the person's program. */
  readonly isUsers: boolean;
}

/** A handler's function is among the first values that its wrapper holds. */
const WRAPPED_MAX = 4;
const UPVALUES_MAX = 255;
const NONE: Upvalues = { list: [], isUsers: false };

/** What the function on top of the stack holds on to; of a wrapper, what the person's function inside does. */
export function readUpvalues(host: StateSource, probe: LuaProbe | null): Upvalues {
  if (probe === null) return NONE;
  const { lua, main } = host;
  const own = functionPlace(probe, main, -1);
  if (own === null) return NONE;
  if (!host.isRuntimeSource(own.chunk)) return { list: namesOf(host, probe, null), isUsers: true };
  for (let held = 1; held <= WRAPPED_MAX && probe.debug.lua_getupvalue(main, -1, held) !== 0; held++) {
    const inner = lua.lua_type(main, -1) === LUA.function ? functionPlace(probe, main, -1) : null;
    const list = inner !== null && !host.isRuntimeSource(inner.chunk) ? namesOf(host, probe, held) : null;
    lua.lua_settop(main, -2);
    if (list !== null) return { list, isUsers: true };
  }
  return { list: namesOf(host, probe, null), isUsers: false };
}

/** Pushes one of them; the function is on top of the stack. */
export function pushUpvalue(host: StateSource, probe: LuaProbe, { place, held }: Upvalue): void {
  const { lua, main } = host;
  lua.lua_checkstack(main, 4);
  if (held === null) return void probe.debug.lua_getupvalue(main, -1, place);
  probe.debug.lua_getupvalue(main, -1, held);
  probe.debug.lua_getupvalue(main, -1, place);
  lua.lua_copy(main, -1, lua.lua_gettop(main) - 1);
  lua.lua_settop(main, -2);
}

/** Address of the box that an upvalue lives in: functions that share a variable share it. */
export function upvalueBox(host: StateSource, probe: LuaProbe, { place, held }: Upvalue): number {
  const { lua, main } = host;
  if (held !== null) probe.debug.lua_getupvalue(main, -1, held);
  const closure = lua.lua_topointer(main, -1);
  if (held !== null) lua.lua_settop(main, -2);
  const word = probe.layout.isWide ? 8 : 4;
  // The boxes stand in a row behind the address of the function's code.
  return probe.pointer(closure + probe.layout.prototype + word * place);
}

function namesOf(host: StateSource, probe: LuaProbe, held: number | null): Upvalue[] {
  const { lua, main } = host;
  const list: Upvalue[] = [];
  lua.lua_checkstack(main, 4);
  for (let place = 1; place <= UPVALUES_MAX; place++) {
    const nameAt = probe.debug.lua_getupvalue(main, -1, place);
    if (nameAt === 0) break;
    lua.lua_settop(main, -2);
    const name = probe.cText(nameAt) ?? '';
    if (name !== '_ENV' && name !== '' && !name.startsWith('(')) list.push({ name, place, held });
  }
  return list;
}
