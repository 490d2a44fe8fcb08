import type { HandlerDecision } from '../../../../contract/recording.ts';
import { LUA, type LuaThread } from '../glue.ts';
import type { KnownCode, LocalPlaces } from './known-code.ts';
import { VALUE_BYTES } from './layout.ts';
import { readyMadeAt } from './pattern.ts';
import type { LuaProbe } from './probe.ts';
import { chunkTitle, functionPlace, pushFieldOf, showAt, stringAt } from './show.ts';

type Answer = HandlerDecision['answer'];
type Failed = NonNullable<HandlerDecision['failed']>;

/** What the walk over the handlers calls its variables: in aos, and in our own runtime. */
const HANDLER_LOCALS: ReadonlySet<string> = new Set(['o', 'handler']);
const ANSWER_LOCALS: ReadonlySet<string> = new Set(['match', 'step']);
const DEFAULT_LOCALS: ReadonlySet<string> = new Set(['idx', 'default']);
/** How Lua 5.3 and 5.4 call a value that no variable holds. */
const TEMPORARIES: ReadonlySet<string> = new Set(['(*temporary)', '(temporary)', '(C temporary)']);
/** The message, in both functions. */
const FIRST_PLACE = 1;
/** The same in the matching of one pattern. */
const KEY_LOCAL = 'key';
const PATTERN_LOCAL = 'pattern';
/** A handler's function is among the first values that its wrapper holds. */
const WRAPPED_MAX = 4;

interface Open {
  readonly pointer: number;
  readonly name: string;
  readonly pattern: string;
  readonly handle: string | null;
  readonly step: number;
  /** Why a ready-made pattern or a text would not fit. */
  readonly readyMade: Failed | null;
  answer: Answer | null;
  clause: Failed | null;
}

/**
 * Reads off, line by line, what the runtime's walk over the handlers decides: whom it asks, what the pattern answers,
 * and which clause was looked at last. It knows the names of a few local variables of the two runtimes; a runtime that
 * calls them otherwise gives no decisions.
 */
export class Decisions {
  readonly list: HandlerDecision[] = [];
  readonly #probe: LuaProbe;
  readonly #known: KnownCode;
  /** Names of local variables by the place where they stand in the code of the two functions, which stays where it is. */
  readonly #names = new Map<number, string>();
  #open: Open | null = null;

  constructor(probe: LuaProbe, known: KnownCode) {
    this.#probe = probe;
    this.#known = known;
  }

  /** A line of the walk is about to run. @param callInfo the record of its call */
  walked(thread: LuaThread, record: number, callInfo: number, step: number): void {
    const probe = this.#probe;
    const { handlers, answers, defaults } = this.#known.localsAt(probe, callInfo, () => this.#readPlaces(thread, record));
    const base = probe.base(callInfo);
    const value = (place: number): number => base + (place - 1) * VALUE_BYTES;
    const handler = handlers.findLast((place) => probe.kind(value(place)) === LUA.table);
    if (handler !== undefined && probe.pointer(value(handler)) !== this.#open?.pointer) this.#begin(thread, record, handler, step);
    const answer = answers.at(-1);
    if (answer !== undefined && this.#open !== null && probe.kind(value(answer)) !== LUA.nil) {
      const given = this.#answerOf(thread, record, answer);
      if (given !== null) this.#open.answer = given;
    }
    if (defaults.some((place) => probe.kind(value(place)) === LUA.number)) this.#default(step);
  }

  /** The local variables of the walk that mean something, at the instruction where it stands. */
  #readPlaces(thread: LuaThread, record: number): LocalPlaces {
    const probe = this.#probe;
    const places = { handlers: new Array<number>(), answers: new Array<number>(), defaults: new Array<number>() };
    for (let place = FIRST_PLACE; ; place++) {
      const nameAt = probe.debug.lua_getlocal(thread, record, place);
      if (nameAt === 0) break;
      probe.lua.lua_settop(thread, -2);
      const name = this.#nameAt(nameAt);
      // Behind the last variable stand values without a name.
      if (TEMPORARIES.has(name)) break;
      if (place === FIRST_PLACE) continue;
      if (HANDLER_LOCALS.has(name)) places.handlers.push(place);
      if (ANSWER_LOCALS.has(name)) places.answers.push(place);
      if (DEFAULT_LOCALS.has(name)) places.defaults.push(place);
    }
    return places;
  }

  /** A line of the matching of one pattern is about to run. */
  matched(thread: LuaThread, record: number): void {
    const open = this.#open;
    if (open === null) return;
    const { lua, debug } = this.#probe;
    const bottom = lua.lua_gettop(thread);
    let key: string | null = null;
    let expected: string | null = null;
    let message = 0;
    for (let place = 1; ; place++) {
      const nameAt = debug.lua_getlocal(thread, record, place);
      if (nameAt === 0) break;
      const name = this.#nameAt(nameAt);
      if (place === 1) {
        message = lua.lua_gettop(thread);
        continue;
      }
      if (name === KEY_LOCAL) key = stringAt(this.#probe, thread, -1);
      if (name === PATTERN_LOCAL) expected = showAt(this.#probe, thread, -1);
      lua.lua_settop(thread, -2);
      if (TEMPORARIES.has(name)) break;
    }
    if (key !== null && expected !== null) open.clause = { key, expected, actual: this.#fieldOf(thread, message, key) };
    lua.lua_settop(thread, bottom);
  }

  #nameAt(pointer: number): string {
    const known = this.#names.get(pointer);
    if (known !== undefined) return known;
    const name = this.#probe.cText(pointer) ?? '';
    this.#names.set(pointer, name);
    return name;
  }

  /** Ends the reading. @param isFailed the evaluation ended in an error. */
  end(isFailed: boolean): readonly HandlerDecision[] {
    this.#close();
    const last = this.list.at(-1);
    if (isFailed && last !== undefined && last.answer !== 'skip') this.list[this.list.length - 1] = { ...last, answer: 'error' };
    return this.list;
  }

  /** @param place of the handler among the walk's variables; the message is the first of them. */
  #begin(thread: LuaThread, record: number, place: number, step: number): void {
    this.#close();
    const { lua, debug } = this.#probe;
    const bottom = lua.lua_gettop(thread);
    debug.lua_getlocal(thread, record, FIRST_PLACE);
    debug.lua_getlocal(thread, record, place);
    const [message, handler] = [bottom + 1, bottom + 2];
    const pointer = lua.lua_topointer(thread, handler);
    pushFieldOf(this.#probe, thread, handler, 'name');
    const name = stringAt(this.#probe, thread, -1) ?? '?';
    pushFieldOf(this.#probe, thread, handler, 'handle');
    const handle = this.#placeAt(thread, -1);
    pushFieldOf(this.#probe, thread, handler, 'pattern');
    const pattern = showAt(this.#probe, thread, -1, 2);
    const readyMade = this.#readyMade(thread, lua.lua_gettop(thread), message);
    this.#open = { pointer, name, pattern, handle, step, readyMade, answer: null, clause: null };
    lua.lua_settop(thread, bottom);
  }

  #close(): void {
    const open = this.#open;
    this.#open = null;
    // The last of the list is not asked but called when nobody else was there.
    if (open === null || (open.answer === null && open.name === '_default')) return;
    const { name, pattern, handle, step } = open;
    const answer = open.answer ?? 'error';
    this.list.push({ name, pattern, handle, step, answer, failed: answer === 'skip' ? (open.clause ?? open.readyMade) : null });
  }

  #default(step: number): void {
    this.#close();
    if (this.list.at(-1)?.answer !== 'default')
      this.list.push({ name: '_default', pattern: 'nobody else took it', handle: null, step, answer: 'default', failed: null });
  }

  #answerOf(thread: LuaThread, record: number, place: number): Answer | null {
    this.#probe.debug.lua_getlocal(thread, record, place);
    const answer = this.#answerAt(thread, -1);
    this.#probe.lua.lua_settop(thread, -2);
    return answer;
  }

  /** How the walk reads what a pattern answered (protocol §8.4). */
  #answerAt(thread: LuaThread, index: number): Answer | null {
    const { lua } = this.#probe;
    const type = lua.lua_type(thread, index);
    if (type === LUA.boolean) return lua.lua_toboolean(thread, index) === 0 ? 'skip' : 'stop';
    if (type === LUA.number) {
      const number = lua.lua_tonumberx(thread, index, 0);
      return number === 0 ? 'skip' : number < 0 ? 'stop' : 'continue';
    }
    const text = stringAt(this.#probe, thread, index);
    if (text === null) return null;
    return text === 'continue' ? 'continue' : text === 'break' ? 'stop' : 'skip';
  }

  /** What a text, or a pattern made by the runtime's own functions, asks of a message. */
  #readyMade(thread: LuaThread, pattern: number, message: number): Failed | null {
    const { lua } = this.#probe;
    const action = stringAt(this.#probe, thread, pattern);
    if (action !== null) return { key: 'Action', expected: JSON.stringify(action), actual: this.#fieldOf(thread, message, 'Action') };
    const made = readyMadeAt(this.#probe, thread, pattern);
    if (made === null) return null;
    pushFieldOf(this.#probe, thread, message, 'Tags');
    const actual = this.#fieldOf(thread, lua.lua_gettop(thread), made.name);
    lua.lua_settop(thread, -2);
    return { key: `Tags.${made.name}`, expected: made.value, actual };
  }

  #fieldOf(thread: LuaThread, table: number, name: string): string {
    pushFieldOf(this.#probe, thread, table, name);
    const shown = showAt(this.#probe, thread, -1);
    this.#probe.lua.lua_settop(thread, -2);
    return shown;
  }

  #placeAt(thread: LuaThread, index: number): string | null {
    const { lua, debug } = this.#probe;
    const handle = lua.lua_absindex(thread, index);
    let place = functionPlace(this.#probe, thread, handle);
    // A runtime wraps what it was given in a function of its own.
    for (let upvalue = 1; place !== null && upvalue <= WRAPPED_MAX && this.#probe.isRuntimeSource(place.chunk); upvalue++) {
      if (debug.lua_getupvalue(thread, handle, upvalue) === 0) return null;
      place = functionPlace(this.#probe, thread, -1) ?? place;
      lua.lua_settop(thread, -2);
    }
    return place === null || this.#probe.isRuntimeSource(place.chunk) ? null : `${chunkTitle(place.chunk)}:${place.line}`;
  }
}
