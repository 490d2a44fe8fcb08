import type { StateKind } from '../../../contract/state.ts';
import { LUA } from './glue.ts';
import type { StateSource } from './state-source.ts';
import { countEntries, printText, pushAt, pushField, readKeys, type Key } from './state-keys.ts';

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
  /** True for tables that are better read as one line than entry by entry when states are compared. */
  readonly isSummary: boolean;
}

/** One entry of a table as it is shown: its printed key, and the key itself. */
export interface Entry {
  readonly printed: string;
  readonly key: Key;
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
export function readEntries(host: StateSource, place: string, stock: StockGlobals): Entry[] {
  const keys = readKeys(host, -1);
  if (place === HANDLER_LIST) return nameHandlers(host, keys);
  const hidden = HIDDEN_FIELDS[place];
  const entries = keys.filter((key) => !isHidden(host, key, place, hidden, stock)).map((key) => ({ printed: key.printed, key }));
  return place === '' ? entries.sort((first, second) => globalRank(first) - globalRank(second)) : entries;
}

/** The program's own globals keep their order in front of the runtime's. */
function globalRank({ key }: Entry): number {
  return key.kind === 'text' ? SHOWN_GLOBALS.indexOf(key.value) : -1;
}

/** The value on top of the stack, which stands at `place`. */
export function viewTop(host: StateSource, place: string, stock: StockGlobals): View {
  const { lua, main, values } = host;
  const type = lua.lua_type(main, -1);
  const kind = KINDS[type] ?? 'nil';
  const plain = (preview: string): View => ({ kind, preview, size: 0, isSummary: false });
  if (kind === 'nil') return plain('nil');
  if (kind === 'boolean') return plain(String(lua.lua_toboolean(main, -1) !== 0));
  if (kind === 'number') return plain(values.display(main, -1));
  if (kind === 'string') return plain(quote(host));
  if (kind === 'function') return plain(describeFunction(host));
  if (kind === 'thread') return plain(lua.lua_status(lua.lua_tothread(main, -1)) === 1 ? 'coroutine · waiting' : 'coroutine');
  if (kind === 'userdata') return plain('userdata');
  return viewTable(host, place, stock);
}

function viewTable(host: StateSource, place: string, stock: StockGlobals): View {
  const big = readBigInteger(host);
  if (big !== null) return { kind: 'table', preview: `bint ${big}`, size: countEntries(host, -1), isSummary: true };
  const size = HIDDEN_FIELDS[place] === undefined ? countEntries(host, -1) : readEntries(host, place, stock).length;
  const summary = summarize(host, place);
  if (summary !== null) return { kind: 'table', preview: summary, size, isSummary: true };
  return { kind: 'table', preview: `table · ${size} ${size === 1 ? 'entry' : 'entries'}`, size, isSummary: false };
}

function summarize(host: StateSource, place: string): string | null {
  if (place.startsWith(`${HANDLER_LIST}[`) || place.startsWith(`${HANDLER_LIST}.`)) {
    const runs = fieldText(host, 'maxRuns');
    return `handler · ${fieldFunction(host, 'handle') ?? 'built-in'}${runs === null ? '' : ` · runs left: ${runs}`}`;
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
  const isBig = fieldText(host, '__name') === 'bint';
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
  pushAt(host, -1, key);
  const isStock = place === '' && stock.get(key.value) === host.mark();
  const isRuntimes = place !== '' && lua.lua_type(main, -1) === LUA.function && isRuntimeFunction(host);
  const isNobodyWaiting = place === '.Handlers' && key.value === 'coroutines' && countEntries(host, -1) === 0;
  lua.lua_settop(main, -2);
  return isStock || isRuntimes || isNobodyWaiting;
}

/** Handlers by name, in the order in which they are asked; a name that comes twice keeps its number. */
function nameHandlers(host: StateSource, keys: readonly Key[]): Entry[] {
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
