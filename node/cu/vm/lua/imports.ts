import { LimitReached } from '../limit-reached.ts';
import type { WasmImports } from '../wasm-api.ts';
import type { LuaExports } from './glue.ts';

/** What the imports read and note; one per instance. */
export interface ImportState {
  /** Milliseconds since 1970 that every clock of the program shows. */
  nowMs: number;
  /** Linear memory may not grow beyond this many bytes. */
  memoryLimit: number;
  /** Growth refused since the evaluation began. */
  refusals: number;
  /** Told of every thread that Lua is about to run protected code on, while the program is watched. */
  entered: ((thread: number) => void) | null;
  /** Set right after instantiation. */
  exports: LuaExports | null;
}

const PAGE = 65_536;
/** Refused growths after which a program that keeps asking (in a pcall loop, say) is cut off. */
const REFUSALS_MAX = 64;
/** errno values of wasi-libc. */
const NO_SYSTEM_CALL = -52;
const NO_SUCH_FILE = -44;
const NO_SUCH_CALL = 52;

/**
 * The 27 imports of glue.wasm for a program that may not see the machine it runs on: a pinned clock, no environment,
 * no files, no commands, and growth of memory up to a limit.
 */
export function luaImports(state: ImportState): WasmImports {
  const exports = (): LuaExports => {
    if (state.exports === null) throw new Error('called before instantiation');
    return state.exports;
  };
  const u32 = (): Uint32Array => new Uint32Array(exports().memory.buffer);
  const refuse = (): number => NO_SYSTEM_CALL;
  const nothing = (): number => 0;

  return {
    env: {
      abort: () => {
        throw new Error('the VM aborted');
      },
      exit: () => {
        throw new Error('the VM exited');
      },
      invoke_vii: (index: number, first: number, second: number) => {
        state.entered?.(first);
        invoke(exports(), index, first, second);
      },
      // setjmp of Emscripten: Lua's own errors unwind as this one value.
      _emscripten_throw_longjmp: () => {
        throw LONGJMP;
      },
      emscripten_resize_heap: (bytes: number) => grow(state, exports(), bytes >>> 0),
      emscripten_date_now: () => state.nowMs,
      _emscripten_get_now_is_monotonic: () => 1,
      strftime: nothing,
      system: nothing,
      __syscall_openat: () => NO_SUCH_FILE,
      __syscall_fcntl64: refuse,
      __syscall_ioctl: refuse,
      __syscall_dup3: refuse,
      __syscall_unlinkat: refuse,
      __syscall_rmdir: refuse,
      __syscall_renameat: refuse,
      __syscall_readlinkat: refuse,
      _mktime_js: () => 0n,
      _localtime_js: nothing,
      _gmtime_js: nothing,
      _tzset_js: nothing,
    },
    wasi_snapshot_preview1: {
      fd_write: (_file: number, vectors: number, count: number, written: number) => {
        const words = u32();
        let bytes = 0;
        for (let i = 0; i < count; i++) bytes += words[(vectors >> 2) + i * 2 + 1] ?? 0;
        words[written >> 2] = bytes;
        return 0;
      },
      fd_read: () => NO_SUCH_CALL,
      fd_close: nothing,
      fd_seek: () => NO_SUCH_CALL,
      environ_sizes_get: (count: number, bytes: number) => {
        const words = u32();
        words[count >> 2] = 0;
        words[bytes >> 2] = 0;
        return 0;
      },
      environ_get: nothing,
    },
  };
}

const LONGJMP = Symbol('longjmp');

function invoke(exports: LuaExports, index: number, first: number, second: number): void {
  const stack = exports.stackSave();
  try {
    const target = exports.__indirect_function_table.get(index) as (a: number, b: number) => void;
    target(first, second);
  } catch (error) {
    exports.stackRestore(stack);
    if (error !== LONGJMP) throw error;
    exports.setThrew(1, 0);
  }
}

/** Grows by a quarter or as much as is asked, so that the size depends on nothing but what the program did. */
function grow(state: ImportState, exports: LuaExports, bytes: number): number {
  const now = exports.memory.buffer.byteLength;
  if (bytes > state.memoryLimit) {
    state.refusals++;
    if (state.refusals > REFUSALS_MAX) throw new LimitReached('memory');
    return 0;
  }
  const wanted = Math.min(state.memoryLimit, Math.max(bytes, now + Math.floor(now / 4)));
  const pages = Math.floor((wanted - now) / PAGE);
  const needed = Math.ceil((bytes - now) / PAGE);
  try {
    exports.memory.grow(Math.max(pages, needed));
  } catch {
    // The machine itself has no more: the same as the limit, seen from inside.
    state.refusals++;
    return 0;
  }
  return 1;
}
