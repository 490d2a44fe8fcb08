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
  validate(bytes: Uint8Array): boolean;
}

const api = Reflect.get(globalThis, 'WebAssembly') as WasmApi;
/** Machines of one thread may replace the compiler by one that meters; ours is the one that was there first. */
const compile = api.compile.bind(api);

/** @throws CompileError when `bytes` are no WebAssembly module. */
export async function compileWasm(bytes: Uint8Array): Promise<WasmModule> {
  return await compile(bytes);
}

/** The same for whoever cannot wait. */
export function compileWasmNow(bytes: Uint8Array): WasmModule {
  return new api.Module(bytes);
}

/** Instantiates; the caller says which exports the module has. */
export function instantiateWasm<Exports extends object>(module: WasmModule, imports: WasmImports): Exports {
  return new api.Instance(module, imports).exports as Exports;
}

/** The smallest module with a memory whose addresses are 64-bit: (module (memory 1 i64) (export "m" (memory 0))). */
const WIDE_MEMORY = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 4, 1, 7, 5, 1, 1, 0x6d, 2, 0]);

/** Can this engine run modules with 64-bit memory now? */
export function hasWideMemory(): boolean {
  return api.validate(WIDE_MEMORY);
}

let growsWideByBigInt: boolean | null = null;

/**
 * Grows a memory by 64 KiB pages. Engines differ in whether a 64-bit memory takes its pages as a BigInt, so the first
 * time a memory made for that is asked: a failed attempt on the real one could not be told from a refusal.
 * @throws RangeError when the machine or the module's maximum refuses.
 */
export function growMemory(memory: WasmMemory, pages: number, isWide: boolean): void {
  if (!isWide) {
    memory.grow(pages);
    return;
  }
  growsWideByBigInt ??= refusesNumbers();
  const grow = memory.grow.bind(memory) as (count: number | bigint) => unknown;
  grow(growsWideByBigInt ? BigInt(pages) : pages);
}

function refusesNumbers(): boolean {
  const { m } = instantiateWasm<{ readonly m: WasmMemory }>(new api.Module(WIDE_MEMORY), {});
  try {
    m.grow(0);
    return false;
  } catch {
    return true;
  }
}

/**
 * A module that does nothing but hand its imported function out again. A table of functions takes no JavaScript
 * function, but it takes the export of this one.
 *   (module (import "e" "f" (func (param i32 i32))) (export "f" (func 0)))
 */
const PASS_THROUGH = Uint8Array.from(Buffer.from('0061736d0100000001060160027f7f0002070101650166000007050101660000', 'hex'));
/**
 * The same for 64-bit addresses, which JavaScript would get as BigInts, one made for every call.
 *   (module (import "e" "f" (func $f (param f64 f64)))
 *     (func (export "f") (param i64 i64)
 *       (call $f (f64.convert_i64_u (local.get 0)) (f64.convert_i64_u (local.get 1)))))
 */
const NARROWING = Uint8Array.from(
  Buffer.from(
    '0061736d01000000' +
      '010b0260027c7c0060027e7e00' +
      '02070101650166' +
      '0000' +
      '03020101' +
      '07050101660001' +
      '0a0c010a002000ba2001ba10000b',
    'hex',
  ),
);

/** Makes a JavaScript function of two addresses callable from inside WebAssembly. */
export function asWasmFunction(call: (first: number, second: number) => void, isWide = false): unknown {
  const module = new api.Module(isWide ? NARROWING : PASS_THROUGH);
  return instantiateWasm<{ readonly f: unknown }>(module, { e: { f: call } }).f;
}

/** Adds one function to a table. @returns its index. @throws RangeError when the table is at its maximum. */
export function addToTable(table: WasmTable, value: unknown): number {
  const before = table.grow(1);
  table.set(before, value);
  return before;
}
