import binaryen from 'assemblyscript/binaryen';
import { readShape, WasmReader, type WasmShape } from '../cu/vm/wasm-shape.ts';

/** Bytes at the start of memory that a module leaves to the host. */
const RESERVED = 1024;
/** Where the glue writes what tells it that a stack ran over: it never does, there is none. */
const COOKIE = 16;
const IS_SAVED = 32;
const SAVED = 40;
const GLOBALS_MAX = (RESERVED - SAVED) / 8;
const { none, i32, i64, f32, f64 } = binaryen;

/** What the glue gives to programs, besides its file system. */
const GIVEN = new Set([
  'clock_time_get',
  'emscripten_date_now',
  'emscripten_get_now',
  'emscripten_resize_heap',
  'environ_get',
  'environ_sizes_get',
  'exit',
  'fd_close',
  'fd_fdstat_get',
  'fd_read',
  'fd_seek',
  'fd_sync',
  'fd_write',
]);
/** What changes between calls only, and stands at the same place after each. */
const IS_AT_REST = /^(?:__)?stack_pointer$/;

interface SavedGlobal {
  readonly name: string;
  readonly type: number;
  readonly address: number;
}

/**
 * A plain module (`memory`, `malloc`, `handle`) with what the published loader asks of the format
 * wasm32-unknown-emscripten4: a table, functions of a stack, constructors. Between two messages the loader may keep the
 * memory alone and begin with a fresh instance, so the globals are kept in the first 1,024 bytes of it.
 * @throws Error, in words for a person, where the module cannot run there.
 */
export function forLoader(bytes: Uint8Array): Uint8Array {
  const shape = readShape(bytes);
  checkImports(shape);
  checkReserved(bytes, shape);
  const module = binaryen.readBinary(bytes);
  module.setFeatures(binaryen.Features.All);
  try {
    const globals = savedGlobals(module);
    addTable(module);
    addStack(module, globals);
    if (module.validate() === 0) throw new Error('it is not valid any more with what the loader asks for');
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

function checkImports({ importNames }: WasmShape): void {
  const missing = importNames.find((name) => !GIVEN.has(name.slice(name.indexOf('.') + 1)));
  if (missing !== undefined) throw new Error(`it imports ${missing}, which the loader of the network does not give`);
}

const DATA_SECTION = 11;
const CONSTANT = 0x41;

/** Data that is put into memory at the start, below what is left to the host? */
function checkReserved(bytes: Uint8Array, { sections }: WasmShape): void {
  const section = sections.find(({ id }) => id === DATA_SECTION);
  if (section === undefined) return;
  const reader = new WasmReader(bytes, section.body);
  for (let count = reader.number(); count > 0; count--) {
    const flags = reader.number();
    const isPassive = flags === 1;
    if (flags === 2) reader.number();
    // What is no constant comes from an import, and there is none that it could come from.
    if (!isPassive && reader.byte() !== CONSTANT) return;
    const at = isPassive ? RESERVED : reader.number();
    if (!isPassive) reader.byte();
    if (at < RESERVED) throw new Error(`it keeps data at address ${at}: the first ${RESERVED} bytes are the host’s on the network`);
    const length = reader.number();
    reader.at += length;
  }
}

function savedGlobals(module: binaryen.Module): readonly SavedGlobal[] {
  const found: SavedGlobal[] = [];
  for (let at = 0; at < module.getNumGlobals(); at++) {
    const { name, type, mutable } = binaryen.getGlobalInfo(module.getGlobalByIndex(at));
    if (!mutable || IS_AT_REST.test(name)) continue;
    found.push({ name, type, address: SAVED + found.length * 8 });
  }
  if (found.length > GLOBALS_MAX) throw new Error(`it has ${found.length} globals that change; ${GLOBALS_MAX} can be kept`);
  return found;
}

const TABLE = '__indirect_function_table';

function addTable(module: binaryen.Module): void {
  if (module.getExport(TABLE) !== 0) return;
  if (module.getNumTables() === 0) module.addTable(TABLE, 0, 0xffffffff);
  const { name } = binaryen.getTableInfo(module.getTableByIndex(0));
  module.addTableExport(name, TABLE);
}

/**
 * Texts come on the stack, says the glue: what it puts there is taken from the program's own heap, and given back. Where
 * the program has grown the memory by itself the glue is told, as it would go on to look at what is there no longer.
 */
function addStack(module: binaryen.Module, globals: readonly SavedGlobal[]): void {
  const inner = (name: string): string | null => {
    const found = module.getExport(name);
    return found === 0 ? null : binaryen.getExportInfo(found).value;
  };
  const [malloc, handle, free, begin] = [inner('malloc'), inner('handle'), inner('free'), inner('_initialize')];
  if (malloc === null || handle === null) throw new Error('it does not export malloc and handle');
  const add = (name: string, params: number, results: number, body: readonly number[]): void => {
    module.addFunction(`loader:${name}`, params, results, [], module.block(null, [...body], results));
    if (module.getExport(name) !== 0) module.removeExport(name);
    module.addFunctionExport(`loader:${name}`, name);
  };
  const number = (value: number): number => module.i32.const(value);
  for (const name of [FIRST, SECOND, SIZE, IS_DONE]) module.addGlobal(name, i32, true, number(0));
  const tellGrown = addTellGrown(module);
  const giveBack = (name: string): number[] =>
    free === null ? [] : [module.if(module.global.get(name, i32), module.call(free, [module.global.get(name, i32)], none))];
  const bring = globals.map(({ name, type, address }) => module.global.set(name, loaded(module, type, address)));

  const keep = (): number[] => [
    ...globals.map(({ name, type, address }) => stored(module, type, address, module.global.get(name, type))),
    module.i32.store(0, 4, number(IS_SAVED), number(1)),
  ];
  // The memory of the beginning has the globals of the beginning, for whoever goes back to it.
  add('__wasm_call_ctors', none, none, [...(begin === null ? [] : [module.call(begin, [], none)]), ...keep()]);
  add('emscripten_stack_init', none, none, []);
  add('emscripten_stack_get_end', none, i32, [number(COOKIE)]);
  // The first thing of a call, before anything is allocated: the memory may be that of another instance.
  add('emscripten_stack_get_current', none, i32, [
    module.if(module.i32.load(0, 4, number(IS_SAVED)), module.block(null, bring)),
    module.global.set(FIRST, number(0)),
    module.global.set(SECOND, number(0)),
    module.global.set(IS_DONE, number(0)),
    module.global.set(SIZE, module.memory.size()),
    number(RESERVED),
  ]);
  add('_emscripten_stack_alloc', i32, i32, [
    module.global.set(SECOND, module.global.get(FIRST, i32)),
    module.global.set(FIRST, module.call(malloc, [module.local.get(0, i32)], i32)),
    tellGrown(),
    module.global.get(FIRST, i32),
  ]);
  module.removeExport('handle');
  module.addFunction(
    'loader:handle',
    binaryen.createType([i32, i32]),
    i32,
    [i32],
    module.block(
      null,
      [
        module.local.set(2, module.call(handle, [module.local.get(0, i32), module.local.get(1, i32)], i32)),
        tellGrown(),
        module.global.set(IS_DONE, number(1)),
        module.local.get(2, i32),
      ],
      i32,
    ),
  );
  module.addFunctionExport('loader:handle', 'handle');
  // The last thing of a call; a host may also set the stack right when nothing was called, and then the memory is not ours to change.
  const end = [module.global.set(IS_DONE, number(0)), ...giveBack(FIRST), ...giveBack(SECOND), ...keep()];
  add('_emscripten_stack_restore', i32, none, [module.if(module.global.get(IS_DONE, i32), module.block(null, end))]);
}

const [FIRST, SECOND, SIZE, IS_DONE] = ['loader:first', 'loader:second', 'loader:size', 'loader:done'] as const;

/** @returns code that asks the glue for the size that memory has already, where that is another one than it knows. */
function addTellGrown(module: binaryen.Module): () => number {
  const [ask, tell] = ['loader:resize', 'loader:grown'];
  module.addFunctionImport(ask, 'env', 'emscripten_resize_heap', i32, i32);
  const bytes = module.i32.shl(module.memory.size(), module.i32.const(16));
  const body = module.if(
    module.i32.ne(module.memory.size(), module.global.get(SIZE, i32)),
    module.block(null, [module.global.set(SIZE, module.memory.size()), module.drop(module.call(ask, [bytes], i32))]),
  );
  module.addFunction(tell, none, none, [], body);
  return () => module.call(tell, [], none);
}

function loaded(module: binaryen.Module, type: number, address: number): number {
  const at = module.i32.const(address);
  if (type === i64) return module.i64.load(0, 8, at);
  if (type === f32) return module.f32.load(0, 4, at);
  if (type === f64) return module.f64.load(0, 8, at);
  return module.i32.load(0, 4, at);
}

function stored(module: binaryen.Module, type: number, address: number, value: number): number {
  const at = module.i32.const(address);
  if (type === i64) return module.i64.store(0, 8, at, value);
  if (type === f32) return module.f32.store(0, 4, at, value);
  if (type === f64) return module.f64.store(0, 8, at, value);
  return module.i32.store(0, 4, at, value);
}
