import type { CodeFunction, CodePlace, CodeSource } from '../../../../contract/recording.ts';
import type { LuaThread } from '../glue.ts';
import type { KnownCode } from './known-code.ts';
import { LIGHT_FUNCTION, TYPE_BITS, VALUE_TYPE } from './layout.ts';
import type { LuaProbe } from './probe.ts';

/** What a function of the runtime means to whoever reads a recording. */
export type Role = 'evaluate' | 'match' | 'message' | 'spawn' | 'assignment';

/** Where the functions of a runtime that mean something were written; a runtime may lack some. */
export type RolePlaces = ReadonlyMap<Role, CodePlace>;

/** A function that was met. */
export interface MetFunction {
  /** Index among all functions of the recording. */
  readonly index: number;
  readonly source: number;
  readonly isUsers: boolean;
  readonly isNative: boolean;
  readonly params: number;
  readonly role: Role | null;
  readonly line: number;
}

const NO_LINE = -1;
/** What runs a text from its top has no line of its own. */
const MAIN_LINE = 0;
const NATIVE_CHUNK = '=[C]';

/** Every function and every piece of code that a recording met, told apart by where they were written. */
export class CodeMap {
  readonly sources: CodeSource[] = [];
  readonly functions: CodeFunction[] = [];
  readonly #probe: LuaProbe;
  readonly #known: KnownCode;
  readonly #roles: RolePlaces;
  readonly #bySource = new Map<string, number>();
  readonly #met = new Map<string, MetFunction>();
  readonly #byCode = new Map<number, MetFunction>();

  constructor(probe: LuaProbe, roles: RolePlaces, known: KnownCode) {
    this.#probe = probe;
    this.#known = known;
    this.#roles = roles;
  }

  /**
   * The function that the debug record is of.
   * @param runs its call record, and the address of its code (null for one that is not Lua)
   * @param caller the function that calls it; null where nobody does, or where it takes the place of who called it.
   */
  functionOf(
    thread: LuaThread,
    record: number,
    { callInfo, code }: { readonly callInfo: number; readonly code: number | null },
    caller: MetFunction | null,
  ): MetFunction {
    // The same for every closure over it. A call record begins with the place of its function on the stack.
    const address = code ?? this.#addressOf(this.#probe.pointer(callInfo));
    const known = this.#byCode.get(address);
    if (known !== undefined) return known;
    const name = this.#nameOf(thread, record, callInfo, caller, address);
    const met = code === null ? this.#meetNative(name) : this.#meet(name, code);
    this.#byCode.set(address, met);
    return met;
  }

  /** Of a function of C. */
  #addressOf(value: number): number {
    const probe = this.#probe;
    const closure = probe.pointer(value);
    const isLight = (probe.byte(value + VALUE_TYPE) & TYPE_BITS) === LIGHT_FUNCTION;
    return isLight ? closure : probe.pointer(closure + probe.layout.prototype);
  }

  #nameOf(thread: LuaThread, record: number, callInfo: number, caller: MetFunction | null, address: number): string | null {
    const probe = this.#probe;
    const ask = (): string | null => {
      probe.ask(thread, 'named', record);
      return probe.cText(probe.pointer(record + probe.layout.name));
    };
    if (caller === null || caller.isNative || caller.isUsers) return ask();
    return this.#known.nameOf(probe, probe.pointer(callInfo + probe.layout.previous), address, ask);
  }

  #meetNative(name: string | null): MetFunction {
    // Names of built-in functions are all that tells them apart.
    const key = `C ${name}`;
    const known = this.#met.get(key);
    if (known !== undefined) return known;
    const source = this.#sourceOf(NATIVE_CHUNK, true, false);
    return this.#add(key, { source, name, line: NO_LINE, lastLine: NO_LINE }, { isNative: true, isUsers: false, params: 0, role: null });
  }

  #meet(name: string | null, code: number): MetFunction {
    const { key, chunk, line, lastLine, params } = this.#known.functionAt(this.#probe, code);
    const known = this.#met.get(key);
    if (known !== undefined) return known;
    const source = this.#sourceOf(chunk.name, chunk.isRuntime, line === MAIN_LINE);
    let role: Role | null = null;
    for (const [one, place] of this.#roles) if (place.line === line && place.chunk === chunk.name) role = one;
    return this.#add(key, { source, name, line, lastLine }, { isNative: false, isUsers: !chunk.isRuntime, params, role });
  }

  #add(key: string, written: CodeFunction, more: Pick<MetFunction, 'isNative' | 'isUsers' | 'params' | 'role'>): MetFunction {
    const { source, line } = written;
    const { isNative, isUsers, params, role } = more;
    const met = { index: this.functions.length, source, line, isNative, isUsers, params, role };
    this.functions.push(written);
    this.#met.set(key, met);
    return met;
  }

  /**
   * A text that runs from its top is a source of its own: on the network's modules every Eval has the same name, and the
   * functions beside it may be those of an earlier one.
   */
  #sourceOf(chunk: string, isRuntime: boolean, isMain: boolean): number {
    const key = isMain ? `main ${chunk}` : chunk;
    const known = this.#bySource.get(key);
    if (known !== undefined) return known;
    const index = this.sources.length;
    this.sources.push({ chunk, isRuntime });
    this.#bySource.set(key, index);
    return index;
  }
}
