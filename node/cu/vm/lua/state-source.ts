import type { LuaApi, LuaThread } from './glue.ts';
import type { DebuggedLua } from './debug/probe.ts';
import type { Values } from './values.ts';

/** Where a function was written. */
export interface FunctionInfo {
  /** Lua's chunk name, `@file` for a file. */
  readonly source: string;
  /** The same for people. */
  readonly shortSource: string;
  readonly line: number;
  readonly isNative: boolean;
}

/** A Lua VM whose state can be read: ours, or the one inside a module of the network. */
export interface StateSource {
  readonly lua: LuaApi;
  /** The main thread. */
  readonly main: LuaThread;
  readonly values: Values;
  /** The same VM as a debugger takes it; null where its functions and threads cannot be looked into. */
  readonly vm: DebuggedLua | null;
  pushGlobals(): void;
  /** Where the function on top of the stack was written; the stack stays as it is. */
  functionInfo(): FunctionInfo;
  /** Was a chunk of this name part of what every process starts with? */
  isRuntimeSource(source: string): boolean;
  /** Tells whether the global on top of the stack is still what it was before the program changed it. */
  mark(): string;
}
