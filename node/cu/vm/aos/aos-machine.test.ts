import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WasmReader, readShape } from '../wasm-shape.ts';
import { sectionOf } from '../wasm-patch.ts';
import { imageHash } from '../../timeline/state-hash.ts';
import { TestProcess, tagsOf } from '../lua/process.fixture.ts';
import type { ModuleSource } from '../machine.ts';
import { boot, isWithoutModules, LIMITS, machine, MODULE, moduleSource, OWNER, processEnv, spawnReal } from './aos.fixture.ts';

const COUNTER = `
Counter = Counter or 0
Balances = Balances or {}
Handlers.add("Increment", "Increment", function(m)
  Counter = Counter + tonumber(m.Quantity or "1")
  Balances[m.From] = Counter
  m.reply({ Action = "Incremented", Data = tostring(Counter), Number = 5 })
end)
return "ok"`;

const NAMES = ['aos-2.0.6', 'aos-2.0.4-32', 'aos-2.0.3', 'aos-2.0.1'] as const;

describe.skipIf(isWithoutModules).each(NAMES)('%s', (name) => {
  test('evaluates, answers with messages, and counts instructions', async () => {
    const process = await spawnReal(moduleSource(name));
    expect(process.boot?.outcome.error).toBeNull();
    expect(process.boot?.outcome.gasUsed).toBeGreaterThan(10_000);
    expect(process.show(COUNTER)).toBe('ok');
    const outcome = process.send({ Action: 'Increment', Quantity: '3' });
    expect(outcome.error).toBeNull();
    expect(outcome.messages).toHaveLength(1);
    expect(outcome.messages[0]).toMatchObject({ Target: OWNER, Data: '3' });
    // A tag that is no text stays visible.
    expect(tagsOf(outcome.messages[0])).toMatchObject({ Action: 'Incremented', 'Data-Protocol': 'ao', Number: '5' });
    expect(outcome.gasUsed).toBeGreaterThan(1_000);
    expect(outcome.gasUsed).toBeLessThan(100_000);
  });

  test('an error leaves the state to be put back', async () => {
    const process = await spawnReal(moduleSource(name));
    process.show(COUNTER);
    process.send({ Action: 'Increment' });
    const failed = process.run(process.message({ Action: 'Eval' }, 'Counter = 100; error("boom")'));
    expect(failed).toMatchObject({ isStateKept: false, isBroken: false });
    expect(failed.outcome.error).toContain('boom');
    expect(failed.outcome.messages).toEqual([]);
    // Versions before 2.0.6 say that a number is missing among the messages.
    expect(process.show('return Counter').split('\n').at(-1)).toBe('1');
  });

  test('Receive waits over messages, and over an image in another instance', async () => {
    const process = await spawnReal(moduleSource(name));
    process.show(
      'Handlers.add("Wait", "Wait", function(m) local r = Receive({ Action = "Go" }); Got = r.Quantity; print("got " .. Got) end)',
    );
    process.send({ Action: 'Wait' });
    const other = await machine.create(moduleSource(name), LIMITS);
    other.restore(process.instance.image());
    const go = process.message({ Action: 'Go', Quantity: '7' });
    const here = process.instance.evaluate(go, process.env, LIMITS);
    const there = other.evaluate(go, process.env, LIMITS);
    expect(here.outcome.error).toBeNull();
    expect(there).toEqual(here);
    expect(imageHash(other.image())).toBe(imageHash(process.instance.image()));
  });
});

describe.skipIf(isWithoutModules).each(['aos-2.0.6', 'aos-2.0.4-32'] as const)('limits on %s', (name) => {
  test('a loop that swallows errors ends at the limit of instructions, the same every time', async () => {
    const limits = { ...LIMITS, gas: 5_000_000 };
    const process = await spawnReal(moduleSource(name), limits);
    process.show(COUNTER);
    const loop = process.message({ Action: 'Eval' }, 'Counter = 5; while true do pcall(function() while true do end end) end');
    const before = process.instance.image();
    const first = process.instance.evaluate(loop, process.env, limits);
    expect(first).toMatchObject({
      isStateKept: false,
      isBroken: false,
      outcome: { gasUsed: 5_000_000, verdict: { kind: 'gas', limit: 5_000_000 }, messages: [] },
    });
    process.instance.restore(before);
    expect(process.instance.evaluate(loop, process.env, limits)).toEqual(first);
    process.instance.restore(before);
    expect(imageHash(process.instance.image())).toBe(imageHash(before));
    expect(process.show('return Counter')).toBe('0');
  });

  test('coroutines do not hide their instructions', async () => {
    const limits = { ...LIMITS, gas: 3_000_000 };
    const process = await spawnReal(moduleSource(name), limits);
    const outcome = process.eval('while true do coroutine.wrap(function() for i = 1, 100 do end end)() end');
    expect(outcome.verdict).toEqual({ kind: 'gas', limit: 3_000_000 });
    const measured = process.eval('for i = 1, 20 do coroutine.wrap(function() for i = 1, 50000 do end end)() end');
    const nothing = process.eval('return 1');
    const inside = measured.gasUsed - nothing.gasUsed;
    expect(inside).toBeGreaterThan(20 * 50_000);
    expect(inside).toBeLessThan(20 * 51_000);
  });

  test('a loop in the first slot ends too', async () => {
    const limits = { ...LIMITS, gas: 2_000_000 };
    const instance = await machine.create(moduleSource(name), limits);
    const env = processEnv([{ name: 'On-Boot', value: 'Data' }]);
    const process = new TestProcess(instance, env, limits);
    const { outcome } = process.run(process.message(env.Process.Tags, 'while true do end'));
    expect(outcome.verdict).toEqual({ kind: 'gas', limit: 2_000_000 });
  });

  test('memory stops at the limit, and the smaller memory comes back', async () => {
    const limits = { ...LIMITS, memoryBytes: 96 * 1024 * 1024 };
    const process = await spawnReal(moduleSource(name), limits);
    process.show(COUNTER);
    const before = process.instance.image();
    const greedy = process.message({ Action: 'Eval' }, 'T = {} for i = 1, 1e9 do T[i] = string.rep("y", 100000) .. i end');
    const first = process.instance.evaluate(greedy, process.env, limits);
    expect(first).toMatchObject({
      isStateKept: false,
      isBroken: true,
      outcome: { verdict: { kind: 'memory', limit: limits.memoryBytes } },
    });
    expect(process.instance.memoryBytes()).toBeLessThanOrEqual(limits.memoryBytes);
    process.instance.restore(before);
    expect(process.instance.memoryBytes()).toBe(before.byteLength);
    expect(imageHash(process.instance.image())).toBe(imageHash(before));
    expect(process.show('return Counter')).toBe('0');
    process.instance.restore(before);
    expect(process.instance.evaluate(greedy, process.env, limits)).toEqual(first);
  });

  test('a module that needs more than it may have is refused', async () => {
    await expect(machine.create(moduleSource(name), { ...LIMITS, memoryBytes: 32 * 1024 * 1024 })).rejects.toMatchObject({
      code: 'MODULE_MEMORY',
    });
  });
});

describe.skipIf(isWithoutModules)('memory', () => {
  test('grows past 512 MiB where the module, the limit and a tag of the process allow it', async () => {
    const limits = { gas: 10_000_000_000, memoryBytes: 900 * 1024 * 1024 };
    const process = boot(await machine.create(moduleSource('aos-2.0.1'), limits), limits, [{ name: 'Memory-Limit', value: '1-gb' }]);
    expect(process.show('Big = {} for i = 1, 60 do Big[i] = string.rep(string.char(i), 10 * 1024 * 1024) end return #Big')).toBe('60');
    expect(process.instance.memoryBytes()).toBeGreaterThan(600 * 1024 * 1024);
    expect(process.show('Big = nil return "gone"')).toBe('gone');
  }, 180_000);

  test('nothing of the realm changes', async () => {
    const { random } = Math;
    const { now } = Date;
    const { compile } = Reflect.get(globalThis, 'WebAssembly') as { readonly compile: unknown };
    const globals = Object.getOwnPropertyNames(globalThis).length;
    const process = await spawnReal(moduleSource('aos-2.0.6'));
    process.eval('error("x")');
    expect(Math.random).toBe(random);
    expect(Date.now).toBe(now);
    expect(Reflect.get(Reflect.get(globalThis, 'WebAssembly') as object, 'compile')).toBe(compile);
    expect(Object.getOwnPropertyNames(globalThis)).toHaveLength(globals);
  });

  test.each(['aos-2.0.6', 'aos-2.0.4-32'] as const)('%s cannot run a command on this machine', async (name) => {
    const mark = join(tmpdir(), `aoscope-${process.pid}-${name}`);
    const real = await spawnReal(moduleSource(name));
    expect(real.show(`local ok = os.execute("touch ${mark}") return tostring(ok) .. " " .. tostring(os.execute())`)).toBe('nil false');
    expect(existsSync(mark)).toBe(false);
    expect(real.eval('return io.popen("ls")').error).toContain('not supported');
    expect(real.show('return 1')).toContain('1');
  });

  test('files and the clock are the same for every replay', async () => {
    const process = await spawnReal(moduleSource('aos-2.0.6'));
    expect(process.show('return tostring(io.open("/data/x")) .. tostring(os.getenv("HOME")) .. tostring(io.open("f", "w"))')).not.toContain(
      'file (',
    );
    const before = process.instance.image();
    const clocks = process.message(
      { Action: 'Eval' },
      'local t = {} for i = 1, 5 do t[i] = os.clock() end return table.concat(t, " ") .. math.random()',
    );
    const first = process.instance.evaluate(clocks, process.env, LIMITS);
    expect(first.outcome.error).toBeNull();
    process.instance.restore(before);
    for (let n = 0; n < 3; n++) process.instance.evaluate(process.message({ Action: 'Eval' }, 'return os.clock()'), process.env, LIMITS);
    process.instance.restore(before);
    expect(process.instance.evaluate(clocks, process.env, LIMITS)).toEqual(first);
    expect(process.eval('return io.open("/dev/urandom"):read(4)').error).not.toBeNull();
    // Where the glue itself gives up, what it remembers of that goes with the instance.
    const left = process.run(process.message({ Action: 'Eval' }, 'os.exit(3)'));
    expect(left).toMatchObject({ isStateKept: false, isBroken: true, outcome: { error: 'Program terminated with exit(3)' } });
    expect(process.show('return 1')).toBe('1');
  });
});

describe.skipIf(isWithoutModules).each(['aos-2.0.6', 'aos-2.0.4-32'] as const)('the state of %s', (name) => {
  const node = (key: string, kind: string, preview: string, size = 0): unknown => ({ key, kind, preview, isOpenable: size > 0, size });

  test("shows the program's globals, and of the runtime what a person looks for", async () => {
    const process = await spawnReal(moduleSource(name));
    process.show(`
      Count, Half, Word, Flag = 3, 1.5, "grüße", true
      List = { 10, 20, [math.huge] = "most", [2.5] = "between", ["odd key"] = { deep = { er = 1 } } }
      function double(n)
        return n * 2
      end
      Waiting = coroutine.create(function() coroutine.yield() end) coroutine.resume(Waiting)
      Handlers.add("tick", "Tick", function() end)`);
    const top = process.instance.children([], 0, 100)?.nodes ?? [];
    expect(top.slice(0, 7)).toEqual([
      node('.Count', 'number', '3'),
      node('.Flag', 'boolean', 'true'),
      node('.Half', 'number', '1.5'),
      node('.List', 'table', 'table · 5 entries', 5),
      node('.Waiting', 'thread', 'coroutine · waiting · at aos:7'),
      node('.Word', 'string', '"grüße"'),
      node('.double', 'function', 'function · [string "aos"]:4'),
    ]);
    expect(top.slice(7).map(({ key }) => key)).toEqual(['.Name', '.Owner', '.ao', '.Handlers', '.Errors', '.Inbox']);
    expect(process.instance.children(['.List'], 0, 10)?.nodes.map(({ key }) => key)).toEqual([
      '[1]',
      '[2]',
      '[2.5]',
      '[Infinity]',
      '["odd key"]',
    ]);
    expect(process.instance.children(['.List', '[Infinity]'], 0, 10)).toEqual({ nodes: [], total: 0, offset: 0 });
    expect(process.instance.children(['.List', '["odd key"]', '.deep'], 0, 10)?.nodes).toEqual([node('.er', 'number', '1')]);
    expect(process.instance.children(['.Nothing'], 0, 10)).toBeNull();
    const handlers = process.instance.children(['.Handlers', '.list'], 0, 10)?.nodes ?? [];
    expect(handlers.find(({ key }) => key === '.tick')?.preview).toBe('handler · [string "aos"]:8 · on "Tick"');
    expect(handlers.find(({ key }) => key === '._eval')?.preview).toBe('handler · of the runtime');
  });

  test('a global of the runtime that the program replaces shows up', async () => {
    const process = await spawnReal(moduleSource(name));
    process.show('function Prompt() return "mine" end');
    expect(process.instance.children([], 0, 5)?.nodes[0]).toMatchObject({ key: '.Prompt', kind: 'function' });
  });

  test('reads an owner who is gone, and leaves the next message as it would have been', async () => {
    const process = await spawnReal(moduleSource(name));
    process.show('Secret = 42 Owner = ""');
    const before = process.instance.image();
    expect(process.instance.children([], 0, 5)?.nodes[0]).toEqual(node('.Secret', 'number', '42'));
    const flat = process.instance.flatten(1_000);
    expect(flat.isComplete).toBe(true);
    expect(flat.lines).toContainEqual({ path: ['.Secret'], preview: '42' });
    process.instance.restore(before);
    expect(imageHash(process.instance.image())).toBe(imageHash(before));
  });

  test('before the first message there is nothing to see', async () => {
    const instance = await machine.create(moduleSource(name), LIMITS);
    expect(instance.children([], 0, 5)).toEqual({ nodes: [], total: 0, offset: 0 });
    expect(instance.flatten(5)).toEqual({ lines: [], isComplete: true });
  });
});

describe.skipIf(isWithoutModules)('modules of other kinds', () => {
  test('sqlite keeps a database in its memory', async () => {
    const process = await spawnReal(moduleSource('sqlite'));
    const outcome = process.eval(`
      local sqlite3 = require("lsqlite3")
      Db = Db or sqlite3.open_memory()
      Db:exec("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (41), (1)")
      local sum
      for row in Db:nrows("SELECT sum(n) AS s FROM t") do sum = row.s end
      return tostring(sum)`);
    expect(outcome.error).toBeNull();
    expect(outcome.output).toMatchObject({ data: { output: '42' } });
  });

  test.each([
    ['aos-2.0.4-32', 'wasm32-unknown-emscripten-metering'],
    ['aos-2.0.6', 'wasm64-unknown-emscripten-draft_2024_10_16-metering'],
  ] as const)(
    '%s metered by the loader (%s)',
    async (name, format) => {
      const process = await spawnReal(moduleSource(name, format));
      expect(process.boot?.outcome.error).toBeNull();
      expect(process.show(COUNTER)).toBe('ok');
      const { gasUsed, error } = process.send({ Action: 'Increment' });
      expect(error).toBeNull();
      expect(gasUsed).toBeGreaterThan(1_000_000);
      const env = {
        ...process.env,
        Process: { ...process.env.Process, Tags: [...process.env.Process.Tags, { name: 'Compute-Limit', value: '3000000000' }] },
      };
      const loop = process.instance.evaluate(
        process.message({ Action: 'Eval' }, 'while true do pcall(function() while true do end end) end'),
        env,
        LIMITS,
      );
      expect(loop.outcome.verdict).toEqual({ kind: 'gas', limit: 3_000_000_000 });
      expect(process.instance.children([], 0, 5)?.nodes[0]?.key).toBe('.Balances');
    },
    90_000,
  );

  test('without names it runs all the same, uncounted, and says why its state cannot be read', async () => {
    const process = await spawnReal(withoutNames(moduleSource('aos-2.0.4-32')));
    process.show(COUNTER);
    const outcome = process.send({ Action: 'Increment' });
    expect(outcome).toMatchObject({ error: null, gasUsed: 0 });
    expect(outcome.messages[0]?.Data).toBe('1');
    expect(() => process.instance.children([], 0, 5)).toThrow(expect.objectContaining({ code: 'STATE_UNREADABLE' }));
  });

  test.each([
    ['bytes that are no module', Uint8Array.from([1, 2, 3, 4])],
    ['a module cut short', Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 9])],
    ['a module without handle', Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1])],
  ])('%s: MODULE_BROKEN', async (_what, bytes) => {
    await expect(machine.create({ id: MODULE, format: 'wasm32-unknown-emscripten4', bytes }, LIMITS)).rejects.toMatchObject({
      code: 'MODULE_BROKEN',
    });
  });

  test('64-bit memory under a 32-bit format: MODULE_BROKEN', async () => {
    await expect(machine.create(moduleSource('aos-2.0.6', 'wasm32-unknown-emscripten4'), LIMITS)).rejects.toMatchObject({
      code: 'MODULE_BROKEN',
    });
  });
});

/** The same module as a compiler without debug names makes it. */
function withoutNames(source: ModuleSource): ModuleSource {
  const { sections } = readShape(source.bytes);
  const kept = sections.filter(({ id }) => id !== 0).map(({ id, body, end }) => sectionOf(id, [source.bytes.subarray(body, end)]));
  expect(new WasmReader(source.bytes, 0).byte()).toBe(0);
  return { ...source, bytes: Buffer.concat([source.bytes.subarray(0, 8), ...kept]) };
}
