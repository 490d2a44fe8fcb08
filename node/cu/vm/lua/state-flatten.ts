import type { StatePath } from '../../../contract/state.ts';
import type { StateSource } from './state-source.ts';
import { pushAt } from './state-keys.ts';
import { readEntries, viewTop, type StockGlobals } from './state-view.ts';

export interface FlatState {
  readonly lines: readonly { readonly path: StatePath; readonly preview: string }[];
  readonly isComplete: boolean;
}

/** Lua's stack holds one table per level; deeper state is left out and the walk is not complete. */
const DEPTH_MAX = 100;

/**
 * Every value that can be reached from the globals, one line each. A table stands where it was first met; where it
 * comes again, the line says where that was.
 */
export function flattenState(host: StateSource, stock: StockGlobals, limit: number): FlatState {
  const { lua, main } = host;
  const lines: { path: StatePath; preview: string }[] = [];
  const seen = new Map<number, string>();
  let isComplete = true;

  const walk = (path: StatePath, place: string): void => {
    for (const { printed, key } of readEntries(host, place, stock)) {
      if (lines.length >= limit) {
        isComplete = false;
        return;
      }
      pushAt(host, -1, key);
      const here = place + printed;
      const inner = [...path, printed];
      const view = viewTop(host, here, stock);
      const address = view.kind === 'table' ? lua.lua_topointer(main, -1) : 0;
      const earlier = address === 0 ? undefined : seen.get(address);
      if (earlier !== undefined) {
        lines.push({ path: inner, preview: `↺ ${earlier.replace(/^\./, '')}` });
      } else {
        lines.push({ path: inner, preview: view.preview });
        if (address !== 0) seen.set(address, here);
        if (view.size > 0 && !view.isSummary) {
          if (path.length >= DEPTH_MAX) isComplete = false;
          else walk(inner, here);
        }
      }
      lua.lua_settop(main, -2);
    }
  };

  const bottom = lua.lua_gettop(main);
  try {
    host.pushGlobals();
    walk([], '');
  } finally {
    lua.lua_settop(main, bottom);
  }
  return { lines, isComplete };
}
