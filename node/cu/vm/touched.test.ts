import { afterAll, describe, expect, test } from 'vitest';
import { isWithoutModules, moduleSource, spawnReal } from './aos/aos.fixture.ts';
import { spawnProcess, type TestProcess } from './lua/process.fixture.ts';
import { imageHash } from '../timeline/state-hash.ts';
import { copied, livingMemory, PAGE_BYTES } from './pages.ts';
import { TouchedMemory } from './touched.ts';

// An image is taken without looking at memory that nobody used: it must hold what looking at all of it finds.

const { Instance } = WebAssembly;
/** The memory of the process made last. */
let memory: WebAssembly.Memory | null = null;
Reflect.set(
  WebAssembly,
  'Instance',
  class extends Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      for (const one of Object.values(this.exports)) if (one instanceof WebAssembly.Memory && one.buffer.byteLength > 2 ** 20) memory = one;
    }
  },
);
afterAll(() => void Reflect.set(WebAssembly, 'Instance', Instance));

function isWhole({ instance }: TestProcess): void {
  const image = instance.image();
  const whole = copied(livingMemory(memory?.buffer ?? new ArrayBuffer(0), image.registers));
  expect(whole.pages.length).toBeGreaterThan(20);
  expect(imageHash(image)).toBe(imageHash(whole));
}

const DEEP = `local function deep(n) if n == 0 then return 0 end return 1 + (string.gsub("x", "x", function() return tostring(deep(n - 1)) end) == "" and 0 or 0) end
local ok = pcall(deep, 150)
local function flat(n) if n == 0 then return 0 end return 1 + flat(n - 1) end
return flat(10000)`;
const GROW = 'Kept = {} for n = 1, 5000 do Kept[n] = { n, tostring(n), string.rep("y", n % 700) } end return #Kept';
const LET_GO = 'Kept = nil collectgarbage() collectgarbage() return "gone"';
const ROOM = 'return #string.rep("z", 3000000)';

function works(spawn: () => Promise<TestProcess>): void {
  test('after recursion, growth, large texts, errors and going back', async () => {
    const process = await spawn();
    isWhole(process);
    const young = process.instance.image();
    for (const code of [DEEP, GROW, ROOM, LET_GO, 'error("on purpose")', DEEP]) {
      process.eval(code);
      isWhole(process);
    }
    // Half of it takes one byte a character, half of it three: the room for it is larger than it is.
    process.send({ Action: 'Nothing' }, 'a€'.repeat(200_000));
    isWhole(process);
    const old = process.instance.image();
    process.instance.evaluate(process.message({ Action: 'Eval' }, 'while true do end'), process.env, { ...process.limits, gas: 2_000_000 });
    isWhole(process);
    process.instance.restore(old);
    isWhole(process);
    expect(imageHash(process.instance.image())).toBe(imageHash(old));
    process.instance.restore(young);
    isWhole(process);
    expect(imageHash(process.instance.image())).toBe(imageHash(young));
    process.eval(GROW);
    isWhole(process);
  }, 120_000);
}

describe('our Lua', () => {
  works(() => spawnProcess());
});
describe.skipIf(isWithoutModules).each(['aos-2.0.6', 'aos-2.0.4-32', 'sqlite'] as const)('%s', (name) => {
  works(() => spawnReal(moduleSource(name)));
});

test('after going back to a memory, the stack that nobody used is not looked at', () => {
  const stackEnd = 5 * PAGE_BYTES + 100;
  const top = 20_000 * PAGE_BYTES;
  const touched = new TouchedMemory({ heapEnd: () => top, stack: () => top, stackEnd });
  // The program's data end in the page in which the stack may end.
  const pages = Uint32Array.from([4, 5, 19_990]);
  touched.restored({ byteLength: top, pages, bytes: new Uint8Array(3 * PAGE_BYTES), registers: [] });
  const [data, used] = touched.ranges(new ArrayBuffer(top));
  expect(data).toEqual({ start: 0, end: stackEnd });
  expect((used?.end ?? 0) - (used?.start ?? 0)).toBeLessThan(1024 * 1024);
});
