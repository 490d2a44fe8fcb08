import type { DebugLayout } from './layout.ts';
import type { LuaProbe } from './probe.ts';

/** Of lines that are kept as differences: this one stands among what is kept as it is (ABSLINEINFO of ldebug.h). */
const IS_ABSOLUTE = -128;
/** Bytes of an instruction, and of a line that is kept as it is. */
const INSTRUCTION_BYTES = 4;
const LINE_BYTES = 4;
/** Where the line stands among what Lua 5.4 keeps as it is (AbsLineInfo), and how many bytes each takes. */
const ABSOLUTE = { line: 4, bytes: 8 } as const;

/**
 * The line that a call of Lua stands at, read out of memory: of calls that are unwound already Lua itself would not tell.
 * @param code address of the function's code
 * @param savedPc address of the next instruction
 * @returns null where the code does not say, or where the instruction is not of it.
 */
export function lineOf(probe: LuaProbe, code: number, savedPc: number): number | null {
  const at: DebugLayout['code'] = probe.layout.code;
  const lines = probe.pointer(code + at.lineInfo);
  const instruction = (savedPc - probe.pointer(code + at.instructions)) / INSTRUCTION_BYTES - 1;
  if (lines === 0 || instruction < 0 || instruction >= probe.int(code + at.size)) return null;
  if (at.absoluteLines === null) return probe.int(lines + instruction * LINE_BYTES);
  let absolute = probe.pointer(code + at.absoluteLines);
  let line = probe.int(code + at.line);
  for (let each = 0; each <= instruction; each++) {
    const difference = (probe.byte(lines + each) << 24) >> 24;
    if (difference !== IS_ABSOLUTE) line += difference;
    else {
      line = probe.int(absolute + ABSOLUTE.line);
      absolute += ABSOLUTE.bytes;
    }
  }
  return line;
}
