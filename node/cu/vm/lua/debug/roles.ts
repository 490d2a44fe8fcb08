import type { CodePlace } from '../../../../contract/recording.ts';
import type { LuaThread } from '../glue.ts';
import type { Role, RolePlaces } from './code-map.ts';
import type { LuaProbe } from './probe.ts';
import { functionPlace, pushFieldOf } from './show.ts';

/** Where a runtime keeps its functions, as fields from the globals down. */
const ROLES: readonly (readonly [Role, readonly string[]])[] = [
  ['evaluate', ['Handlers', 'evaluate']],
  ['match', ['package', 'loaded', '.utils', 'matchesSpec']],
  ['message', ['ao', 'send']],
  ['spawn', ['ao', 'spawn']],
  ['assignment', ['ao', 'assign']],
];

/** Looks up where the functions were written that a recording reads meaning from; between two messages. */
export function readRoles(probe: LuaProbe, main: LuaThread): RolePlaces {
  const { lua } = probe;
  const places = new Map<Role, CodePlace>();
  const bottom = lua.lua_gettop(main);
  for (const [role, path] of ROLES) {
    probe.sourceOn(main).pushGlobals();
    for (const field of path) pushFieldOf(probe, main, -1, field);
    const place = functionPlace(probe, main, -1);
    if (place !== null) places.set(role, place);
    lua.lua_settop(main, bottom);
  }
  return places;
}
