import { leb, sectionOf, withExports } from '../wasm-patch.ts';
import { SECTION, WasmReader, type Signature, type WasmSection, type WasmShape } from '../wasm-shape.ts';

/** Exports that are added carry this in front, so that they cannot hide one of the module's own. */
export const EXPOSED = '$';

/** Free places in the table of functions for hooks. */
const TABLE_ROOM = 8;

/** Functions of Lua 5.3 that the host calls, with the signature it counts on; p is an address. Results that nobody reads are not checked. */
const WANTED: Readonly<Record<string, { readonly params: string; readonly result?: string }>> = {
  lua_sethook: { params: 'ppii' },
  lua_settop: { params: 'pi' },
  lua_checkstack: { params: 'pi' },
  lua_pushvalue: { params: 'pi' },
  lua_type: { params: 'pi', result: 'i' },
  lua_isinteger: { params: 'pi', result: 'i' },
  lua_toboolean: { params: 'pi', result: 'i' },
  lua_tonumberx: { params: 'pip', result: 'd' },
  lua_tointegerx: { params: 'pip', result: 'j' },
  lua_tolstring: { params: 'pip', result: 'p' },
  lua_rawlen: { params: 'pi', result: 'p' },
  lua_tothread: { params: 'pi', result: 'p' },
  lua_topointer: { params: 'pi', result: 'p' },
  lua_pushlstring: { params: 'ppp' },
  lua_stringtonumber: { params: 'pp' },
  lua_rawget: { params: 'pi' },
  lua_rawgeti: { params: 'pij' },
  lua_getmetatable: { params: 'pi', result: 'i' },
  lua_next: { params: 'pi', result: 'i' },
  lua_getinfo: { params: 'ppp' },
  lua_getupvalue: { params: 'pii', result: 'p' },
  luaL_tolstring: { params: 'pip', result: 'p' },
};
const HOOK_FUNCTION = 'lua_sethook';
/** What looking inside a running program needs on top. */
const WANTED_DEBUG: typeof WANTED = {
  lua_getstack: { params: 'pip', result: 'i' },
  lua_getlocal: { params: 'ppi', result: 'p' },
  luaL_loadbufferx: { params: 'ppppp', result: 'i' },
  lua_pcallk: { params: 'piiipp', result: 'i' },
};

/** A module with its inner Lua made callable. */
export interface Exposed {
  readonly bytes: Uint8Array;
  /** True when instructions can be counted. */
  readonly hasHook: boolean;
  /** True when the state can be read without a message. */
  readonly hasState: boolean;
  /** True when it can be watched line by line. */
  readonly hasDebug: boolean;
}

/**
 * Appends exports for the Lua API that the module's name section knows, and makes room in its table of functions. Code
 * and data stay byte for byte what they were, and so does everything the module does. A module without names, or whose
 * compiler changed the signatures, stays as it is.
 */
export function exposeLua(bytes: Uint8Array, shape: WasmShape): Exposed {
  const found = Object.entries({ ...WANTED, ...WANTED_DEBUG }).flatMap(([name, wanted]) => {
    const index = shape.functions.get(name);
    const signature = index === undefined ? null : shape.signature(index);
    return index !== undefined && index >= shape.importedFunctions && signature !== null && fits(signature, wanted, shape)
      ? [{ name, index }]
      : [];
  });
  const hasHook = found.some(({ name }) => name === HOOK_FUNCTION);
  if (!hasHook) return { bytes, hasHook: false, hasState: false, hasDebug: false };
  const has = (wanted: typeof WANTED): boolean => Object.keys(wanted).every((name) => found.some((one) => one.name === name));
  const parts = [bytes.subarray(0, shape.sections[0]?.start ?? bytes.length)];
  for (const section of shape.sections) {
    if (section.id === SECTION.export)
      parts.push(
        withExports(
          bytes,
          section,
          found.map(({ name, index }) => ({ name: EXPOSED + name, kind: 'function', index })),
        ),
      );
    else if (section.id === SECTION.table) parts.push(withRoom(bytes, section));
    else parts.push(bytes.subarray(section.start, section.end));
  }
  return { bytes: Buffer.concat(parts), hasHook, hasState: has(WANTED), hasDebug: has(WANTED) && has(WANTED_DEBUG) };
}

function fits({ params, results }: Signature, wanted: { readonly params: string; readonly result?: string }, shape: WasmShape): boolean {
  const pointer = shape.memory?.isWide === true ? 'j' : 'i';
  return (
    params === wanted.params.replaceAll('p', pointer) && (wanted.result === undefined || results === wanted.result.replaceAll('p', pointer))
  );
}

/** Raises the maximum of the first table; one without a maximum can grow anyway. */
function withRoom(bytes: Uint8Array, section: WasmSection): Uint8Array {
  const reader = new WasmReader(bytes, section.body);
  const count = reader.number();
  const type = reader.byte();
  const { flags, min, max } = reader.limits();
  const limits = max === null ? [leb(flags), leb(min)] : [leb(flags), leb(min), leb(max + TABLE_ROOM)];
  return sectionOf(section.id, [leb(count), Uint8Array.of(type), ...limits, bytes.subarray(reader.at, section.end)]);
}
