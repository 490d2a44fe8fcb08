import type { LivingMemory, MemoryImage } from '../machine.ts';
import { copied, livingMemory, writeImage } from '../pages.ts';
import { compileWasmNow, growMemory, instantiateWasm, type WasmMemory, type WasmModule } from '../wasm-api.ts';
import { leb, sectionOf, withExports } from '../wasm-patch.ts';
import { SECTION, WasmReader, type WasmShape } from '../wasm-shape.ts';
import { outsideWorld } from './outside-world.ts';
import type { PlainState } from './wasm-state.ts';

const PAGE = 65_536;
/** Mutable globals are exported under this name and their number. */
const GLOBAL = '$global';

type Address = number | bigint;
interface WasmGlobal {
  value: Address;
}
type Exports = Readonly<Record<string, unknown>>;

/** A plain module as it is run: its memory cannot outgrow the limit, and what it keeps outside of memory can be read. */
function preparePlain(bytes: Uint8Array, shape: WasmShape, memoryBytes: number): Uint8Array {
  const globals = mutableGlobals(shape).map((index) => ({ name: `${GLOBAL}${index}`, kind: 'global' as const, index }));
  const parts = [bytes.subarray(0, shape.sections[0]?.start ?? bytes.length)];
  for (const section of shape.sections) {
    if (section.id === SECTION.export) parts.push(withExports(bytes, section, globals));
    else if (section.id === SECTION.memory) parts.push(withLimit(bytes, section.body, memoryBytes));
    else parts.push(bytes.subarray(section.start, section.end));
  }
  return Buffer.concat(parts);
}

const HAS_MAX = 1;

/** The section of the one memory with a maximum of at most `memoryBytes`: its own instruction to grow asks nobody. */
function withLimit(bytes: Uint8Array, body: number, memoryBytes: number): Uint8Array {
  const reader = new WasmReader(bytes, body);
  reader.number();
  const { flags, min, max } = reader.limits();
  const allowed = Math.max(min, Math.floor(memoryBytes / PAGE));
  return sectionOf(SECTION.memory, [leb(1), leb(flags | HAS_MAX), leb(min), leb(Math.min(max ?? allowed, allowed))]);
}

function mutableGlobals({ globals, importedGlobals }: WasmShape): number[] {
  return globals.flatMap(({ isMutable }, index) => (isMutable && index >= importedGlobals ? [index] : []));
}

/** One running plain module: `handle` takes and gives addresses of JSON texts that end with a NUL. */
export class WasmProgram {
  readonly #bytes: Uint8Array;
  readonly #shape: WasmShape;
  #wasm: WasmModule;
  /** The limit, and how far memory can grow as it is compiled: further where it was larger when the limit came. */
  #memoryBytes: number;
  #mostBytes = 0;
  readonly #isWide: boolean;
  readonly #globalNumbers: readonly number[];
  readonly #globalTypes: WasmShape['globals'];
  #exports: Exports = {};
  #nowMs = 0;

  /** @throws CompileError, or whatever its start function throws. */
  constructor(bytes: Uint8Array, shape: WasmShape, memoryBytes: number) {
    this.#bytes = bytes;
    this.#shape = shape;
    this.#memoryBytes = memoryBytes;
    this.#wasm = this.#compile(memoryBytes);
    this.#isWide = shape.memory?.isWide === true;
    this.#globalNumbers = mutableGlobals(shape);
    this.#globalTypes = shape.globals;
    this.#instantiate();
  }

  get memory(): WasmMemory {
    return this.#exports['memory'] as WasmMemory;
  }

  /** @throws whatever the module throws (a trap, an abort); memory may be anything then. */
  handle(message: string, env: string, nowMs: number): string {
    this.#nowMs = nowMs;
    const malloc = this.#function('malloc');
    const put = (text: string): Address => {
      const bytes = Buffer.from(text);
      const pointer = malloc(this.#address(bytes.length + 1));
      if (Number(pointer) === 0) throw new RangeError('malloc gave no room for the message');
      const target = Buffer.from(this.memory.buffer, placeOf(pointer), bytes.length + 1);
      bytes.copy(target);
      target[bytes.length] = 0;
      return pointer;
    };
    const [first, second] = [put(message), put(env)];
    const answer = this.#text(placeOf(this.#function('handle')(first, second)));
    const free = this.#exports['free'];
    if (typeof free === 'function') for (const pointer of [first, second]) (free as (at: Address) => void)(pointer);
    return answer;
  }

  /** What can be seen of it, as it is now. */
  state(): PlainState {
    const globals = this.#globals();
    return {
      memory: new Uint8Array(this.memory.buffer),
      exports: Object.entries(this.#exports)
        .filter(([name]) => !name.startsWith(GLOBAL))
        .map(([name, value]) => ({ name, what: whatIs(value), value: valueOf(value) })),
      globals: globals.map(({ value }, place) => {
        const index = this.#globalNumbers[place] ?? 0;
        return { index, type: this.#globalTypes[index]?.type ?? '?', value };
      }),
    };
  }

  /** Lets memory grow so far from now on. What it has already stays: it is compiled again, and goes on from the same memory. */
  limitMemory(bytes: number): void {
    if (bytes === this.#memoryBytes) return;
    this.#memoryBytes = bytes;
    this.restore(copied(this.living()));
  }

  living(): LivingMemory {
    const registers = this.#globals().flatMap(({ value }) => words(value));
    return livingMemory(this.memory.buffer, registers);
  }

  /** Puts memory and globals back. WebAssembly memory never shrinks, so a smaller image gets a new instance. */
  restore(image: MemoryImage): void {
    const most = Math.max(this.#memoryBytes, image.byteLength);
    const isOther = most !== this.#mostBytes;
    if (isOther) this.#wasm = this.#compile(most);
    if (isOther || this.memory.buffer.byteLength > image.byteLength) this.#instantiate();
    const missing = image.byteLength - this.memory.buffer.byteLength;
    if (missing > 0) growMemory(this.memory, missing / PAGE, this.#isWide);
    writeImage(this.memory.buffer, image);
    for (const [place, global] of this.#globals().entries()) {
      const [low = 0, high = 0] = image.registers.slice(place * 2, place * 2 + 2);
      global.value = typeof global.value === 'bigint' ? (BigInt(high) << 32n) | BigInt(low) : fromWords(low, high);
    }
  }

  #compile(mostBytes: number): WasmModule {
    this.#mostBytes = mostBytes;
    return compileWasmNow(preparePlain(this.#bytes, this.#shape, mostBytes));
  }

  #instantiate(): void {
    this.#exports = instantiateWasm<Exports>(this.#wasm, outsideWorld({ nowMs: () => this.#nowMs, memory: () => this.memory }));
    // What compilers of C and Rust name the function that must run once before any other.
    const initialize = this.#exports['_initialize'];
    if (typeof initialize === 'function') (initialize as () => void)();
  }

  #globals(): WasmGlobal[] {
    return this.#globalNumbers.map((index) => this.#exports[`${GLOBAL}${index}`] as WasmGlobal);
  }

  #function(name: string): (...args: readonly Address[]) => Address {
    return this.#exports[name] as (...args: readonly Address[]) => Address;
  }

  #address(value: number): Address {
    return this.#isWide ? BigInt(value) : value;
  }

  #text(start: number): string {
    const whole = Buffer.from(this.memory.buffer);
    const end = whole.indexOf(0, start);
    if (start === 0 || end < 0) throw new TypeError('handle gave no address of a text');
    return whole.toString('utf8', start, end);
  }
}

function whatIs(value: unknown): PlainState['exports'][number]['what'] {
  if (typeof value === 'function') return 'function';
  const name = Object.prototype.toString.call(value);
  return name.includes('Memory') ? 'memory' : name.includes('Table') ? 'table' : 'global';
}

/** What a global holds; null for anything else. */
function valueOf(exported: unknown): number | bigint | null {
  if (whatIs(exported) !== 'global' || typeof exported !== 'object' || exported === null) return null;
  const value: unknown = Reflect.get(exported, 'value');
  return typeof value === 'number' || typeof value === 'bigint' ? value : null;
}

/** An address in memory. JavaScript reads one of the upper half of 32 bits as a negative number. */
function placeOf(address: Address): number {
  return typeof address === 'bigint' ? Number(BigInt.asUintN(64, address)) : address >>> 0;
}

/** Any value of a global as two 32-bit words, the lower first. */
function words(value: Address): [number, number] {
  const view = new DataView(new ArrayBuffer(8));
  if (typeof value === 'bigint') view.setBigInt64(0, value, true);
  else view.setFloat64(0, value, true);
  return [view.getUint32(0, true), view.getUint32(4, true)];
}

function fromWords(low: number, high: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, low, true);
  view.setUint32(4, high, true);
  return view.getFloat64(0, true);
}
