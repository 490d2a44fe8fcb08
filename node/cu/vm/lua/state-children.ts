import type { StateNode, StatePage, StatePath } from '../../../contract/state.ts';
import { LUA } from './glue.ts';
import type { StateSource } from './state-source.ts';
import { pushAt } from './state-keys.ts';
import { readEntries, viewTop, type Entry, type StockGlobals } from './state-view.ts';

/**
 * A page of what stands under `path` in the globals.
 * @returns null when nothing stands there.
 */
export function readChildren(host: StateSource, stock: StockGlobals, path: StatePath, offset: number, limit: number): StatePage | null {
  const bottom = host.lua.lua_gettop(host.main);
  host.pushGlobals();
  try {
    return readChildrenOfTop(host, stock, path, offset, limit);
  } finally {
    host.lua.lua_settop(host.main, bottom);
  }
}

/** The same below the value on top of the stack, which is left under what the reading needed. */
export function readChildrenOfTop(
  host: StateSource,
  stock: StockGlobals,
  path: StatePath,
  offset: number,
  limit: number,
): StatePage | null {
  const { lua, main } = host;
  const bottom = lua.lua_gettop(main);
  try {
    let place = '';
    for (const step of path) {
      if (lua.lua_type(main, -1) !== LUA.table) return null;
      const entry = readEntries(host, place, stock).find((one) => one.printed === step);
      if (entry === undefined) return null;
      pushAt(host, -1, entry.key);
      place += step;
    }
    if (lua.lua_type(main, -1) !== LUA.table) return { nodes: [], total: 0, offset };
    const entries = readEntries(host, place, stock);
    const nodes = entries.slice(offset, offset + limit).map((entry) => readNode(host, stock, place, entry));
    return { nodes, total: entries.length, offset };
  } finally {
    lua.lua_settop(main, bottom);
  }
}

function readNode(host: StateSource, stock: StockGlobals, place: string, entry: Entry): StateNode {
  pushAt(host, -1, entry.key);
  const { kind, preview, size } = viewTop(host, place + entry.printed, stock);
  host.lua.lua_settop(host.main, -2);
  return { key: entry.printed, kind, preview, isOpenable: size > 0, size };
}
