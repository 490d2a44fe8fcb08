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
  /** What was read of its instructions, by their place in it. */
  readonly locals: Map<number, LocalPlaces>;
  readonly names: Map<number, CallName>;
}

/** What a call is named by the code that makes it. */
interface CallName {
  /** The code that is called: an instruction may also call what collects garbage. */
  readonly code: number;
  readonly name: string | null;
}

const decoder = new TextDecoder();

/** Longer names of chunks are texts that were evaluated under themselves. */
const NAME_MAX = 200;
/** Chunks, functions, and what is known of instructions, all together: once there are so many, all are forgotten. */
const KNOWN_MAX = 40_000;

/**
 * What one recording has read of a program's code serves those after it. The memory may be another one by then, so what is taken from here
 * is compared with what stands there now: a chunk by its name, a function by its chunk, its lines and its parameters, and what is known of
 * an instruction by the function that it is in. Names of calls, and places of variables, are asked for code of the runtime only; on modules
 * of the network a text that a program loads by itself counts as such too.
 */
export class KnownCode {
  /** By address. */
  readonly #chunks = new Map<number, KnownChunk>();
  readonly #functions = new Map<number, KnownFunction>();
  #size = 0;

  /** The name by which `code` is called where a call stands. @param ask gives it where it is not known. */
  nameOf(probe: LuaProbe, caller: number, code: number, ask: () => string | null): string | null {
    const place = this.#standing(probe, caller);
    const known = place?.of.names.get(place.at);
    if (known?.code === code) return known.name;
    const name = ask();
    if (place !== null) this.#keep(place.of.names, place.at, { code, name });
    return name;
  }

  /** Where variables stand at the instruction of a call. @param read reads them where they are not known. */
  localsAt(probe: LuaProbe, callInfo: number, read: () => LocalPlaces): LocalPlaces {
    const place = this.#standing(probe, callInfo);
    const known = place?.of.locals.get(place.at);
    if (known !== undefined) return known;
    const places = read();
    if (place !== null) this.#keep(place.of.locals, place.at, places);
    return places;
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
    const read = { chunk, line, lastLine, params, key: `${line} ${chunk.at}`, locals: new Map(), names: new Map() };
    this.#keep(this.#functions, code, read);
    return read;
  }

  /** The function that a call runs, and how far into its instructions; null for one of C. */
  #standing(probe: LuaProbe, callInfo: number): { readonly of: KnownFunction; readonly at: number } | null {
    const code = probe.codeAt(probe.pointer(callInfo));
    if (code === null) return null;
    const instruction = probe.pointer(callInfo + probe.layout.savedPc);
    return { of: this.functionAt(probe, code), at: instruction - probe.pointer(code + probe.layout.code.instructions) };
  }

  #chunkAt(probe: LuaProbe, at: number): KnownChunk {
    const known = this.#chunks.get(at);
    if (known !== undefined && probe.isThere(at + probe.layout.text, known.bytes)) return known;
    const bytes = at === 0 ? new Uint8Array(0) : probe.cBytes(at + probe.layout.text);
    const name = at === 0 ? '=?' : decoder.decode(bytes);
    const read = { at, bytes, name, isRuntime: probe.isRuntimeSource(name) };
    if (bytes.length <= NAME_MAX) this.#keep(this.#chunks, at, read);
    return read;
  }

  #keep<T>(map: Map<number, T>, at: number, known: T): void {
    if (this.#size++ >= KNOWN_MAX) {
      this.#chunks.clear();
      this.#functions.clear();
      this.#size = 1;
    }
    map.set(at, known);
  }
}
