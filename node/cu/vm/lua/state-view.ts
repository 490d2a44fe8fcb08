import type { StateKind } from '../../../contract/state.ts';
import type { LuaProbe } from './debug/probe.ts';
import { patternAt } from './debug/pattern.ts';
import { numberAt } from './debug/show.ts';
import { LUA } from './glue.ts';
import { isDatabase } from './state-database.ts';
import { countEntries, printText, pushAt, pushField, readKeys, type Key } from './state-keys.ts';
import type { StateSource } from './state-source.ts';
import { readUpvalues } from './state-upvalues.ts';
import { describeWaiting, readWaiting } from './state-waiting.ts';

const TEXT_CHARACTERS = 200;
const KINDS: readonly StateKind[] = ['nil', 'boolean', 'userdata', 'number', 'string', 'table', 'function', 'userdata', 'thread'];

/**
 * Globals of the runtime that a person looks for, in the order in which they follow on the program's own; everything
 * else the runtime sets is hidden until the program changes it. The inbox may hold 10,000 messages, so it comes last.
 */
const SHOWN_GLOBALS: readonly string[] = ['Name', 'Owner', 'ao', 'Handlers', 'Errors', 'Inbox'];
/** Scratch of the runtime, which changes with every message. */
const SCRATCH_GLOBALS: ReadonlySet<string> = new Set(['_G', 'HANDLER_PRINT_LOGS', 'Nonce', 'Seeded']);
const HIDDEN_FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  '.ao': new Set(['Nonce', '_version', 'nonExtractableTags', 'nonForwardableTags', 'outbox', 'reference']),
  '.Handlers': new Set(['_version', 'onceNonce', 'utils']),
};
/** Where handlers are listed by their names. */
const HANDLER_LIST = '.Handlers.list';

/** What one value looks like on one line. */
export interface View {
  readonly kind: StateKind;
  readonly preview: string;
  readonly size: number;
  /** There is something to open, besides the entries of a table. */
  readonly isOpenable: boolean;
  /** True for tables that are better read as one line than entry by entry when states are compared. */
  readonly isSummary: boolean;
}

/** One entry of a table as it is shown: its printed key, and the key itself. */
export interface KeyEntry {
  readonly printed: string;
  readonly key: Key;
}

/** What is known while a state is read: what every process starts with, and the sizes of tables counted so far, by address. */
export interface Reading {
  /** Looks into functions and threads; null where that cannot be. */
  readonly probe: LuaProbe | null;
  readonly stock: StockGlobals;
  readonly sizes: Map<number, number>;
}

/** Marks of the globals as the runtime made them, by name (see {@link StateSource.mark}). */
export type StockGlobals = ReadonlyMap<string, string>;

/** Notes which globals there are before any message. */
export function readStockGlobals(host: StateSource): StockGlobals {
  const { lua, main } = host;
  const stock = new Map<string, string>();
  host.pushGlobals();
  for (const key of readKeys(host, -1)) {
    if (key.kind !== 'text') continue;
    pushAt(host, -1, key);
    stock.set(key.value, host.mark());
    lua.lua_settop(main, -2);
  }
  lua.lua_settop(main, -2);
  return stock;
}

/** The entries of the table on top of the stack, which stands at `place` (the path in one word, '' for the globals). */
export function readEntries(host: StateSource, place: string, stock: StockGlobals): KeyEntry[] {
  const keys = readKeys(host, -1);
  if (place === HANDLER_LIST) return nameHandlers(host, keys);
  const hidden = HIDDEN_FIELDS[place];
  const entries = keys.filter((key) => !isHidden(host, key, place, hidden, stock)).map((key) => ({ printed: key.printed, key }));
  return place === '' ? entries.sort((first, second) => globalRank(first) - globalRank(second)) : entries;
}

/** The program's own globals keep their order in front of the runtime's. */
function globalRank({ key }: KeyEntry): number {
  return key.kind === 'text' ? SHOWN_GLOBALS.indexOf(key.value) : -1;
}

/** The value on top of the stack, which stands at `place`. */
export function viewTop(host: StateSource, place: string, reading: Reading): View {
  const { lua, main } = host;
  const kind = KINDS[lua.lua_type(main, -1)] ?? 'nil';
  const plain = (preview: string, isOpenable = false): View => ({ kind, preview, size: 0, isOpenable, isSummary: false });
  switch (kind) {
    case 'nil':
      return plain('nil');
    case 'boolean':
      return plain(String(lua.lua_toboolean(main, -1) !== 0));
    case 'number':
      return plain(numberAt(lua, main, -1));
    case 'string':
      return plain(quote(host));
    case 'function':
      return plain(describeFunction(host), readUpvalues(host, reading.probe).list.length > 0);
    case 'thread':
      return viewThread(host, reading, plain);
    case 'userdata':
      return reading.probe !== null && isDatabase(host) ? plain('SQLite database', true) : plain('userdata');
    case 'table':
      return viewTable(host, place, reading);
  }
}

function viewThread({ lua, main }: StateSource, { probe }: Reading, plain: (preview: string, isOpenable?: boolean) => View): View {
  const thread = lua.lua_tothread(main, -1);
  const waiting = probe === null ? null : readWaiting(probe, thread);
  if (probe !== null && waiting !== null) {
    const isOpenable = waiting.pattern !== null || waiting.message !== null || waiting.variables.length > 0;
    return plain(describeWaiting(probe, thread, waiting), isOpenable);
  }
  return plain(lua.lua_status(thread) === 1 ? 'coroutine · waiting' : 'coroutine');
}

function viewTable(host: StateSource, place: string, reading: Reading): View {
  const size = HIDDEN_FIELDS[place] === undefined ? sizeOf(host, reading) : readEntries(host, place, reading.stock).length;
  const big = readBigInteger(host);
  if (big !== null) return { kind: 'table', preview: `bint ${big}`, size, isOpenable: true, isSummary: true };
  const isOpenable = size > 0 || hasMetatable(host);
  const summary = summarize(host, place, reading);
  if (summary !== null) return { kind: 'table', preview: summary, size, isOpenable, isSummary: true };
  return { kind: 'table', preview: `table · ${size} ${size === 1 ? 'entry' : 'entries'}`, size, isOpenable, isSummary: false };
}

/** Has the table on top of the stack a metatable? */
export function hasMetatable({ lua, main }: StateSource): boolean {
  if (lua.lua_getmetatable(main, -1) === 0) return false;
  lua.lua_settop(main, -2);
  return true;
}

function sizeOf(host: StateSource, { sizes }: Reading): number {
  const address = host.lua.lua_topointer(host.main, -1);
  const known = sizes.get(address);
  if (known !== undefined) return known;
  const size = countEntries(host, -1);
  sizes.set(address, size);
  return size;
}

function summarize(host: StateSource, place: string, { probe }: Reading): string | null {
  if (place.startsWith(`${HANDLER_LIST}[`) || place.startsWith(`${HANDLER_LIST}.`)) {
    const runs = fieldText(host, 'maxRuns');
    const parts = ['handler', fieldFunction(host, 'handle') ?? 'built-in'];
    if (probe !== null) {
      pushField(host, -1, 'pattern');
      const pattern = patternAt(probe, host.main);
      if (pattern !== null) parts.push(`on ${pattern}`);
      host.lua.lua_settop(host.main, -2);
    }
    if (runs !== null && runs !== 'inf') parts.push(`runs left: ${runs}`);
    return parts.join(' · ');
  }
  if (fieldType(host, 'TagArray') === LUA.table && fieldType(host, 'From') === LUA.string) {
    const from = fieldText(host, 'From') ?? '';
    const action = fieldText(host, 'Action');
    return `message · ${action === null ? 'no Action' : `Action ${JSON.stringify(action.slice(0, 40))}`} · from ${shorten(from)}`;
  }
  return null;
}

/** The value of a table that ".bint" made: 32-bit words, the lowest first, in two's complement. */
function readBigInteger(host: StateSource): bigint | null {
  const { lua, main } = host;
  if (lua.lua_getmetatable(main, -1) === 0) return null;
  // The metatable of the network's library has no name, but the library's own functions.
  const isBig =
    fieldText(host, '__name') === 'bint' || (fieldType(host, 'frombase') === LUA.function && fieldType(host, 'tobase') === LUA.function);
  lua.lua_settop(main, -2);
  if (!isBig) return null;
  const words = Number(lua.lua_rawlen(main, -1));
  let value = 0n;
  for (let i = words; i >= 1; i--) {
    lua.lua_rawgeti(main, -1, BigInt(i));
    value = (value << 32n) | BigInt.asUintN(32, lua.lua_tointegerx(main, -1, 0));
    lua.lua_settop(main, -2);
  }
  return BigInt.asIntN(words * 32, value);
}

function shorten(id: string): string {
  return id.length > 12 ? `${id.slice(0, 5)}…${id.slice(-4)}` : id;
}

function isHidden(host: StateSource, key: Key, place: string, hidden: ReadonlySet<string> | undefined, stock: StockGlobals): boolean {
  const { lua, main } = host;
  if (key.kind !== 'text') return false;
  if (hidden?.has(key.value) === true) return true;
  if (place === '' && SCRATCH_GLOBALS.has(key.value)) return true;
  if (place === '' && SHOWN_GLOBALS.includes(key.value)) return false;
  if (place !== '' && key.holds !== LUA.function && place !== '.Handlers') return false;
  pushAt(host, -1, key);
  const isStock = place === '' && stock.get(key.value) === host.mark();
  const isRuntimes = place !== '' && lua.lua_type(main, -1) === LUA.function && isRuntimeFunction(host);
  const isNobodyWaiting = place === '.Handlers' && key.value === 'coroutines' && countEntries(host, -1) === 0;
  lua.lua_settop(main, -2);
  return isStock || isRuntimes || isNobodyWaiting;
}

/** Handlers by name, in the order in which they are asked; a name that comes twice keeps its number. */
function nameHandlers(host: StateSource, keys: readonly Key[]): KeyEntry[] {
  const { lua, main } = host;
  const used = new Set<string>();
  return keys.map((key) => {
    pushAt(host, -1, key);
    const name = lua.lua_type(main, -1) === LUA.table ? fieldText(host, 'name') : null;
    lua.lua_settop(main, -2);
    const printed = name === null ? key.printed : printText(name);
    if (used.has(printed)) return { printed: key.printed, key };
    used.add(printed);
    return { printed, key };
  });
}

function quote(host: StateSource): string {
  const { text, length } = host.values.textStart(host.main, -1, TEXT_CHARACTERS * 4);
  const isCut = text.length > TEXT_CHARACTERS || length > TEXT_CHARACTERS * 4;
  return isCut ? `${JSON.stringify(text.slice(0, TEXT_CHARACTERS))}…` : JSON.stringify(text);
}

function describeFunction(host: StateSource): string {
  const { source, line } = functionPlace(host);
  return `function · ${source === null ? 'built-in' : `${source}:${line}`}`;
}

function isRuntimeFunction(host: StateSource): boolean {
  const { full } = functionPlace(host);
  return host.isRuntimeSource(full);
}

function functionPlace(host: StateSource): { readonly full: string; readonly source: string | null; readonly line: number } {
  const info = host.functionInfo();
  return { full: info.source, source: info.isNative ? null : info.shortSource, line: info.line };
}

function fieldType(host: StateSource, name: string): number {
  pushField(host, -1, name);
  const type = host.lua.lua_type(host.main, -1);
  host.lua.lua_settop(host.main, -2);
  return type;
}

function fieldText(host: StateSource, name: string): string | null {
  const { lua, main, values } = host;
  pushField(host, -1, name);
  const type = lua.lua_type(main, -1);
  const text = type === LUA.string || type === LUA.number ? values.text(main, -1) : null;
  lua.lua_settop(main, -2);
  return text;
}

function fieldFunction(host: StateSource, name: string): string | null {
  pushField(host, -1, name);
  const isFunction = host.lua.lua_type(host.main, -1) === LUA.function;
  const place = isFunction ? functionPlace(host) : null;
  host.lua.lua_settop(host.main, -2);
  if (place === null || place.source === null) return null;
  return host.isRuntimeSource(place.full) ? 'of the runtime' : `${place.source}:${place.line}`;
}
