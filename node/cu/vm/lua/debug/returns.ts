import type { LuaThread } from '../glue.ts';
import type { LuaProbe } from './probe.ts';
import { showAt } from './show.ts';

/** More values than this are not shown. */
const VALUES_MAX = 8;
/** Lua 5.3: the number of OP_RETURN, and where an instruction keeps its first two operands. */
const OP_RETURN = 38;
const OP_BITS = 0x3f;
const A_SHIFT = 6;
const A_BITS = 0xff;
const B_SHIFT = 23;
const INSTRUCTION_BYTES = 4;

/** The arguments of the call that a hook was called for, one line each. */
export function argsOf(probe: LuaProbe, thread: LuaThread, record: number, count: number): string[] {
  return valuesFrom(probe, thread, record, 1, count);
}

/**
 * What the call of the record is about to return, one line each. Lua 5.4 says where the values stand; for 5.3 the
 * instruction that returns them does. Null where nobody says: for what is not Lua in 5.3.
 */
export function returnsOf(probe: LuaProbe, thread: LuaThread, record: number, isNative: boolean): string[] | null {
  const { layout } = probe;
  if (layout.transfer !== null) {
    probe.ask(thread, 'returned', record);
    return valuesFrom(probe, thread, record, probe.short(record + layout.transfer.first), probe.short(record + layout.transfer.count));
  }
  if (isNative) return null;
  const next = probe.pointer(probe.pointer(record + layout.callInfo) + layout.savedPc);
  const instruction = probe.uint(next - INSTRUCTION_BYTES);
  if ((instruction & OP_BITS) !== OP_RETURN) return null;
  const first = (instruction >>> A_SHIFT) & A_BITS;
  const count = instruction >>> B_SHIFT;
  // An open number of values reaches up to the top of the stack.
  return valuesFrom(probe, thread, record, first + 1, count === 0 ? VALUES_MAX : count - 1);
}

function valuesFrom(probe: LuaProbe, thread: LuaThread, record: number, first: number, count: number): string[] {
  const { lua, debug } = probe;
  const shown: string[] = [];
  for (let place = first; place < first + Math.min(count, VALUES_MAX); place++) {
    if (debug.lua_getlocal(thread, record, place) === 0) break;
    shown.push(showAt(probe, thread, -1));
    lua.lua_settop(thread, -2);
  }
  return shown;
}
