import { LimitReached } from '../limit-reached.ts';
import type { LivingMemory, MemoryImage } from '../machine.ts';
import { livingMemory, writeImage } from '../pages.ts';
import { TouchedMemory } from '../touched.ts';
import { addToTable, asWasmFunction, growMemory, instantiateWasm, type WasmMemory, type WasmTable } from '../wasm-api.ts';
import type { CompiledModule } from './compiled.ts';
import { DriveFiles } from './drive-files.ts';
import { EXPOSED } from './expose.ts';
import { GasMeter } from './gas-meter.ts';
import { EVENT, LUA53, LUA53_WIDE, MASK, type DebugLayout } from '../lua/debug/layout.ts';
import type { HookListener } from '../lua/debug/probe.ts';
import type { GlueImports, ImportFunction, LoaderRealm } from './loader-realm.ts';

const PAGE = 65_536;
/** What the glue's clock shows first, in milliseconds, and again for every message. */
const CLOCK_START = 10_000;
/** Refused growths after which a program that keeps asking (in a pcall loop, say) is cut off. */
const REFUSALS_MAX = 64;
/** What os.execute comes down to, and errno's answer that there is nothing behind it. */
const COMMANDS = ['_emscripten_system', 'system'];
const NO_SUCH_CALL = -52;
/** What Emscripten exports of its memory besides. */
const BREAK = 'sbrk';
const STACK_END = 'emscripten_stack_get_end';
const WEAVEDRIVE = '__asyncjs__weavedrive_';
const WASI = 'wasi_snapshot_preview1';
const NO_DRIVE = new DriveFiles(() => null);

type Address = number | bigint;
type Exports = Readonly<Record<string, unknown>>;
/** Any function of a module; which numbers are BigInts is the caller's knowledge. */
export type WasmFunction = (...args: readonly Address[]) => Address;

/** What holds for one evaluation. */
export interface RunLimits {
  readonly gas: number;
  /** For metered modules, in the units of the metering. */
  readonly meteredGas: number;
  readonly memoryBytes: number;
}

/**
 * One running module of the network inside the published glue, kept between messages. All it knows is in its memory
 * and in the few registers that an image takes along: the clock begins anew with every message, and what would reach
 * outside is answered at once.
 */
export class AosProgram {
  readonly compiled: CompiledModule;
  /** Ends when the glue has finished starting. */
  ready: Promise<void> = Promise.resolve();
  readonly #realm: LoaderRealm;
  #exports: Exports = {};
  #memory: WasmMemory | null = null;
  #resize: ImportFunction = () => 0;
  #meter: GasMeter | null = null;
  #memoryLimit: number;
  /** Set while memory must get exactly this size, whatever the glue thinks best. */
  #exactBytes: number | null = null;
  #refusals = 0;
  #now = CLOCK_START;
  #listener: HookListener | null = null;
  /** Threads that waited while somebody watched are still called for lines. */
  #wasWatched = false;
  #words = new Int32Array(0);
  #meteredSpent = 0;
  /** Null where the program does not tell, or counts the asking: then it may have written anywhere. */
  #touched: TouchedMemory | null = null;
  #meteredLimit = Number.MAX_SAFE_INTEGER;
  /** The files of the evaluation that runs. */
  #files = NO_DRIVE;
  /** The environment as text, and what it was made from: it is the same for every message. */
  #env: { readonly of: object; readonly text: string } | null = null;

  /** @throws whatever the module or its glue throws when it starts. */
  constructor(compiled: CompiledModule, realm: LoaderRealm, memoryBytes: number) {
    this.compiled = compiled;
    this.#realm = realm;
    this.#memoryLimit = memoryBytes;
    this.#instantiate();
  }

  get memory(): WasmMemory {
    if (this.#memory === null) throw new TypeError('it has no memory');
    return this.#memory;
  }

  /** The main thread of its Lua; 0 where that cannot be known. */
  get mainThread(): number {
    return this.#meter?.main ?? 0;
  }

  get gasUsed(): number {
    return this.compiled.format.isMetered ? this.#meteredSpent : (this.#meter?.spent ?? 0);
  }

  /** True when memory could not grow as far as the program asked since the evaluation began. */
  get hasHitMemoryLimit(): boolean {
    return this.#refusals > 0;
  }

  /** An export of the module. @throws TypeError when there is none. */
  function(name: string): WasmFunction {
    const found = this.#exports[name];
    if (typeof found !== 'function') throw new TypeError(`the module has no ${name}`);
    return found as WasmFunction;
  }

  /** An address as the module takes it. */
  address(value: number): Address {
    return this.compiled.format.isWide ? BigInt(value) : value;
  }

  /** Sets the limits and begins to count gas, time and refused growth anew. */
  begin({ gas, meteredGas, memoryBytes }: RunLimits, files: DriveFiles = NO_DRIVE): void {
    this.#files = files;
    this.#memoryLimit = memoryBytes;
    this.#refusals = 0;
    this.#now = CLOCK_START;
    this.#meteredSpent = 0;
    this.#meteredLimit = meteredGas;
    // A metered module's gas is what its metering says.
    this.#meter?.begin(this.compiled.format.isMetered ? Number.MAX_SAFE_INTEGER : gas);
  }

  /** Gives every line, call and return to `listener` from the next evaluation on; null ends it. */
  watch(listener: HookListener | null): void {
    this.#listener = listener;
    this.#wasWatched ||= listener !== null;
    this.#meter?.listen(this.#events);
  }

  /** Where a thread of a Lua that is counted keeps its countdown. */
  countdownOf(thread: number): number {
    return this.#meter?.countdownOf(thread) ?? 0;
  }

  /** Where the stack of C must not go below; where the module does not tell, an address that is above all. */
  get stackEnd(): number {
    return typeof this.#exports[STACK_END] === 'function' ? Number(this.function(STACK_END)()) : Number.MAX_SAFE_INTEGER;
  }

  get layout(): DebugLayout {
    return this.compiled.format.isWide ? LUA53_WIDE : LUA53;
  }

  /**
   * Calls `handle` as the glue does, with both texts on the module's own stack, and gives the text it answers with.
   * @throws LimitReached, or whatever the module or the glue throws; memory and stack may be anything then.
   */
  handle(message: string, env: object): string {
    const { exports, textRoom } = this.compiled.format;
    const stack = this.function(exports.stackSave)();
    const alloc = this.function(exports.stackAlloc);
    const put = (text: string): Address => {
      const bytes = Buffer.from(text);
      const room = textRoom(text, bytes.length);
      const pointer = alloc(this.address(room));
      const at = Number(pointer);
      this.#touched?.use(at);
      const target = Buffer.from(this.memory.buffer, at, bytes.length + 1);
      bytes.copy(target);
      target[bytes.length] = 0;
      return pointer;
    };
    const first = put(message);
    const second = put(this.#envText(env));
    const answer = this.#text(Number(this.function(exports.handle)(first, second)));
    this.function(exports.stackRestore)(stack);
    return answer;
  }

  /** How much of its memory may have been written to; null where that is not known. */
  get touchedBytes(): number | null {
    return this.#touched?.bytes ?? null;
  }

  living(): LivingMemory {
    const stack = Number(this.function(this.compiled.format.exports.stackSave)());
    const registers = [stack, ...(this.#meter?.registers ?? [0, 0])];
    return livingMemory(this.memory.buffer, registers, this.#touched?.ranges(this.memory.buffer));
  }

  /**
   * Puts memory and registers back. WebAssembly memory never shrinks, so a smaller image gets a new instance; so does
   * every image after the glue has given up (`isFresh`), which it remembers outside of memory.
   */
  restore(image: MemoryImage, isFresh: boolean): void {
    const [stack, main, counterAt] = image.registers;
    if (stack === undefined || main === undefined || counterAt === undefined) throw new RangeError('the image is of another machine');
    if (isFresh || this.memory.buffer.byteLength > image.byteLength) this.#instantiate();
    if (this.memory.buffer.byteLength < image.byteLength) this.#growTo(image.byteLength);
    writeImage(this.memory.buffer, image, this.#touched?.ranges(this.memory.buffer));
    this.#touched?.restored(image);
    this.function(this.compiled.format.exports.stackRestore)(this.address(stack));
    if (this.#meter !== null) this.#meter.registers = [main, counterAt];
  }

  #instantiate(): void {
    const { format, wasm, hasHook } = this.compiled;
    this.#now = CLOCK_START;
    const { ready } = this.#realm.start(format.name, (imports) => {
      this.#overrideImports(imports);
      if (hasHook) this.#countInstructions(imports);
      const exports = instantiateWasm<Exports>(wasm, imports);
      this.#exports = exports;
      const memory = exports[format.exports.memory] as WasmMemory;
      this.#memory = memory;
      this.#words = new Int32Array(0);
      if (hasHook) this.#addHook(exports[format.exports.table] as WasmTable);
      return { ...exports, [format.exports.memory]: this.#growable(memory) };
    });
    this.ready = ready;
    this.#touched = this.#touchedMemory();
  }

  #touchedMemory(): TouchedMemory | null {
    const { isMetered, exports } = this.compiled.format;
    if (isMetered || ![BREAK, STACK_END].every((name) => typeof this.#exports[name] === 'function')) return null;
    return new TouchedMemory({
      heapEnd: () => Number(this.function(BREAK)(this.address(0))),
      stack: () => Number(this.function(exports.stackSave)()),
      stackEnd: Number(this.function(STACK_END)()),
    });
  }

  /** Takes the glue's hands off everything that is not the same on every replay. */
  #overrideImports(imports: GlueImports): void {
    const { imports: names, isMetered, isWide } = this.compiled.format;
    const functions = imports[names.namespace] ?? {};
    for (const clock of names.clocks) if (functions[clock] !== undefined) functions[clock] = () => this.#now++;
    const resize = functions[names.grow];
    if (resize !== undefined) {
      this.#resize = resize;
      functions[names.grow] = (bytes) => {
        const refusals = this.#refusals;
        const result = resize(bytes ?? 0);
        if (this.#refusals > refusals && this.#refusals > REFUSALS_MAX) throw new LimitReached('memory');
        return result;
      };
    }
    for (const [name, signature] of this.compiled.shape.imports) {
      // Everything is answered at once, so no 40 MiB are set aside to wait in.
      if (name.startsWith(WEAVEDRIVE)) functions[name] = this.#driveCall(name.slice(WEAVEDRIVE.length), signature.results === 'j');
    }
    const seek = imports[WASI]?.['fd_seek'];
    if (imports[WASI] !== undefined && seek !== undefined) imports[WASI]['fd_seek'] = (...args) => this.#seek(seek, args);
    // The glue of one format would run commands on this machine; that of the others answers that there is no shell.
    for (const system of COMMANDS)
      if (functions[system] !== undefined) functions[system] = (command) => (Number(command) === 0 ? 0 : NO_SUCH_CALL);
    if (isMetered) imports['metering'] = { usegas: (amount) => this.#useGas(Number(amount)) };
    if (isMetered && functions['metering_gasUsed'] !== undefined)
      functions['metering_gasUsed'] = () => (isWide ? BigInt(this.#meteredSpent) : this.#meteredSpent);
  }

  /** One of the three calls of WeaveDrive; a file number fits into either kind of integer. */
  #driveCall(name: string, isBig: boolean): ImportFunction {
    const answer = (value: number): number | bigint => (isBig ? BigInt(value) : value);
    if (name === 'open') return (path) => answer(this.#files.open(this.#text(Number(path ?? 0))));
    if (name === 'read')
      return (file, at, length) =>
        answer(this.#files.read(Number(file), new Uint8Array(this.memory.buffer, Number(at ?? 0), Number(length ?? 0))));
    return () => answer(0);
  }

  /** Moves within a file of the drive; the glue's own files are the glue's. An offset is one number, or two halves. */
  #seek(ours: ImportFunction, args: readonly Address[]): number | bigint | void {
    const [file = 0] = args;
    if (!this.#files.has(Number(file))) return ours(...args);
    const isSplit = args.length === 5;
    const offset = isSplit ? Number(args[1]) + Number(args[2]) * 2 ** 32 : Number(args[1]);
    const [whence = 0, target = 0] = args.slice(isSplit ? 3 : 2);
    const place = this.#files.seek(Number(file), offset, Number(whence));
    new DataView(this.memory.buffer).setBigInt64(Number(target), BigInt(place), true);
    return 0;
  }

  #useGas(amount: number): void {
    this.#meteredSpent += amount;
    if (this.#meteredSpent > this.#meteredLimit) throw new LimitReached('gas');
  }

  #countInstructions(imports: GlueImports): void {
    const { namespace, invoke } = this.compiled.format.imports;
    const functions = imports[namespace] ?? {};
    const call = functions[invoke];
    if (call === undefined) throw new TypeError(`the glue has no ${invoke}`);
    functions[invoke] = (index, thread, data) => {
      const meter = this.#meter;
      if (meter === null) return call(index ?? 0, thread ?? 0, data ?? 0);
      try {
        meter.enter(Number(thread));
        return call(index ?? 0, thread ?? 0, data ?? 0);
      } finally {
        meter.leave();
      }
    };
  }

  #addHook(table: WasmTable): void {
    const { isWide } = this.compiled.format;
    const hook = addToTable(
      table,
      asWasmFunction((thread, record) => this.#hooked(thread, record), isWide),
    );
    const setHook = this.function(`${EXPOSED}lua_sethook`);
    const before = this.#meter?.registers;
    this.#meter = new GasMeter({
      isWide,
      hook,
      setHook: (thread, place, mask, count) => void setHook(this.address(thread), this.address(place), mask, count),
      word: (address) => this.#word(address),
      setWord: (address, value) => new DataView(this.memory.buffer).setInt32(address, value, true),
    });
    this.#meter.listen(this.#events);
    if (before !== undefined) this.#meter.registers = before;
  }

  #hooked(thread: number, record: number): void {
    const event = this.#wasWatched ? this.#word(record) : EVENT.count;
    if (event === EVENT.count) this.#meter?.step();
    else this.#listener?.(thread, record, event);
  }

  /** Memory that has grown leaves an empty array behind. */
  #word(address: number): number {
    if (this.#words.length === 0) this.#words = new Int32Array(this.memory.buffer);
    return this.#words[address / 4] ?? 0;
  }

  get #events(): number {
    return this.#listener === null ? 0 : MASK.call | MASK.return | MASK.line;
  }

  /** A memory for the glue: on any engine it takes the fractional pages that the glue asks for, up to the limit. */
  #growable(memory: WasmMemory): { readonly buffer: ArrayBuffer; grow(pages: number): number } {
    const { isWide } = this.compiled.format;
    const grow = (wished: number): number => {
      const before = memory.buffer.byteLength;
      const pages = this.#exactBytes === null ? Math.floor(wished) : (this.#exactBytes - before) / PAGE;
      if (this.#exactBytes === null && before + pages * PAGE > this.#memoryLimit) {
        this.#refusals++;
        throw new RangeError('the limit of memory is reached');
      }
      try {
        growMemory(memory, pages, isWide);
      } catch (error) {
        // The machine itself has no more: the same as the limit, seen from inside.
        this.#refusals++;
        throw error;
      }
      return before / PAGE;
    };
    return {
      get buffer() {
        return memory.buffer;
      },
      grow,
    };
  }

  /** Grows through the glue, whose own views of memory must follow. */
  #growTo(bytes: number): void {
    this.#exactBytes = bytes;
    try {
      this.#resize(this.address(bytes));
    } finally {
      this.#exactBytes = null;
    }
    if (this.memory.buffer.byteLength !== bytes) throw new RangeError(`this machine has no ${bytes} bytes of memory to give`);
  }

  #envText(env: object): string {
    if (this.#env?.of !== env) this.#env = { of: env, text: JSON.stringify(env) };
    return this.#env.text;
  }

  #text(start: number): string {
    const whole = Buffer.from(this.memory.buffer);
    return whole.toString('utf8', start, whole.indexOf(0, start));
  }
}
