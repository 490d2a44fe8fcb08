import type { Json } from '../../../contract/outcome.ts';
import { AnswerTooLarge, OUTCOME_CHARACTERS } from '../answer-size.ts';
import { LUA, type LuaApi, type LuaThread } from './glue.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** Strings up to this many characters go through a buffer that stands in linear memory from the start. */
const SHORT = 16_384;
/** The same where the buffer lies on the stack of C: some modules have 64 KiB of that in all. */
const SHORT_ON_STACK = 1_024;
/** Tables nested deeper than this are read as their name only. */
const DEPTH_MAX = 64;

/**
 * Moves values between JavaScript and the stack of a Lua thread through the C API: nothing of JavaScript is kept in
 * the VM, so memory is whole. Text goes in as UTF-8 and keeps its NULs; on the way out, bytes that are not UTF-8
 * become U+FFFD (as in the reference, whose answers are JSON).
 */
export class Values {
  readonly #lua: LuaApi;
  readonly #buffer: number;
  readonly #lengthCell: number;
  readonly #shortMax: number;
  #bytes: Uint8Array;
  #charactersLeft = 0;

  /** `buffer` is an address with at least {@link BUFFER_BYTES} bytes behind it. */
  constructor(lua: LuaApi, buffer: number, shortMax = SHORT) {
    this.#lua = lua;
    this.#shortMax = shortMax;
    this.#buffer = buffer + 8;
    this.#lengthCell = buffer;
    this.#bytes = new Uint8Array(lua.memory.buffer);
  }

  /** @param buffer on the stack of C, with {@link STACK_BUFFER_BYTES} behind it. */
  static onStack(lua: LuaApi, buffer: number): Values {
    return new Values(lua, buffer, SHORT_ON_STACK);
  }

  /** The same for another instance whose memory is a copy. */
  movedTo(lua: LuaApi): Values {
    return new Values(lua, this.#lengthCell, this.#shortMax);
  }

  /** All of linear memory; taken anew after it has grown. */
  get bytes(): Uint8Array {
    if (this.#bytes.byteLength === 0) this.#bytes = new Uint8Array(this.#lua.memory.buffer);
    return this.#bytes;
  }

  /** Pushes a JSON-like value; absent fields and undefined are left out, whole numbers become integers. */
  push(L: LuaThread, value: unknown): void {
    const lua = this.#lua;
    if (typeof value === 'string') return this.pushText(L, value);
    if (typeof value === 'boolean') return lua.lua_pushboolean(L, value ? 1 : 0);
    if (typeof value === 'number') {
      if (Number.isSafeInteger(value)) return lua.lua_pushinteger(L, BigInt(value));
      return lua.lua_pushnumber(L, value);
    }
    if (typeof value !== 'object' || value === null) return lua.lua_pushnil(L);
    lua.lua_checkstack(L, 4);
    if (Array.isArray(value)) {
      lua.lua_createtable(L, value.length, 0);
      for (let i = 0; i < value.length; i++) {
        this.push(L, value[i]);
        lua.lua_rawseti(L, -2, BigInt(i + 1));
      }
      return;
    }
    const entries = Object.entries(value);
    lua.lua_createtable(L, 0, entries.length);
    for (const [key, inner] of entries) {
      if (inner === undefined || inner === null) continue;
      this.pushText(L, key);
      this.push(L, inner);
      lua.lua_rawset(L, -3);
    }
  }

  pushText(L: LuaThread, text: string): void {
    if (text.length <= this.#shortMax) {
      this.#lua.lua_pushlstring(L, this.#buffer, this.#writeShort(text));
      return;
    }
    this.pushBytes(L, encoder.encode(text));
  }

  pushBytes(L: LuaThread, bytes: Uint8Array): void {
    this.withBytes(bytes, (pointer) => this.#lua.lua_pushlstring(L, pointer, bytes.length));
  }

  /** Gives `use` an address at which `bytes` stand for as long as it runs. */
  withBytes<T>(bytes: Uint8Array, use: (pointer: number) => T): T {
    const pointer = this.#lua.malloc(bytes.length + 1);
    if (pointer === 0) throw new OutOfMemory();
    this.bytes.set(bytes, pointer);
    this.bytes[pointer + bytes.length] = 0;
    const result = use(pointer);
    this.#lua.free(pointer);
    return result;
  }

  /** The string or number at `index` as text. A number in its place becomes a string there, as lua_tolstring does. */
  text(L: LuaThread, index: number): string {
    const pointer = this.#lua.lua_tolstring(L, index, this.#lengthCell);
    return pointer === 0 ? '' : this.#readText(pointer, this.#cell());
  }

  /** The string at `index`, decoded to at most `limit` bytes and its full length in bytes. */
  textStart(L: LuaThread, index: number, limit: number): { readonly text: string; readonly length: number } {
    const pointer = this.#lua.lua_tolstring(L, index, this.#lengthCell);
    const length = this.#cell();
    return { text: this.#readText(pointer, Math.min(length, limit)), length };
  }

  /** Any value as `tostring` shows it; metamethods may run. */
  display(L: LuaThread, index: number): string {
    const pointer = this.#lua.luaL_tolstring(L, index, this.#lengthCell);
    const text = this.#readText(pointer, this.#cell());
    this.#lua.lua_settop(L, -2);
    return text;
  }

  /** Text that ends with a NUL, such as a chunk's name. */
  cText(pointer: number): string {
    let end = pointer;
    while (this.bytes[end] !== 0) end++;
    return decoder.decode(this.bytes.subarray(pointer, end));
  }

  /**
   * The value at `index` as JSON. A table with the keys 1..n alone is an array (an empty one too), others are
   * objects; what JSON has no word for becomes its name.
   * @throws AnswerTooLarge once it holds more text than an outcome may, however little memory it takes in the program.
   */
  json(L: LuaThread, index: number): Json {
    this.#charactersLeft = OUTCOME_CHARACTERS;
    return this.#json(L, index, 0);
  }

  #json(L: LuaThread, index: number, depth: number): Json {
    const lua = this.#lua;
    const type = lua.lua_type(L, index);
    if (--this.#charactersLeft < 0) throw new AnswerTooLarge();
    if (type <= LUA.nil) return null;
    if (type === LUA.boolean) return lua.lua_toboolean(L, index) !== 0;
    if (type === LUA.string) {
      const text = this.text(L, index);
      this.#charactersLeft -= text.length;
      return text;
    }
    if (type === LUA.number) {
      const number = lua.lua_tonumberx(L, index, 0);
      return Number.isFinite(number) ? number : String(number);
    }
    if (type !== LUA.table || depth >= DEPTH_MAX) return this.display(L, index);
    return this.#jsonTable(L, lua.lua_absindex(L, index), depth);
  }

  #jsonTable(L: LuaThread, table: number, depth: number): Json {
    const lua = this.#lua;
    lua.lua_checkstack(L, 4);
    const length = Number(lua.lua_rawlen(L, table));
    const list: Json[] = [];
    const fields: [string, Json][] = [];
    for (let i = 1; i <= length; i++) {
      lua.lua_rawgeti(L, table, BigInt(i));
      list.push(this.#json(L, -1, depth + 1));
      lua.lua_settop(L, -2);
    }
    lua.lua_pushnil(L);
    while (lua.lua_next(L, table) !== 0) {
      if (!this.#isListKey(L, -2, length)) {
        lua.lua_pushvalue(L, -2);
        const key = this.#json(L, -1, DEPTH_MAX);
        lua.lua_settop(L, -2);
        fields.push([String(key), this.#json(L, -1, depth + 1)]);
      }
      lua.lua_settop(L, -2);
    }
    if (fields.length === 0) return list;
    return Object.fromEntries([...list.map((value, i): [string, Json] => [String(i + 1), value]), ...fields]);
  }

  #isListKey(L: LuaThread, index: number, length: number): boolean {
    if (this.#lua.lua_isinteger(L, index) === 0) return false;
    const key = this.#lua.lua_tointegerx(L, index, 0);
    return key >= 1n && key <= BigInt(length);
  }

  #writeShort(text: string): number {
    const bytes = this.bytes;
    const start = this.#buffer;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return encoder.encodeInto(text, bytes.subarray(start, start + text.length * 3)).written;
      bytes[start + i] = code;
    }
    return text.length;
  }

  #cell(): number {
    const bytes = this.bytes;
    const at = this.#lengthCell;
    return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
  }

  #readText(pointer: number, length: number): string {
    if (length > 24) return decoder.decode(this.bytes.subarray(pointer, pointer + length));
    const bytes = this.bytes;
    let text = '';
    for (let i = pointer; i < pointer + length; i++) {
      const byte = bytes[i] ?? 0;
      if (byte >= 0x80) return decoder.decode(bytes.subarray(pointer, pointer + length));
      text += String.fromCharCode(byte);
    }
    return text;
  }
}

/** Bytes of linear memory that {@link Values} needs for itself. */
export const BUFFER_BYTES = 8 + SHORT * 3;
export const STACK_BUFFER_BYTES = 8 + SHORT_ON_STACK * 3;

/** The VM has no room for what was to be put into it. */
export class OutOfMemory extends Error {
  constructor() {
    super('not enough memory');
    this.name = 'OutOfMemory';
  }
}
