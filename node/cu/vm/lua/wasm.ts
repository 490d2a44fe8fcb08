/**
 * The few parts of WebAssembly that a host needs, typed here: the node compiles without DOM types, and Node's own
 * typings do not declare the namespace.
 */

export type WasmModule = object;

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** @returns the size before, in 64 KiB pages. */
  grow(pages: number): number;
}

export interface WasmTable {
  get(index: number): unknown;
  set(index: number, value: unknown): void;
  /** @returns the length before. */
  grow(count: number): number;
}

export type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: WasmImports) => { readonly exports: object };
  compile(bytes: Uint8Array): Promise<WasmModule>;
}

const api = Reflect.get(globalThis, 'WebAssembly') as WasmApi;

/** @throws CompileError when `bytes` are no WebAssembly module. */
export async function compileWasm(bytes: Uint8Array): Promise<WasmModule> {
  return await api.compile(bytes);
}

/** Instantiates; the caller says which exports the module has. */
export function instantiateWasm<Exports extends object>(module: WasmModule, imports: WasmImports): Exports {
  return new api.Instance(module, imports).exports as Exports;
}

/**
 * A module that does nothing but hand its imported function out again. A table of functions takes no JavaScript
 * function, but it takes the export of this one.
 *   (module (import "e" "f" (func (param i32 i32))) (export "f" (func 0)))
 */
const PASS_THROUGH = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 6, 1, 0x60, 2, 0x7f, 0x7f, 0,
  2, 7, 1, 1, 0x65, 1, 0x66, 0, 0,
  7, 5, 1, 1, 0x66, 0, 0,
]);

/** Makes a JavaScript function of two integers callable from inside WebAssembly. */
export function asWasmFunction(call: (first: number, second: number) => void): unknown {
  const instance = instantiateWasm<{ readonly f: unknown }>(new api.Module(PASS_THROUGH), { e: { f: call } });
  return instance.f;
}
