import type { StateFound, StateNode, StatePage, StatePath } from '../../../contract/state.ts';
import type { FlatState } from '../machine.ts';
import { LuaProbe } from './debug/probe.ts';
import { showAt } from './debug/show.ts';
import { LUA } from './glue.ts';
import { pushRows } from './state-database.ts';
import { entriesOf, pushEntry, type Entry } from './state-entries.ts';
import type { StateSource } from './state-source.ts';
import { viewTop, type Reading, type StockGlobals } from './state-view.ts';
import { walkState } from './state-walk.ts';
import { STACK_BUFFER_BYTES, Values } from './values.ts';

/** Orders of keys that are kept for the pages that follow, counted in keys. */
const ORDERED_KEYS = 1_000_000;
/** Places that a search looks at before it says that it is not complete. */
const SEARCHED = 1_000_000;

/** Where a path has led to. */
interface Place {
  readonly host: StateSource;
  readonly place: string;
  /** Tables above, by address. */
  readonly above: ReadonlyMap<number, StatePath>;
}

/** What a database's table is read by: a page at a time. */
interface Rows {
  readonly entry: Extract<Entry, { readonly kind: 'rows' }>;
  readonly rest: StatePath;
}

/**
 * Reads one state for as long as nobody runs the program: what it has sorted and counted once it does not sort and
 * count again. It must be thrown away when the memory is anything else.
 */
export class StateReader {
  readonly #host: StateSource;
  readonly #stock: StockGlobals;
  readonly #orders = new Map<string, readonly Entry[]>();
  readonly #sizes = new Map<number, number>();
  #ordered = 0;

  constructor(host: StateSource, stock: StockGlobals) {
    this.#host = host;
    this.#stock = stock;
  }

  /** A page of what stands under `path` in the globals; null when nothing stands there. */
  children(path: StatePath, offset: number, limit: number): StatePage | null {
    return this.#fromGlobals(() => this.childrenOfTop(path, offset, limit));
  }

  /** The same below the value on top of the stack, which is left as it was. */
  childrenOfTop(path: StatePath, offset: number, limit: number): StatePage | null {
    return this.#reading((reading) =>
      this.#under({ host: this.#host, place: '', above: new Map() }, reading, path, 0, (at, rows) =>
        rows === null ? this.#page(at, reading, path, offset, limit) : this.#rowsPage(at, reading, rows, offset, limit),
      ),
    );
  }

  /** Every value that can be reached from the globals, one line each. */
  flatten(limit: number): FlatState {
    const lines: { path: StatePath; preview: string }[] = [];
    const isComplete = this.#walk([], (path, _kind, preview) => {
      if (lines.length >= limit) return false;
      lines.push({ path, preview });
      return true;
    });
    return { lines, isComplete: isComplete === true };
  }

  /** Places under `path` whose key or one-line value holds `text`, in any case; null when nothing stands at `path`. */
  find(path: StatePath, text: string, limit: number): StateFound | null {
    const wanted = text.toLowerCase();
    const hits: { path: StatePath; kind: StateNode['kind']; preview: string }[] = [];
    let visited = 0;
    const isComplete = this.#walk(path, (at, kind, preview) => {
      if (visited >= SEARCHED) return false;
      visited++;
      const isHit = (at.at(-1) ?? '').toLowerCase().includes(wanted) || preview.toLowerCase().includes(wanted);
      if (!isHit) return true;
      if (hits.length >= limit) return false;
      hits.push({ path: at, kind, preview });
      return true;
    });
    return isComplete === null ? null : { hits, visited, isComplete };
  }

  #walk(path: StatePath, visit: Parameters<typeof walkState>[0]['visit']): boolean | null {
    const start = { place: '', above: new Map<number, StatePath>() };
    return this.#fromGlobals(() =>
      this.#reading((reading) => {
        const under = <T>(to: StatePath, use: (host: StateSource, place: string) => T): T | null =>
          this.#under({ host: this.#host, ...start }, reading, to, 0, ({ host, place }, rows) =>
            // Below rows there is nothing but what is listed.
            rows === null ? use(host, place) : null,
          );
        return walkState({ reading, path, under, visit, entries: (host, place) => this.#entries(host, reading, place) });
      }),
    );
  }

  #fromGlobals<T>(work: () => T): T {
    const { lua, main } = this.#host;
    const bottom = lua.lua_gettop(main);
    this.#host.pushGlobals();
    try {
      return work();
    } finally {
      lua.lua_settop(main, bottom);
    }
  }

  #reading<T>(work: (reading: Reading) => T): T {
    const { vm } = this.#host;
    const probe = vm === null ? null : new LuaProbe(vm, STACK_BUFFER_BYTES, (buffer) => Values.onStack(vm.lua, buffer));
    try {
      return work({ probe, stock: this.#stock, sizes: this.#sizes });
    } finally {
      probe?.close();
    }
  }

  /** Goes down `path` from the value on top of the stack and does `use` there; the stacks are left as they were. */
  #under<T>(at: Place, reading: Reading, path: StatePath, index: number, use: (at: Place, rows: Rows | null) => T | null): T | null {
    const step = path[index];
    if (step === undefined) return use(at, null);
    const { host, place } = at;
    const entry = this.#entries(host, reading, place).find(({ printed }) => printed === step);
    if (entry === undefined) return null;
    if (entry.kind === 'rows') return use(at, { entry, rest: path.slice(index + 1) });
    const { lua, main } = host;
    const bottom = lua.lua_gettop(main);
    const isTable = lua.lua_type(main, -1) === LUA.table;
    const above = isTable ? new Map([...at.above, [lua.lua_topointer(main, -1), path.slice(0, index)]]) : at.above;
    const thread = entry.kind === 'variable' ? lua.lua_tothread(main, -1) : main;
    const threadBottom = lua.lua_gettop(thread);
    try {
      const inner = pushEntry(host, reading.probe, entry);
      return this.#under({ host: inner, place: place + step, above }, reading, path, index + 1, use);
    } finally {
      if (thread !== main) lua.lua_settop(thread, threadBottom);
      lua.lua_settop(main, bottom);
    }
  }

  /** What stands below the value on top of the stack, in its order. */
  #entries(host: StateSource, reading: Reading, place: string): readonly Entry[] {
    const known = this.#orders.get(place);
    if (known !== undefined) return known;
    const entries = entriesOf(host, reading, place);
    this.#ordered += entries.length;
    if (this.#ordered > ORDERED_KEYS) {
      this.#orders.clear();
      this.#ordered = entries.length;
    }
    this.#orders.set(place, entries);
    return entries;
  }

  #page({ host, place, above }: Place, reading: Reading, path: StatePath, offset: number, limit: number): StatePage {
    const { lua, main } = host;
    const entries = this.#entries(host, reading, place);
    const all = lua.lua_type(main, -1) === LUA.table ? new Map([...above, [lua.lua_topointer(main, -1), path]]) : above;
    const nodes = entries.slice(offset, offset + limit).map((entry) => readNode(host, reading, place, entry, all));
    return { nodes, total: entries.length, offset };
  }

  /** Rows of a database's table, or what stands in one of them. */
  #rowsPage({ host, place }: Place, reading: Reading, { entry, rest }: Rows, offset: number, limit: number): StatePage | null {
    const { lua, main } = host;
    const { probe } = reading;
    if (probe === null) return null;
    const bottom = lua.lua_gettop(main);
    const row = Number(/^\[(\d+)\]$/.exec(rest[0] ?? '')?.[1] ?? NaN);
    if (rest.length > 0 && !(row >= 1 && row <= entry.rows)) return null;
    try {
      pushRows(host, probe, entry.table, rest.length > 0 ? row - 1 : offset, rest.length > 0 ? 1 : limit);
      const inside = `${place}${entry.printed}`;
      if (rest.length > 0) {
        lua.lua_rawgeti(main, -1, 1n);
        const at: Place = { host, place: `${inside}[${row}]`, above: new Map() };
        return this.#under(at, reading, rest.slice(1), 0, (below) => this.#page(below, reading, rest, offset, limit));
      }
      const nodes: StateNode[] = [];
      for (let place = 1; place <= Math.min(limit, entry.rows - offset); place++) {
        lua.lua_rawgeti(main, -1, BigInt(place));
        const { kind, size } = viewTop(host, inside, reading);
        nodes.push({ key: `[${offset + place}]`, kind, preview: showAt(probe, main, -1), isOpenable: size > 0, size });
        lua.lua_settop(main, -2);
      }
      return { nodes, total: entry.rows, offset };
    } finally {
      lua.lua_settop(main, bottom);
    }
  }
}

function readNode(host: StateSource, reading: Reading, place: string, entry: Entry, above: ReadonlyMap<number, StatePath>): StateNode {
  const key = entry.printed;
  if (entry.kind === 'rows') {
    const preview = `${entry.rows} ${entry.rows === 1 ? 'row' : 'rows'}`;
    return { key, kind: 'table', preview, isOpenable: entry.rows > 0, size: entry.rows };
  }
  const inner = pushEntry(host, reading.probe, entry);
  const { lua, main } = inner;
  const { kind, preview, size, isOpenable } = viewTop(inner, place + key, reading);
  const refersTo = kind === 'table' ? above.get(lua.lua_topointer(main, -1)) : undefined;
  lua.lua_settop(main, -2);
  if (refersTo === undefined) return { key, kind, preview, isOpenable, size };
  const where = refersTo.length === 0 ? 'the globals' : refersTo.join('').replace(/^\./, '');
  return { key, kind, preview: `↺ ${where}`, isOpenable: false, size, refersTo };
}
