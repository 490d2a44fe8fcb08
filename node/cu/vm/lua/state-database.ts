import type { LuaProbe } from './debug/probe.ts';
import { LUA } from './glue.ts';
import { pushField } from './state-keys.ts';
import type { StateSource } from './state-source.ts';

/** A table of a database. */
export interface DatabaseTable {
  readonly name: string;
  readonly rows: number;
}

/** Name that lsqlite3 gives to what its databases have in common. */
const DATABASE = ':sqlite3';
const OK = 0;
const encoder = new TextEncoder();

/** Reads only, in plain SQL through the module's own lsqlite3. */
const CODE = `
local db, name, from, limit = ...
local function quoted(text) return '"' .. string.gsub(text, '"', '""') .. '"' end
if not db:isopen() then return {}, 0 end
local found, count = {}, 0
if name == nil then
  for title in db:urows("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name") do
    count = count + 1
    found[count] = title
  end
  return found, count
end
local total = 0
for number in db:urows("SELECT count(*) FROM " .. quoted(name)) do total = number end
if limit > 0 then
  for row in db:nrows("SELECT * FROM " .. quoted(name) .. " LIMIT " .. limit .. " OFFSET " .. from) do
    count = count + 1
    found[count] = row
  end
end
return found, total`;

/** Is the value on top of the stack a database of lsqlite3? */
export function isDatabase(host: StateSource): boolean {
  const { lua, main } = host;
  if (lua.lua_type(main, -1) !== LUA.userdata || lua.lua_getmetatable(main, -1) === 0) return false;
  pushField(host, -1, '__name');
  const is = lua.lua_type(main, -1) === LUA.string && host.values.text(main, -1) === DATABASE;
  lua.lua_settop(main, -3);
  return is;
}

/** The tables and views of the database on top of the stack. */
export function readTables(host: StateSource, probe: LuaProbe): DatabaseTable[] {
  const { lua, main, values } = host;
  const names: string[] = [];
  const count = ask(host, probe, null, 0, 0);
  for (let place = 1; place <= count; place++) {
    lua.lua_rawgeti(main, -1, BigInt(place));
    names.push(values.text(main, -1));
    lua.lua_settop(main, -2);
  }
  lua.lua_settop(main, -2);
  return names.map((name) => {
    const rows = ask(host, probe, name, 0, 0);
    lua.lua_settop(main, -2);
    return { name, rows };
  });
}

/** Pushes a list of rows of a table of the database on top of the stack. @returns how many the table has. */
export function pushRows(host: StateSource, probe: LuaProbe, name: string, from: number, limit: number): number {
  return ask(host, probe, name, from, limit);
}

/** Leaves what the code found on the stack, above the database; an empty value where the database refuses. */
function ask(host: StateSource, probe: LuaProbe, name: string | null, from: number, limit: number): number {
  const { lua, main, values } = host;
  const { debug } = probe;
  const bottom = lua.lua_gettop(main);
  const code = encoder.encode(CODE);
  const title = encoder.encode('=rows\0t\0');
  lua.lua_checkstack(main, 10);
  const loaded = values.withBytes(code, (codeAt) =>
    values.withBytes(title, (at) => debug.luaL_loadbufferx(main, codeAt, code.length, at, at + title.length - 2)),
  );
  if (loaded === OK) {
    lua.lua_pushvalue(main, bottom);
    values.push(main, name);
    values.push(main, from);
    values.push(main, limit);
    if (debug.lua_pcallk(main, 4, 2, 0, 0, 0) === OK) {
      const total = lua.lua_tonumberx(main, -1, 0);
      lua.lua_settop(main, -2);
      return total;
    }
  }
  lua.lua_settop(main, bottom);
  lua.lua_pushnil(main);
  return 0;
}
