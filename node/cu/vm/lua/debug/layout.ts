/** Where the debug record (lua_Debug) and the call records of one Lua keep what is read from them, in bytes. */
export interface DebugLayout {
  readonly isWide: boolean;
  readonly event: number;
  readonly name: number;
  readonly source: number;
  readonly currentLine: number;
  readonly line: number;
  readonly lastLine: number;
  readonly params: number;
  readonly shortSource: number;
  /** The call record (CallInfo) that a debug record belongs to. */
  readonly callInfo: number;
  /** In a call record: the one of the caller. */
  readonly previous: number;
  /** In a thread (lua_State): where its stack ends now. */
  readonly top: number;
  /** In a thread: what its hook is called for (hookmask), as far behind the countdown of its instructions (hookcount). */
  readonly hookMask: number;
  /** True where a tail call takes over the caller's record only after the hook was called. */
  readonly isTailLate: boolean;
  /** In a closure: what it was made from; the function's code for one of Lua, the address of one that is not. */
  readonly prototype: number;
  /** In a call record: the next instruction. */
  readonly savedPc: number;
  /** In a call record: where its values begin; null where they stand right behind its function. */
  readonly base: number | null;
  /** In the code of a function (Proto). */
  readonly code: {
    readonly params: number;
    /** How many instructions it has. */
    readonly size: number;
    readonly line: number;
    readonly lastLine: number;
    /** Where its instructions stand. */
    readonly instructions: number;
    /** The line of each instruction, as Lua 5.3 keeps them; as Lua 5.4 does, how far each is from the one before. */
    readonly lineInfo: number;
    /** What tells lines that are too far from the one before for that; null where nothing is. */
    readonly absoluteLines: number | null;
    readonly source: number;
  };
  /** In a text (TString): its first byte. */
  readonly text: number;
  /** First value and number of values that are returned, in the debug record of Lua 5.4; null where it has none. */
  readonly transfer: { readonly first: number; readonly count: number } | null;
}

/** Bytes of the largest of the records. */
export const RECORD_BYTES = 192;

/** Lua 5.4 with 32-bit addresses: wasmoon's. */
export const LUA54: DebugLayout = {
  isWide: false,
  event: 0,
  name: 4,
  source: 16,
  currentLine: 24,
  line: 28,
  lastLine: 32,
  params: 37,
  shortSource: 44,
  callInfo: 104,
  previous: 8,
  top: 12,
  hookMask: 4,
  isTailLate: false,
  prototype: 12,
  savedPc: 16,
  base: null,
  code: { params: 6, size: 20, line: 40, lastLine: 44, instructions: 52, lineInfo: 64, absoluteLines: 68, source: 76 },
  text: 16,
  transfer: { first: 40, count: 42 },
};

/** Lua 5.3 with 32-bit addresses: older aos modules. */
export const LUA53: DebugLayout = {
  isWide: false,
  event: 0,
  name: 4,
  source: 16,
  currentLine: 20,
  line: 24,
  lastLine: 28,
  params: 33,
  shortSource: 36,
  callInfo: 96,
  previous: 8,
  top: 12,
  hookMask: 8,
  isTailLate: true,
  prototype: 12,
  savedPc: 20,
  base: 16,
  code: { params: 6, size: 20, line: 36, lastLine: 40, instructions: 48, lineInfo: 56, absoluteLines: null, source: 72 },
  text: 16,
  transfer: null,
};

/** Lua 5.3 with 64-bit addresses: aos modules. */
export const LUA53_WIDE: DebugLayout = {
  isWide: true,
  event: 0,
  name: 8,
  source: 32,
  currentLine: 40,
  line: 44,
  lastLine: 48,
  params: 53,
  shortSource: 56,
  callInfo: 120,
  previous: 16,
  top: 16,
  hookMask: 8,
  isTailLate: true,
  prototype: 24,
  savedPc: 40,
  base: 32,
  code: { params: 10, size: 24, line: 40, lastLine: 44, instructions: 56, lineInfo: 72, absoluteLines: null, source: 104 },
  text: 24,
  transfer: null,
};

/** What a hook is called for (lua.h). */
export const EVENT = { call: 0, return: 1, line: 2, count: 3, tailCall: 4 } as const;
/** Masks of lua_sethook (lua.h). */
export const MASK = { call: 1, return: 2, line: 4, count: 8 } as const;

/** Bytes of a value on a stack. */
export const VALUE_BYTES = 16;
/** A value on a stack: its type stands behind the eight bytes of the value itself. */
export const VALUE_TYPE = 8;
/** Type of a value that is a plain function of C, with the mark of what the collector owns left out (lobject.h). */
export const LIGHT_FUNCTION = 0x16;
/** Type of a value that is a closure over code of Lua. */
export const LUA_FUNCTION = 0x06;
/** The part of a type that lua_type tells. */
export const KIND_BITS = 0x0f;
export const TYPE_BITS = 0x3f;
