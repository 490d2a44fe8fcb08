import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tag } from '../contract/item.ts';

/** The format that our own Lua module declares: Lua 5.4 sources of the runtime, run by the machine in node/cu/vm/lua. */
export const LUA_FORMAT = 'lua-5.4-aoscope-1';

/** What the data of a Lua module holds: every source of the runtime, and the one that starts it. */
export interface LuaProgram {
  readonly entry: string;
  readonly files: Readonly<Record<string, string>>;
}

const TAGS: readonly Tag[] = [
  { name: 'Data-Protocol', value: 'ao' },
  { name: 'Variant', value: 'ao.TN.1' },
  { name: 'Type', value: 'Module' },
  { name: 'Name', value: 'aoscope-lua' },
  { name: 'Module-Format', value: LUA_FORMAT },
  { name: 'Input-Encoding', value: 'JSON-1' },
  { name: 'Output-Encoding', value: 'JSON-1' },
  { name: 'Memory-Limit', value: '256-mb' },
  { name: 'Compute-Limit', value: '9000000000000' },
  { name: 'Content-Type', value: 'application/json' },
];

/**
 * Our Lua module out of the `.lua` files of `luaDir`. The same files give the same bytes, whatever order the disk
 * lists them in; a process keeps the runtime of the module it was spawned with.
 */
export function buildLuaModule(luaDir: string): { format: string; tags: Tag[]; bytes: Uint8Array } {
  const names = readdirSync(luaDir)
    .filter((name) => name.endsWith('.lua'))
    .sort();
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(luaDir, name), 'utf8').replaceAll('\r\n', '\n')]));
  const program: LuaProgram = { entry: 'boot.lua', files };
  return { format: LUA_FORMAT, tags: [...TAGS], bytes: new TextEncoder().encode(JSON.stringify(program)) };
}
