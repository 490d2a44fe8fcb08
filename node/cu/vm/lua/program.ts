import { AoError, reasonOf } from '../../../contract/errors.ts';
import type { LuaProgram } from '../../../lua/module.ts';
import type { ModuleSource } from '../machine.ts';
import { LuaHost, RUNTIME_PREFIX } from './host.ts';
import type { WasmModule } from '../wasm-api.ts';

/** A VM in which the runtime stands ready, and where its entry is kept. */
export interface StartedProgram {
  readonly host: LuaHost;
  readonly entry: number;
}

/**
 * Starts the runtime that the module carries: compiles every file, calls the entry file with them, and keeps the
 * function it answers with.
 * @throws AoError MODULE_BROKEN
 */
export function startProgram(glue: WasmModule, module: ModuleSource, memoryBytes: number): StartedProgram {
  const program = parseProgram(module);
  try {
    const host = new LuaHost(glue, memoryBytes);
    const { lua, main, values } = host;
    const names = Object.keys(program.files).sort();
    lua.lua_createtable(main, 0, names.length);
    for (const name of names) {
      values.pushText(main, name);
      host.load(program.files[name] ?? '', RUNTIME_PREFIX + name);
      lua.lua_rawset(main, -3);
    }
    values.pushText(main, program.entry);
    lua.lua_rawget(main, -2);
    lua.lua_pushvalue(main, -2);
    host.call(1, 1);
    const entry = host.keep();
    lua.lua_settop(main, 0);
    return { host, entry };
  } catch (error) {
    throw new AoError('MODULE_BROKEN', { module: module.id, reason: reasonOf(error) });
  }
}

function parseProgram(module: ModuleSource): LuaProgram {
  try {
    const raw: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(module.bytes));
    if (!isProgram(raw)) throw new TypeError('its data is not {"entry": …, "files": {…}}');
    if (raw.files[raw.entry] === undefined) throw new TypeError(`it holds no file ${raw.entry}`);
    return raw;
  } catch (error) {
    throw new AoError('MODULE_BROKEN', { module: module.id, reason: reasonOf(error) });
  }
}

function isProgram(raw: unknown): raw is LuaProgram {
  if (typeof raw !== 'object' || raw === null || !('entry' in raw) || !('files' in raw)) return false;
  if (typeof raw.entry !== 'string' || typeof raw.files !== 'object' || raw.files === null) return false;
  return Object.values(raw.files).every((text) => typeof text === 'string');
}
