import type { LuaThread } from '../glue.ts';
import type { LuaProbe } from './probe.ts';
import { functionPlace, showAt, stringAt } from './show.ts';

/** What ready-made patterns of the runtimes hold. */
const NAME_UPVALUE = 'name';
const VALUE_UPVALUES: ReadonlySet<string> = new Set(['value', 'values']);
const UPVALUES_MAX = 8;

/** The pattern of a handler on top of the stack, as text: `"Transfer"`, `{ Action = "Transfer" }`, `Tags.Action = "Transfer"`; null for the runtime's own. */
export function patternAt(probe: LuaProbe, thread: LuaThread): string | null {
  const made = readyMadeAt(probe, thread, probe.lua.lua_gettop(thread));
  if (made !== null) return `Tags.${made.name} = ${made.value}`;
  const place = functionPlace(probe, thread, -1);
  return place !== null && probe.isRuntimeSource(place.chunk) ? null : showAt(probe, thread, -1, 2);
}

/** What a pattern that the runtime's own functions made asks of a tag; null for any other. */
export function readyMadeAt(probe: LuaProbe, thread: LuaThread, pattern: number): { readonly name: string; readonly value: string } | null {
  const { lua, debug } = probe;
  const place = functionPlace(probe, thread, pattern);
  if (place === null || !probe.isRuntimeSource(place.chunk)) return null;
  let name: string | null = null;
  let value: string | null = null;
  for (let upvalue = 1; upvalue <= UPVALUES_MAX; upvalue++) {
    const nameAt = debug.lua_getupvalue(thread, pattern, upvalue);
    if (nameAt === 0) break;
    const title = probe.cText(nameAt) ?? '';
    if (title === NAME_UPVALUE) name = stringAt(probe, thread, -1);
    if (VALUE_UPVALUES.has(title)) value = showAt(probe, thread, -1);
    lua.lua_settop(thread, -2);
  }
  return name === null || value === null ? null : { name, value };
}
