import type { CodeFunction, CodePlace, CodeSource } from '../../../../contract/recording.ts';
import type { LuaThread } from '../glue.ts';
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

/** Every function and every piece of code that a recording met, told apart by where they were written. */
export class CodeMap {
  readonly sources: CodeSource[] = [];
  readonly functions: CodeFunction[] = [];
  readonly #probe: LuaProbe;
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #bySource = new Map<string, number>();
  readonly #met = new Map<string, MetFunction>();
  readonly #byCode = new Map<number, MetFunction>();

  constructor(probe: LuaProbe, roles: RolePlaces) {
    this.#probe = probe;
    this.#roles = new Map([...roles].map(([role, { chunk, line }]) => [`${line}:${chunk}`, role]));
  }

  /** The function that the debug record is of, whose call record is `callInfo`. */
  functionOf(thread: LuaThread, record: number, callInfo: number): MetFunction {
    const code = this.#codeOf(callInfo);
    const known = this.#byCode.get(code);
    if (known !== undefined) return known;
    const met = this.#meet(thread, record);
    this.#byCode.set(code, met);
    return met;
  }

  /** Address of the code that a call runs: the same for every closure over it. */
  #codeOf(callInfo: number): number {
    const probe = this.#probe;
    // A call record begins with the place of its function on the stack.
    const value = probe.pointer(callInfo);
    const closure = probe.pointer(value);
    const isLight = (probe.byte(value + VALUE_TYPE) & TYPE_BITS) === LIGHT_FUNCTION;
    return isLight ? closure : probe.pointer(closure + probe.layout.prototype);
  }

  #meet(thread: LuaThread, record: number): MetFunction {
    const probe = this.#probe;
    const { layout } = probe;
    probe.ask(thread, 'called', record);
    const line = probe.int(record + layout.line);
    const isNative = line === NO_LINE;
    const name = probe.cText(probe.pointer(record + layout.name));
    const sourceAt = probe.pointer(record + layout.source);
    // Names of built-in functions are all that tells them apart.
    const key = isNative ? `C ${name}` : `${line} ${sourceAt}`;
    const known = this.#met.get(key);
    if (known !== undefined) return known;
    const chunk = probe.cText(sourceAt) ?? '';
    const source = this.#sourceOf(chunk, line === MAIN_LINE);
    const met: MetFunction = {
      index: this.functions.length,
      source,
      isNative,
      isUsers: !isNative && this.sources[source]?.isRuntime === false,
      params: probe.byte(record + layout.params),
      role: this.#roles.get(`${line}:${chunk}`) ?? null,
      line,
    };
    this.functions.push({ source, name, line, lastLine: isNative ? NO_LINE : probe.int(record + layout.lastLine) });
    this.#met.set(key, met);
    return met;
  }

  /**
   * A text that runs from its top is a source of its own: on the network's modules every Eval has the same name, and the
   * functions beside it may be those of an earlier one.
   */
  #sourceOf(chunk: string, isMain: boolean): number {
    const key = isMain ? `main ${chunk}` : chunk;
    const known = this.#bySource.get(key);
    if (known !== undefined) return known;
    const index = this.sources.length;
    const isNative = chunk === '=[C]';
    this.sources.push({ chunk, isRuntime: isNative || this.#probe.isRuntimeSource(chunk) });
    this.#bySource.set(key, index);
    return index;
  }
}
