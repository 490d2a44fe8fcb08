import type { LuaProbe } from './debug/probe.ts';
import { LUA } from './glue.ts';
import { isDatabase, pushRows, readTables } from './state-database.ts';
import { pushAt, type Key } from './state-keys.ts';
import type { StateSource } from './state-source.ts';
import { pushUpvalue, readUpvalues, type Upvalue } from './state-upvalues.ts';
import { hasMetatable, readEntries, type Reading } from './state-view.ts';
import { pushVariable, readWaiting, type VariablePlace } from './state-waiting.ts';

/** What can be opened below a value: a key of a table, or what hangs on the value without being one. */
export type Entry =
  | { readonly kind: 'key'; readonly printed: string; readonly key: Key }
  | { readonly kind: 'metatable'; readonly printed: string }
  | { readonly kind: 'upvalue'; readonly printed: string; readonly upvalue: Upvalue; readonly isUsers: boolean }
  /** Of a coroutine; `isShown` for what is a name for something else that stands there, too. */
  | { readonly kind: 'variable'; readonly printed: string; readonly at: VariablePlace; readonly isAlias: boolean }
  | { readonly kind: 'rows'; readonly printed: string; readonly table: string; readonly rows: number };

/** Rows of a table of a database that are looked at when a whole state is walked. */
const ROWS_WALKED = 10_000;

/** What stands below the value on top of the stack, which stands at `place`. */
export function entriesOf(host: StateSource, reading: Reading, place: string): readonly Entry[] {
  const { lua, main } = host;
  const { probe, stock } = reading;
  const type = lua.lua_type(main, -1);
  if (type === LUA.table) {
    const keys = readEntries(host, place, stock).map(({ printed, key }): Entry => ({ kind: 'key', printed, key }));
    return hasMetatable(host) ? [...keys, { kind: 'metatable', printed: '(metatable)' }] : keys;
  }
  if (probe === null) return [];
  if (type === LUA.function) {
    const { list, isUsers } = readUpvalues(host, probe);
    return list.map((upvalue) => ({ kind: 'upvalue', printed: `(upvalue ${upvalue.name})`, upvalue, isUsers }));
  }
  if (type === LUA.thread) return waitingEntries(probe, lua.lua_tothread(main, -1));
  if (isDatabase(host))
    return readTables(host, probe).map(({ name, rows }) => ({ kind: 'rows', printed: `(table ${name})`, table: name, rows }));
  return [];
}

function waitingEntries(probe: LuaProbe, thread: number): readonly Entry[] {
  const waiting = readWaiting(probe, thread);
  if (waiting === null) return [];
  const named = (printed: string, at: VariablePlace | null): Entry[] =>
    at === null ? [] : [{ kind: 'variable', printed, at, isAlias: true }];
  return [
    ...named('(pattern)', waiting.pattern),
    ...named('(message)', waiting.message),
    ...waiting.variables.map(({ printed, ...at }): Entry => ({ kind: 'variable', printed, at, isAlias: false })),
  ];
}

/**
 * Pushes what an entry of the value on top of the stack leads to.
 * @returns whose stack it is on: variables of a coroutine stay on the coroutine's own.
 */
export function pushEntry(host: StateSource, probe: LuaProbe | null, entry: Entry): StateSource {
  const { lua, main } = host;
  lua.lua_checkstack(main, 8);
  if (entry.kind === 'key') pushAt(host, -1, entry.key);
  else if (entry.kind === 'metatable') lua.lua_getmetatable(main, -1);
  else if (probe === null) lua.lua_pushnil(main);
  else if (entry.kind === 'upvalue') pushUpvalue(host, probe, entry.upvalue);
  else if (entry.kind === 'rows') pushRows(host, probe, entry.table, 0, Math.min(entry.rows, ROWS_WALKED));
  else {
    const thread = lua.lua_tothread(main, -1);
    pushVariable(probe, thread, entry.at);
    return probe.sourceOn(thread);
  }
  return host;
}
