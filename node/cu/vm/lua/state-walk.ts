import type { StateKind, StatePath } from '../../../contract/state.ts';
import { LUA } from './glue.ts';
import { pushEntry, type Entry } from './state-entries.ts';
import type { StateSource } from './state-source.ts';
import { upvalueBox } from './state-upvalues.ts';
import { viewTop, type Reading } from './state-view.ts';

/** Lua's stack holds one table per level; deeper state is left out and the walk is not complete. */
const DEPTH_MAX = 100;

export interface Walk {
  readonly reading: Reading;
  /** Where it begins. */
  readonly path: StatePath;
  entries(host: StateSource, place: string): readonly Entry[];
  /** Does `use` with what stands at a path on top of a stack; null when nothing stands there. */
  under<T>(path: StatePath, use: (host: StateSource, place: string) => T): T | null;
  /** Told of each place; false ends the walk. */
  visit(path: StatePath, kind: StateKind, preview: string): boolean;
}

/**
 * Visits everything that can be reached from a place. A table stands where it was first met; where it comes again, the
 * line says where that was. What functions hold, metatables and coroutines come after all the tables, so that what
 * has a name of its own is met under it.
 * @returns true when everything was visited; null when nothing stands at the place.
 */
export function walkState(walk: Walk): boolean | null {
  const { reading, visit } = walk;
  const { probe } = reading;
  /** Where a table was met, a shared variable, or a function. */
  const seen = new Map<number, string>();
  const boxes = new Set<number>();
  const later: StatePath[] = [];
  let isComplete = true;
  let isOver = false;

  const meet = (host: StateSource, path: StatePath, place: string): void => {
    const { lua, main } = host;
    const { kind, preview, size, isOpenable, isSummary } = viewTop(host, place, reading);
    const address = kind === 'table' || kind === 'function' || kind === 'thread' ? lua.lua_topointer(main, -1) : 0;
    const earlier = address === 0 ? undefined : seen.get(address);
    const shown = earlier !== undefined && kind === 'table' ? `↺ ${earlier.replace(/^\./, '') || 'the globals'}` : preview;
    if (!visit(path, kind, shown)) {
      isOver = true;
      return;
    }
    if (earlier !== undefined) return;
    if (address !== 0) seen.set(address, place);
    if (kind !== 'table') {
      if (isOpenable) later.push(path);
    } else if (size > 0 && !isSummary) open(host, path, place);
    else if (!isSummary && isOpenable) later.push(path);
  };

  /** Visits what stands below the value on top of the stack; of a table that was opened, only what hangs on it where `isLater`. */
  const open = (host: StateSource, path: StatePath, place: string, isLater = false): void => {
    if (path.length >= DEPTH_MAX) {
      isComplete = false;
      return;
    }
    const isTable = host.lua.lua_type(host.main, -1) === LUA.table;
    for (const entry of walk.entries(host, place)) {
      if (isOver) return;
      if (entry.kind === 'metatable' && !isLater) later.push(path);
      if (isTable && isLater !== (entry.kind === 'metatable')) continue;
      if (!isWorthIt(host, entry)) continue;
      const inner = pushEntry(host, probe, entry);
      meet(inner, [...path, entry.printed], place + entry.printed);
      inner.lua.lua_settop(inner.main, -2);
    }
  };

  /** What the runtime's functions hold is not the program's; what functions share is visited once. */
  const isWorthIt = (host: StateSource, entry: Entry): boolean => {
    if (entry.kind === 'variable') return !entry.isAlias;
    if (entry.kind !== 'upvalue' || probe === null) return true;
    if (!entry.isUsers) return false;
    const box = upvalueBox(host, probe, entry.upvalue);
    if (boxes.has(box)) return false;
    boxes.add(box);
    return true;
  };

  const begun = walk.under(walk.path, (host, place) => {
    const { lua, main } = host;
    const isTable = lua.lua_type(main, -1) === LUA.table;
    if (isTable) seen.set(lua.lua_topointer(main, -1), place);
    open(host, walk.path, place);
    return true;
  });
  if (begun === null) return null;
  for (let path = later.shift(); path !== undefined && !isOver; path = later.shift()) {
    const at = path;
    walk.under(at, (host, place) => open(host, at, place, true));
  }
  return isComplete && !isOver;
}
