import type { StateKind } from '../../../../contract/state.ts';
import { LUA, type LuaApi, type LuaThread } from '../glue.ts';
import { printText } from '../state-keys.ts';
import type { LuaProbe } from './probe.ts';

const KINDS: readonly StateKind[] = ['nil', 'boolean', 'userdata', 'number', 'string', 'table', 'function', 'userdata', 'thread'];
const TEXT_CHARACTERS = 60;
/** Of what an expression gives: a log is read as it was meant. */
const EXPRESSION_CHARACTERS = 2_000;
const ENTRIES = 6;
/** No message has more, and of longer names none is meant. */
const MESSAGE_FIELDS_MAX = 200;
const NAME_BYTES = 12;

/** What kind of value stands at `index`. */
export function kindAt({ lua }: LuaProbe, thread: LuaThread, index: number): StateKind {
  return KINDS[lua.lua_type(thread, index)] ?? 'nil';
}

/**
 * The value at `index` on one line, read without a trace: nothing is made in the program's memory, so a program that
 * is looked at goes on as if it were not. Tables show their first entries, down to `depth` levels.
 */
export function showAt(probe: LuaProbe, thread: LuaThread, index: number, depth = 1): string {
  const { lua } = probe;
  const type = lua.lua_type(thread, index);
  if (type === LUA.boolean) return String(lua.lua_toboolean(thread, index) !== 0);
  if (type === LUA.number) return numberAt(lua, thread, index);
  if (type === LUA.string) return textAt(probe, thread, index);
  if (type === LUA.table) return depth <= 0 ? '{…}' : tableAt(probe, thread, index, depth);
  if (type === LUA.function) return functionAt(probe, thread, index);
  return KINDS[type] ?? 'nil';
}

/** The text at `index`; null when it is none. */
export function stringAt({ lua, values }: LuaProbe, thread: LuaThread, index: number, limit = 200): string | null {
  return lua.lua_type(thread, index) === LUA.string ? values.textStart(thread, index, limit).text : null;
}

/** Pushes the field `name` of the table at `index`, without metamethods; nil when there is no table. */
export function pushFieldOf({ lua, values }: LuaProbe, thread: LuaThread, index: number, name: string): void {
  const table = lua.lua_absindex(thread, index);
  if (lua.lua_type(thread, table) !== LUA.table) return lua.lua_pushnil(thread);
  values.pushText(thread, name);
  lua.lua_rawget(thread, table);
}

/** Where the function at `index` was written: `file:line`; null for what is not Lua, or no function. */
export function functionPlace(probe: LuaProbe, thread: LuaThread, index: number): { readonly chunk: string; readonly line: number } | null {
  const code = probe.codeAt(probe.valueAt(thread, index));
  return code === null ? null : { chunk: probe.chunkOf(code), line: probe.int(code + probe.layout.code.line) };
}

/** A chunk's name as people know it. */
export function chunkTitle(chunk: string): string {
  return chunk.replace(/^[@=]/, '');
}

/** A number with all its digits: two that differ look different. A float shows that it is one, as in Lua. */
export function numberAt(lua: LuaApi, thread: LuaThread, index: number): string {
  if (lua.lua_isinteger(thread, index) !== 0) return String(lua.lua_tointegerx(thread, index, 0));
  const value = lua.lua_tonumberx(thread, index, 0);
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** What an expression gave: a table two levels deep, a text with more of it than elsewhere. */
export function showExpression(probe: LuaProbe, thread: LuaThread, index: number): string {
  const isText = probe.lua.lua_type(thread, index) === LUA.string;
  return isText ? textAt(probe, thread, index, EXPRESSION_CHARACTERS) : showAt(probe, thread, index, 2);
}

function textAt({ values }: LuaProbe, thread: LuaThread, index: number, limit = TEXT_CHARACTERS): string {
  const { text, length } = values.textStart(thread, index, limit * 4);
  const isCut = text.length > limit || length > limit * 4;
  return isCut ? `${JSON.stringify(text.slice(0, limit))}…` : JSON.stringify(text);
}

function functionAt(probe: LuaProbe, thread: LuaThread, index: number): string {
  const place = functionPlace(probe, thread, index);
  return place === null ? 'function · built-in' : `function · ${chunkTitle(place.chunk)}:${place.line}`;
}

function tableAt(probe: LuaProbe, thread: LuaThread, index: number, depth: number): string {
  const { lua } = probe;
  const table = lua.lua_absindex(thread, index);
  const message = messageAt(probe, thread, table);
  if (message !== null) return message;
  const parts: string[] = [];
  let isMore = false;
  lua.lua_pushnil(thread);
  while (lua.lua_next(thread, table) !== 0) {
    if (parts.length === ENTRIES) {
      isMore = true;
      lua.lua_settop(thread, -3);
      break;
    }
    const value = showAt(probe, thread, -1, depth - 1);
    const key = keyAt(probe, thread, -2);
    parts.push(key === `[${parts.length + 1}]` ? value : `${key} = ${value}`);
    lua.lua_settop(thread, -2);
  }
  if (parts.length === 0) return '{}';
  return `{ ${parts.join(', ')}${isMore ? ', …' : ''} }`;
}

/** A message, told by the fields that the runtimes give it. Its names are compared, not brought: one that no table has would be made. */
function messageAt(probe: LuaProbe, thread: LuaThread, table: number): string | null {
  const { lua } = probe;
  const texts = new Map<string, string | null>();
  let hasTags = false;
  let left = MESSAGE_FIELDS_MAX;
  lua.lua_pushnil(thread);
  while (lua.lua_next(thread, table) !== 0) {
    const name = stringAt(probe, thread, -2, NAME_BYTES);
    if (name === 'TagArray') hasTags = lua.lua_type(thread, -1) === LUA.table;
    else if (name === 'From' || name === 'Action') texts.set(name, stringAt(probe, thread, -1, 60));
    const isOver = --left === 0;
    lua.lua_settop(thread, isOver ? -3 : -2);
    if (isOver) break;
  }
  const from = hasTags ? (texts.get('From') ?? null) : null;
  if (from === null) return null;
  const action = texts.get('Action') ?? null;
  return `message · ${action === null ? 'no Action' : `Action ${JSON.stringify(action)}`} · from ${from.slice(0, 5)}…${from.slice(-4)}`;
}

function keyAt(probe: LuaProbe, thread: LuaThread, index: number): string {
  const text = stringAt(probe, thread, index, 60);
  if (text === null) return `[${showAt(probe, thread, index, 0)}]`;
  return printText(text).replace(/^\./, '');
}
