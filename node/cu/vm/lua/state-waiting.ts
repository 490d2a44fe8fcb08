import type { CodePlace } from '../../../contract/recording.ts';
import type { LuaProbe } from './debug/probe.ts';
import { chunkTitle, pushFieldOf, showAt } from './debug/show.ts';
import { LUA, type LuaThread } from './glue.ts';

/** Where a variable of a thread that stands still is found again. */
export interface VariablePlace {
  readonly level: number;
  readonly place: number;
}

/** A coroutine that waits, as a person reads it. */
export interface Waiting {
  /** What `Receive` was given; null where the program yielded by itself. */
  readonly pattern: VariablePlace | null;
  /** The message that began it; null where none is known. */
  readonly message: VariablePlace | null;
  /** Slot of the newest message it holds: it has been waiting since then. */
  readonly since: number | null;
  /** The person's line that waits; null where a tail call has left it. */
  readonly place: CodePlace | null;
  /** Variables of the person's functions that wait, innermost first. */
  readonly variables: readonly (VariablePlace & { readonly printed: string })[];
}

const YIELDED = 1;
const LEVELS_MAX = 100;
const VARIABLES_MAX = 250;
/** What the runtimes' `receive` calls its parameter. */
const PATTERN_LOCAL = 'pattern';

/** Looks into a coroutine; null where it does not wait. */
export function readWaiting(probe: LuaProbe, thread: LuaThread): Waiting | null {
  const { lua, debug, layout, record } = probe;
  if (lua.lua_status(thread) !== YIELDED) return null;
  let pattern: VariablePlace | null = null;
  let message: VariablePlace | null = null;
  let since: number | null = null;
  let place: CodePlace | null = null;
  const variables = new Map<string, VariablePlace & { readonly printed: string }>();
  lua.lua_checkstack(thread, 8);
  for (let level = 0; level < LEVELS_MAX && debug.lua_getstack(thread, level, record) !== 0; level++) {
    probe.ask(thread, 'standing', record);
    const chunk = probe.cText(probe.pointer(record + layout.source)) ?? '';
    if (chunk === '=[C]') continue;
    const line = probe.int(record + layout.currentLine);
    const isUsers = !probe.isRuntimeSource(chunk);
    if (isUsers) place ??= { chunk, line };
    eachLocal(probe, thread, level, (name, at) => {
      const nonce = nonceOf(probe, thread);
      if (nonce !== null) {
        message = at;
        since = Math.max(since ?? 0, nonce);
      }
      if (!isUsers && name === PATTERN_LOCAL && place === null) pattern ??= at;
      if (isUsers) {
        // An inner variable of the same name comes later, and hides the outer one.
        const printed = `(${chunkTitle(chunk)}:${line}) ${name}`;
        variables.set(`${level} ${name}`, { ...at, printed });
      }
    });
  }
  return { pattern, message, since, place, variables: distinct([...variables.values()]) };
}

/** Pushes a variable onto the thread's own stack. */
export function pushVariable(probe: LuaProbe, thread: LuaThread, { level, place }: VariablePlace): void {
  probe.lua.lua_checkstack(thread, 8);
  probe.debug.lua_getstack(thread, level, probe.record);
  if (probe.debug.lua_getlocal(thread, probe.record, place) === 0) probe.lua.lua_pushnil(thread);
}

/** On one line: what it waits for, since when, and where. */
export function describeWaiting(probe: LuaProbe, thread: LuaThread, { pattern, since, place }: Waiting): string {
  const parts = ['coroutine'];
  if (pattern === null) parts.push('waiting');
  else {
    pushVariable(probe, thread, pattern);
    parts.push(`waits for ${showAt(probe, thread, -1, 2)}`);
    probe.lua.lua_settop(thread, -2);
  }
  if (since !== null) parts.push(`since slot ${since}`);
  if (place !== null) parts.push(`at ${chunkTitle(place.chunk)}:${place.line}`);
  return parts.join(' · ');
}

function eachLocal(probe: LuaProbe, thread: LuaThread, level: number, see: (name: string, at: VariablePlace) => void): void {
  const { lua, debug, record } = probe;
  for (let place = 1; place <= VARIABLES_MAX; place++) {
    // What is seen may have asked for a record of its own.
    debug.lua_getstack(thread, level, record);
    const nameAt = debug.lua_getlocal(thread, record, place);
    if (nameAt === 0) return;
    const name = probe.cText(nameAt) ?? '';
    if (name !== '' && !name.startsWith('(')) see(name, { level, place });
    lua.lua_settop(thread, -2);
  }
}

/** The slot of the message on top of the stack; null for anything else. */
function nonceOf(probe: LuaProbe, thread: LuaThread): number | null {
  const { lua } = probe;
  if (lua.lua_type(thread, -1) !== LUA.table) return null;
  lua.lua_checkstack(thread, 8);
  const holds = (name: string): number => {
    pushFieldOf(probe, thread, -1, name);
    const type = lua.lua_type(thread, -1);
    lua.lua_settop(thread, -2);
    return type;
  };
  if (holds('From') !== LUA.string || holds('Tags') !== LUA.table) return null;
  pushFieldOf(probe, thread, -1, 'Nonce');
  const type = lua.lua_type(thread, -1);
  // The terminal's and the reference's numbers may come as texts.
  const nonce = type === LUA.number || type === LUA.string ? lua.lua_tonumberx(thread, -1, 0) : NaN;
  lua.lua_settop(thread, -2);
  return Number.isSafeInteger(nonce) ? nonce : null;
}

/** A function that waits in itself has its variables more than once. */
function distinct(
  variables: readonly (VariablePlace & { readonly printed: string })[],
): readonly (VariablePlace & { readonly printed: string })[] {
  const seen = new Map<string, number>();
  return variables.map((one) => {
    const count = (seen.get(one.printed) ?? 0) + 1;
    seen.set(one.printed, count);
    return count === 1 ? one : { ...one, printed: `${one.printed} ${count}` };
  });
}
