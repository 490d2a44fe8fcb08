/** How the glue of one format calls the parts of its modules. */
export interface AosFormat {
  readonly name: string;
  /** True when addresses have 64 bits. */
  readonly isWide: boolean;
  /** True when the loader weaves the counting of gas into the module. */
  readonly isMetered: boolean;
  readonly exports: {
    readonly memory: string;
    readonly table: string;
    readonly handle: string;
    readonly stackSave: string;
    readonly stackRestore: string;
    readonly stackAlloc: string;
  };
  readonly imports: {
    readonly namespace: string;
    readonly grow: string;
    /** Clocks in milliseconds. */
    readonly clocks: readonly string[];
    /** Through it Lua enters every protected call and every coroutine. */
    readonly invoke: string;
  };
  /** Bytes that the glue reserves on the stack for a text. */
  textRoom(text: string, bytes: number): number;
}

const byName = { memory: 'memory', table: '__indirect_function_table', handle: 'handle' } as const;
const oldStack = { stackSave: 'stackSave', stackRestore: 'stackRestore', stackAlloc: 'stackAlloc' } as const;
const newStack = {
  stackSave: 'emscripten_stack_get_current',
  stackRestore: '_emscripten_stack_restore',
  stackAlloc: '_emscripten_stack_alloc',
} as const;
const env = {
  namespace: 'env',
  grow: 'emscripten_resize_heap',
  clocks: ['emscripten_date_now', 'emscripten_get_now', '_emscripten_date_now'],
  invoke: 'invoke_vii',
} as const;

const exactly = (_text: string, bytes: number): number => bytes + 1;
/** What glue of the first two formats takes: enough for any text of that many characters. */
const fourfold = (text: string): number => text.length * 4 + 1;

/** The formats of the network (protocol §1.3), each with the names its glue knows. */
export const AOS_FORMATS: readonly AosFormat[] = [
  {
    name: 'wasm32-unknown-emscripten',
    isWide: false,
    isMetered: false,
    // The first format was built with its names cut to one letter.
    exports: { memory: 'E', table: 'I', handle: 'G', stackSave: 'M', stackRestore: 'N', stackAlloc: 'O' },
    imports: { namespace: 'a', grow: 'q', clocks: ['a'], invoke: 'x' },
    textRoom: fourfold,
  },
  {
    name: 'wasm32-unknown-emscripten2',
    isWide: false,
    isMetered: false,
    exports: { ...byName, ...oldStack },
    imports: env,
    textRoom: fourfold,
  },
  {
    name: 'wasm32-unknown-emscripten3',
    isWide: false,
    isMetered: false,
    exports: { ...byName, ...oldStack },
    imports: env,
    textRoom: exactly,
  },
  {
    name: 'wasm32-unknown-emscripten4',
    isWide: false,
    isMetered: false,
    exports: { ...byName, ...newStack },
    imports: env,
    textRoom: exactly,
  },
  {
    name: 'wasm32-unknown-emscripten-metering',
    isWide: false,
    isMetered: true,
    exports: { ...byName, ...newStack },
    imports: env,
    textRoom: exactly,
  },
  {
    name: 'wasm64-unknown-emscripten-draft_2024_02_15',
    isWide: true,
    isMetered: false,
    exports: { ...byName, ...newStack },
    imports: { ...env, invoke: 'invoke_vjj' },
    textRoom: exactly,
  },
  {
    name: 'wasm64-unknown-emscripten-draft_2024_10_16-metering',
    isWide: true,
    isMetered: true,
    exports: { ...byName, ...newStack },
    imports: { ...env, invoke: 'invoke_vjj' },
    textRoom: exactly,
  },
];
