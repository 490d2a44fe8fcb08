import type { WasmImports, WasmMemory } from '../wasm-api.ts';

/** What the answers depend on. */
export interface Outside {
  /** What every clock shows: milliseconds since 1970. */
  nowMs(): number;
  memory(): WasmMemory;
}

/** errno of WASI: no such call. */
const NO_SUCH_CALL = 52;
const NOTHING = 0;
const CONSTANT_SEED = 0.5;

/**
 * What plain modules may import: what AssemblyScript and the standard libraries of C and Rust ask for without being
 * asked to. There are no files, no arguments, no environment, the clock shows the message's time, and there is no chance.
 */
export function outsideWorld({ nowMs, memory }: Outside): WasmImports {
  const view = (): DataView => new DataView(memory().buffer);
  const put32 = (address: number, value: number): void => view().setUint32(address, value, true);
  const none = (count: number, bytes: number): number => {
    put32(count, 0);
    put32(bytes, 0);
    return NOTHING;
  };
  const nothing = (): number => NOTHING;
  const refuse = (): number => NO_SUCH_CALL;
  return {
    env: {
      abort: (message: number, _file: number, line: number) => {
        throw new Error(`aborted${line > 0 ? ` at line ${line}` : ''}${message > 0 ? `: ${assemblyScriptText(view(), message)}` : ''}`);
      },
      seed: () => CONSTANT_SEED,
      trace: nothing,
      'Date.now': nowMs,
    },
    wasi_snapshot_preview1: {
      args_sizes_get: none,
      args_get: nothing,
      environ_sizes_get: none,
      environ_get: nothing,
      clock_time_get: (_clock: number, _precision: bigint, result: number) => {
        view().setBigUint64(result, BigInt(nowMs()) * 1_000_000n, true);
        return NOTHING;
      },
      clock_res_get: (_clock: number, result: number) => {
        view().setBigUint64(result, 1_000_000n, true);
        return NOTHING;
      },
      random_get: refuse,
      fd_write: (_file: number, vectors: number, count: number, written: number) => {
        let bytes = 0;
        for (let i = 0; i < count; i++) bytes += view().getUint32(vectors + i * 8 + 4, true);
        put32(written, bytes);
        return NOTHING;
      },
      fd_read: refuse,
      fd_close: nothing,
      fd_seek: refuse,
      fd_fdstat_get: refuse,
      fd_prestat_get: () => 8,
      fd_prestat_dir_name: refuse,
      proc_exit: (code: number) => {
        throw new Error(`the module exited with code ${code}`);
      },
      sched_yield: nothing,
    },
  };
}

/** The names of everything that {@link outsideWorld} has, as `module.field`. */
export function namesOutside(): ReadonlySet<string> {
  const world = outsideWorld({ nowMs: () => 0, memory: () => ({ buffer: new ArrayBuffer(0), grow: () => 0 }) });
  return new Set(Object.entries(world).flatMap(([module, fields]) => Object.keys(fields).map((field) => `${module}.${field}`)));
}

/** A string of AssemblyScript: UTF-16, its length in bytes stands before it. */
function assemblyScriptText(view: DataView, address: number): string {
  const bytes = view.getUint32(address - 4, true);
  return Buffer.from(view.buffer, address, Math.min(bytes, 1024)).toString('utf16le');
}
