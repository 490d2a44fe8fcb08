/** What stands where in the bytes of a WebAssembly module, as far as a host wants to know it before compiling. */
export interface WasmShape {
  readonly sections: readonly WasmSection[];
  /** Functions by the name that the module's own `name` section gives them; imported ones come first in the numbering. */
  readonly functions: ReadonlyMap<string, number>;
  readonly importedFunctions: number;
  /** Imported functions by their field name. */
  readonly imports: ReadonlyMap<string, Signature>;
  /** Everything imported, functions and others, as `module.field`. */
  readonly importNames: readonly string[];
  /** All globals in their order, imported ones first; `type` is a letter as in {@link Signature}. */
  readonly globals: readonly { readonly type: string; readonly isMutable: boolean }[];
  readonly importedGlobals: number;
  readonly exports: ReadonlySet<string>;
  readonly memory: { readonly isWide: boolean; readonly minBytes: number; readonly maxBytes: number } | null;
  /** The signature of any function by its number; null when there is none. */
  signature(index: number): Signature | null;
}

export interface WasmSection {
  readonly id: number;
  /** Where its header begins, where its content begins and where it ends, in bytes. */
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

/** A function's type, one letter each: i, j for integers of 32 and 64 bits, f, d for floats. */
export interface Signature {
  readonly params: string;
  readonly results: string;
}

export const SECTION = { type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, custom: 0 } as const;
const HEADER_BYTES = 8;
const PAGE_BYTES = 65_536;
const LETTERS: Readonly<Record<number, string>> = { 0x7f: 'i', 0x7e: 'j', 0x7d: 'f', 0x7c: 'd' };
const HAS_MAX = 1;
const IS_WIDE = 4;

/** Reads a module's numbers and names one after another. */
export class WasmReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const value = this.#bytes[this.at++];
    if (value === undefined) throw new RangeError('the module ends too early');
    return value;
  }

  /** An unsigned LEB128 number. */
  number(): number {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.byte();
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  text(): string {
    const length = this.number();
    const start = this.at;
    this.at += length;
    return new TextDecoder().decode(this.#bytes.subarray(start, this.at));
  }

  types(): string {
    let letters = '';
    for (let count = this.number(); count > 0; count--) letters += LETTERS[this.byte()] ?? '?';
    return letters;
  }

  /** Limits of a memory or a table. */
  limits(): { readonly flags: number; readonly min: number; readonly max: number | null } {
    const flags = this.number();
    const min = this.number();
    return { flags, min, max: (flags & HAS_MAX) === 0 ? null : this.number() };
  }
}

/** @throws RangeError when the bytes are cut off. */
export function readShape(bytes: Uint8Array): WasmShape {
  const sections: WasmSection[] = [];
  const types: Signature[] = [];
  const functionTypes: number[] = [];
  const functions = new Map<string, number>();
  const imports = new Map<string, Signature>();
  const exports = new Set<string>();
  const importNames: string[] = [];
  const globals: { readonly type: string; readonly isMutable: boolean }[] = [];
  let importedFunctions = 0;
  let importedGlobals = 0;
  let memory: WasmShape['memory'] = null;

  const readImport = (reader: WasmReader): void => {
    const from = reader.text();
    const field = reader.text();
    importNames.push(`${from}.${field}`);
    const kind = reader.byte();
    if (kind === 0) {
      const type = reader.number();
      functionTypes.push(type);
      imports.set(field, types[type] ?? { params: '', results: '' });
      importedFunctions++;
    } else if (kind === 1) {
      reader.byte();
      reader.limits();
    } else if (kind === 2) memory = memoryOf(reader);
    else if (kind === 3) {
      globals.push(readGlobalType(reader));
      importedGlobals++;
    } else throw new RangeError(`it imports ${from}.${field} of a kind that is not known here`);
  };
  const readSection = (reader: WasmReader, { id, end }: WasmSection): void => {
    if (id === SECTION.custom) {
      tryNames(reader, end, functions);
      return;
    }
    if (
      id !== SECTION.type &&
      id !== SECTION.import &&
      id !== SECTION.function &&
      id !== SECTION.memory &&
      id !== SECTION.global &&
      id !== SECTION.export
    )
      return;
    for (let count = reader.number(); count > 0; count--) {
      if (id === SECTION.type) types.push(readType(reader));
      else if (id === SECTION.import) readImport(reader);
      else if (id === SECTION.function) functionTypes.push(reader.number());
      else if (id === SECTION.memory) memory = memoryOf(reader);
      else if (id === SECTION.export) exports.add(readExport(reader));
      else {
        globals.push(readGlobalType(reader));
        skipInitializer(reader);
      }
    }
  };

  const reader = new WasmReader(bytes, HEADER_BYTES);
  while (reader.at < bytes.length) {
    const start = reader.at;
    const id = reader.byte();
    const length = reader.number();
    const section = { id, start, body: reader.at, end: reader.at + length };
    sections.push(section);
    readSection(new WasmReader(bytes, section.body), section);
    reader.at = section.end;
  }
  return {
    sections,
    functions,
    importedFunctions,
    imports,
    importNames,
    globals,
    importedGlobals,
    exports,
    memory,
    signature: (index) => types[functionTypes[index] ?? -1] ?? null,
  };
}

function readType(reader: WasmReader): Signature {
  reader.byte();
  return { params: reader.types(), results: reader.types() };
}

function readExport(reader: WasmReader): string {
  const name = reader.text();
  reader.byte();
  reader.number();
  return name;
}

function readGlobalType(reader: WasmReader): { readonly type: string; readonly isMutable: boolean } {
  const type = LETTERS[reader.byte()] ?? '?';
  return { type, isMutable: reader.byte() === 1 };
}

const OP = { end: 0x0b, i32: 0x41, i64: 0x42, f32: 0x43, f64: 0x44, global: 0x23, refNull: 0xd0, refFunc: 0xd2 } as const;

/** Goes past the constant expression that a global starts with; arithmetic on constants has no operands of its own. */
function skipInitializer(reader: WasmReader): void {
  for (let op = reader.byte(); op !== OP.end; op = reader.byte()) {
    if (op === OP.i32 || op === OP.i64 || op === OP.global || op === OP.refFunc || op === OP.refNull) reader.number();
    else if (op === OP.f32) reader.at += 4;
    else if (op === OP.f64) reader.at += 8;
  }
}

function memoryOf(reader: WasmReader): WasmShape['memory'] {
  const { flags, min, max } = reader.limits();
  const isWide = (flags & IS_WIDE) !== 0;
  return { isWide, minBytes: min * PAGE_BYTES, maxBytes: (max ?? (isWide ? 262_144 : 65_536)) * PAGE_BYTES };
}

/** Sections of its own kind may hold anything; names that cannot be read are names that are not there. */
function tryNames(reader: WasmReader, end: number, functions: Map<string, number>): void {
  try {
    if (reader.text() === 'name') readFunctionNames(reader, end, functions);
  } catch {
    functions.clear();
  }
}

const FUNCTION_NAMES = 1;

function readFunctionNames(reader: WasmReader, end: number, functions: Map<string, number>): void {
  while (reader.at < end) {
    const id = reader.byte();
    const length = reader.number();
    const next = reader.at + length;
    if (id === FUNCTION_NAMES) {
      for (let count = reader.number(); count > 0; count--) {
        const index = reader.number();
        functions.set(reader.text(), index);
      }
    }
    reader.at = next;
  }
}
