import type { LuaProbe } from './probe.ts';

/** Where the walk over the handlers keeps what is read of it, while one instruction runs; places count from one. */
export interface LocalPlaces {
  readonly handlers: readonly number[];
  readonly answers: readonly number[];
  readonly defaults: readonly number[];
}

/** A chunk's name where Lua keeps it. */
export interface KnownChunk {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly isRuntime: boolean;
}

/** A function's code where Lua keeps it. */
export interface KnownFunction {
  readonly chunk: KnownChunk;
  readonly line: number;
  readonly lastLine: number;
  readonly params: number;
  /** Tells it from others by where it was written. */
  readonly key: string;
}

/** What a call is named by the code that makes it. */
interface CallName {
  /** The code that calls, and that is called. */
  readonly caller: number;
  readonly code: number;
  readonly name: string | null;
}

const decoder = new TextDecoder();

/** Longer names of chunks are texts that were evaluated under themselves. */
const NAME_MAX = 200;
/** Functions that a program makes anew with every message are forgotten with all others once there are so many. */
const FUNCTIONS_MAX = 20_000;

/**
 * What one recording has read of a program's code serves those after it. The memory may be another one by then, so whoever takes something
 * from here has it compared with what stands there now; what a call is named, and where variables stand, only the runtime's own code is
 * asked for, which came with the module and stands at the same place in every memory of it.
 */
export class KnownCode {
  /** By the address of an instruction. */
  readonly locals = new Map<number, LocalPlaces>();
  readonly #names = new Map<number, CallName>();
  /** By address. */
  readonly #chunks = new Map<number, KnownChunk>();
  readonly #functions = new Map<number, KnownFunction>();

  /** @param ask gives the name where it is not known. */
  nameOf(instruction: number, caller: number, code: number, ask: () => string | null): string | null {
    const known = this.#names.get(instruction);
    if (known !== undefined && known.caller === caller && known.code === code) return known.name;
    const name = ask();
    this.#names.set(instruction, { caller, code, name });
    return name;
  }

  /** The function whose code stands at an address now. */
  functionAt(probe: LuaProbe, code: number): KnownFunction {
    const at = probe.layout.code;
    const chunk = this.#chunkAt(probe, probe.pointer(code + at.source));
    const line = probe.int(code + at.line);
    const lastLine = probe.int(code + at.lastLine);
    const params = probe.byte(code + at.params);
    const known = this.#functions.get(code);
    if (known?.chunk === chunk && known.line === line && known.lastLine === lastLine && known.params === params) return known;
    if (this.#functions.size >= FUNCTIONS_MAX) this.#functions.clear();
    const read = { chunk, line, lastLine, params, key: `${line} ${chunk.at}` };
    this.#functions.set(code, read);
    return read;
  }

  #chunkAt(probe: LuaProbe, at: number): KnownChunk {
    const known = this.#chunks.get(at);
    if (known !== undefined && probe.isThere(at + probe.layout.text, known.bytes)) return known;
    const bytes = at === 0 ? new Uint8Array(0) : probe.cBytes(at + probe.layout.text);
    const name = at === 0 ? '=?' : decoder.decode(bytes);
    const read = { at, bytes, name, isRuntime: probe.isRuntimeSource(name) };
    if (bytes.length <= NAME_MAX) this.#chunks.set(at, read);
    return read;
  }
}
