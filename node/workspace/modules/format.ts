import { AoError, reasonOf } from '../../contract/errors.ts';
import { PLAIN_FORMAT } from '../../contract/modules.ts';
import { readShape, type WasmShape } from '../../cu/vm/wasm-shape.ts';

/** What a file says of the program in it. */
export interface ProgramShape {
  readonly format: string;
  readonly memory: { readonly minBytes: number; readonly maxBytes: number };
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** True when the bytes begin as WebAssembly does. */
export function isWasm(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, at) => bytes[at] === byte);
}

/**
 * The Module-Format of a program, told by what it imports and exports: the glue of each format looks for other names.
 * @throws AoError MODULE_FILE_INVALID.
 */
export function shapeOfProgram(bytes: Uint8Array, file: string): ProgramShape {
  const invalid = (reason: string): AoError => new AoError('MODULE_FILE_INVALID', { file, reason });
  if (!isWasm(bytes)) throw invalid('it is no WebAssembly');
  const shape = readOrThrow(bytes, invalid);
  const { memory } = shape;
  if (memory === null) throw invalid('it declares no memory');
  const format = formatOf(shape, memory.isWide);
  if (format === null) throw invalid('it exports no handle that takes a message (see the documentation of modules)');
  return { format, memory: { minBytes: memory.minBytes, maxBytes: memory.maxBytes } };
}

function readOrThrow(bytes: Uint8Array, invalid: (reason: string) => AoError): WasmShape {
  try {
    return readShape(bytes);
  } catch (error) {
    throw invalid(reasonOf(error));
  }
}

function formatOf({ exports, imports }: WasmShape, isWide: boolean): string | null {
  const has = (...names: readonly string[]): boolean => names.every((name) => exports.has(name));
  // What was written for the metering asks how much it has used.
  const isMetered = imports.has('metering_gasUsed');
  // A program that Emscripten made to stand alone exports its stack too; no glue calls `_initialize`.
  if (has('handle', 'malloc', 'memory', '_initialize') && !has('__wasm_call_ctors') && !isWide) return PLAIN_FORMAT;
  if (has('handle', '_emscripten_stack_alloc')) {
    if (isWide) return isMetered ? 'wasm64-unknown-emscripten-draft_2024_10_16-metering' : 'wasm64-unknown-emscripten-draft_2024_02_15';
    return isMetered ? 'wasm32-unknown-emscripten-metering' : 'wasm32-unknown-emscripten4';
  }
  // The second and third format have the same names; the third's glue runs both.
  if (has('handle', 'stackAlloc') && !isWide) return 'wasm32-unknown-emscripten3';
  // The first was built with its names cut to one letter: handle, stack and table.
  if (has('G', 'O', 'I') && !has('handle') && !isWide) return 'wasm32-unknown-emscripten';
  if (has('handle', 'malloc', 'memory') && !isWide) return PLAIN_FORMAT;
  return null;
}
