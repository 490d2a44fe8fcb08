import { LUA } from './glue.ts';
import type { StateSource } from './state-source.ts';

/** A key of a table, and the way back to what stands there. */
export type Key = KeyPlace & {
  /** Type of what stood there when the key was read; -1 where it was not read. */
  readonly holds: number;
};

type KeyPlace =
  | { readonly kind: 'number'; readonly printed: string; readonly value: number }
  | { readonly kind: 'text'; readonly printed: string; readonly value: string }
  /** Anything else (booleans, tables, text that is not UTF-8): found again by its place in the table. */
  | { readonly kind: 'other'; readonly printed: string; readonly place: number };

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const TYPE_NAMES = ['nil', 'boolean', 'userdata', 'number', 'string', 'table', 'function', 'userdata', 'thread'] as const;

/** A key of text as a step of a path: `.name`, or `["odd name"]`. */
export function printText(text: string): string {
  return NAME.test(text) ? `.${text}` : `[${JSON.stringify(text)}]`;
}

/** The keys of the table at `index`: numbers ascending, then text in order, then the others as the table has them. */
export function readKeys(host: StateSource, index: number): Key[] {
  const { lua, main } = host;
  const table = lua.lua_absindex(main, index);
  const keys: Key[] = [];
  const counts = new Map<string, number>();
  let place = 0;
  lua.lua_checkstack(main, 4);
  lua.lua_pushnil(main);
  while (lua.lua_next(main, table) !== 0) {
    const holds = lua.lua_type(main, -1);
    lua.lua_settop(main, -2);
    keys.push({ ...readKey(host, place, counts), holds });
    place++;
  }
  return keys.sort(compareKeys);
}

/** Number of entries of the table at `index`. */
export function countEntries(host: StateSource, index: number): number {
  const { lua, main } = host;
  const table = lua.lua_absindex(main, index);
  let count = 0;
  lua.lua_checkstack(main, 4);
  lua.lua_pushnil(main);
  while (lua.lua_next(main, table) !== 0) {
    lua.lua_settop(main, -2);
    count++;
  }
  return count;
}

/** Pushes what stands at `key` in the table at `index`. */
export function pushAt(host: StateSource, index: number, key: Key): void {
  const { lua, main, values } = host;
  const table = lua.lua_absindex(main, index);
  lua.lua_checkstack(main, 4);
  if (key.kind === 'text') {
    values.pushText(main, key.value);
    lua.lua_rawget(main, table);
  } else if (key.kind === 'number' && Number.isSafeInteger(key.value)) {
    lua.lua_rawgeti(main, table, BigInt(key.value));
  } else if (key.kind === 'number') {
    values.push(main, key.value);
    lua.lua_rawget(main, table);
  } else {
    lua.lua_pushnil(main);
    for (let place = 0; lua.lua_next(main, table) !== 0; place++) {
      if (place === key.place) {
        const value = lua.lua_gettop(main);
        lua.lua_pushvalue(main, value);
        // Takes the key and the value that the walk left behind, keeping the copy.
        lua.lua_copy(main, -1, value - 1);
        lua.lua_settop(main, value - 1);
        return;
      }
      lua.lua_settop(main, -2);
    }
    lua.lua_pushnil(main);
  }
}

/** Pushes the field `name` of the table at `index` without metamethods. */
export function pushField(host: StateSource, index: number, name: string): void {
  pushAt(host, index, { kind: 'text', printed: '', value: name, holds: -1 });
}

function readKey(host: StateSource, place: number, counts: Map<string, number>): KeyPlace {
  const { lua, main, values } = host;
  const type = lua.lua_type(main, -1);
  if (type === LUA.number) {
    const value = lua.lua_tonumberx(main, -1, 0);
    const isExact = lua.lua_isinteger(main, -1) === 0 || Number.isSafeInteger(value);
    if (isExact) return { kind: 'number', printed: `[${value}]`, value };
    return { kind: 'other', printed: `[${lua.lua_tointegerx(main, -1, 0)}]`, place };
  }
  if (type === LUA.string) {
    const value = values.text(main, -1);
    if (!value.includes('\uFFFD')) return { kind: 'text', printed: printText(value), value };
  }
  if (type === LUA.boolean) return { kind: 'other', printed: `[${lua.lua_toboolean(main, -1) !== 0}]`, place };
  const name = TYPE_NAMES[type] ?? 'userdata';
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  return { kind: 'other', printed: `[${name} ${count}]`, place };
}

const ORDER = { number: 0, text: 1, other: 2 } as const;

function compareKeys(first: Key, second: Key): number {
  if (first.kind === 'number' && second.kind === 'number') return first.value - second.value;
  if (first.kind === 'text' && second.kind === 'text') return first.value < second.value ? -1 : 1;
  if (first.kind === 'other' && second.kind === 'other') return first.place - second.place;
  return ORDER[first.kind] - ORDER[second.kind];
}
