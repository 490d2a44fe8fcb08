import { describe, expect, test } from 'vitest';
import { AoError } from '../../../contract/errors.ts';
import type { MachineLimits, MemoryImage } from '../machine.ts';
import { LIMITS, machine, moduleSource, printed, spawnProcess, type TestProcess } from './process.fixture.ts';

const SMALL: MachineLimits = { gas: 2_000_000, memoryBytes: 32 * 1024 * 1024 };

/** Sends message number `i` of a log in which something of everything happens. */
function step(process: TestProcess, i: number): void {
  const kind = i % 9;
  if (kind === 0)
    process.eval(
      `Draws = Draws or {} Draws[#Draws + 1] = math.random(1, 1000) Keys = {} for k in pairs({ a${i} = 1, b = 2, [${i}] = 3, [print] = 4 }) do Keys[#Keys + 1] = tostring(k) end`,
    );
  else if (kind === 1) process.send({ Action: 'Inc', Reference: String(i) });
  else if (kind === 2) process.eval('error("slot fails")');
  else if (kind === 3) process.eval(`local m = Receive({ Action = "Wake${i}" }) Woken = (Woken or 0) + #m.Data`);
  else if (kind === 4) process.send({ Action: `Wake${i - 1}` }, 'x'.repeat(i));
  else if (kind === 5) process.send({ Action: 'Unknown', [`Tag-${i}`]: 'v' }, `data ${i} ä€😀`);
  else if (kind === 6) process.eval('local t = {} for i = 1, 2000 do t[i] = { i } end Big = t');
  else if (kind === 7)
    process.eval(
      'local co = coroutine.wrap(function() for i = 1, 3000 do coroutine.yield(i) end end) for i = 1, 2500 do co() end Kept = co',
    );
  else process.eval('return setmetatable({}, { __mode = "k" }), nil');
}

/** The same as `toEqual`, but quick on megabytes. */
function expectSame(actual: MemoryImage, expected: MemoryImage): void {
  expect(actual.byteLength).toBe(expected.byteLength);
  expect([...actual.registers]).toEqual([...expected.registers]);
  expect(Buffer.compare(Buffer.from(actual.pages.buffer), Buffer.from(expected.pages.buffer))).toBe(0);
  expect(Buffer.compare(actual.bytes, expected.bytes)).toBe(0);
}

async function spawnCounter(): Promise<TestProcess> {
  const process = await spawnProcess();
  process.eval('Count = 0 Handlers.add("inc", "Inc", function(m) Count = Count + 1 m.reply({ Data = tostring(Count) }) end)');
  return process;
}

describe('replay', () => {
  test('two instances that get the same 600 messages have the same memory, byte for byte', async () => {
    const [first, second] = [await spawnCounter(), await spawnCounter()];
    for (let i = 0; i < 600; i++) {
      step(first, i);
      step(second, i);
      if (i % 150 === 0) expectSame(second.instance.image(), first.instance.image());
    }
    expectSame(second.instance.image(), first.instance.image());
  });

  test('an instance that begins at a snapshot half-way ends up with the same memory', async () => {
    const first = await spawnCounter();
    for (let i = 0; i < 250; i++) step(first, i);
    const snapshot = first.instance.image();
    const second = await spawnProcess();
    second.instance.restore(structuredClone(snapshot));
    second.slot = first.slot;
    for (let i = 250; i < 520; i++) {
      step(first, i);
      step(second, i);
    }
    expectSame(second.instance.image(), first.instance.image());
  });

  test('outcomes and gas are the same when a slot is evaluated again', async () => {
    const process = await spawnCounter();
    const before = process.instance.image();
    const message = process.message(
      { Action: 'Eval' },
      'local s = 0 for i = 1, 12345 do s = s + math.random(9) end print(s) Send({ Target = "x", Sum = s })',
    );
    const once = process.instance.evaluate(message, structuredClone(process.env), LIMITS);
    process.instance.restore(before);
    expect(process.instance.evaluate(message, structuredClone(process.env), LIMITS)).toEqual(once);
    expect(once.outcome.gasUsed).toBeGreaterThan(12_345);
  });

  test('a machine that has started the module before makes the same process as a new one', async () => {
    const first = await machine.create(moduleSource, LIMITS);
    const second = await machine.create(moduleSource, LIMITS);
    expectSame(second.image(), first.image());
  });

  test('the same random numbers come to everyone, and others to another process', async () => {
    const first = await spawnProcess();
    const second = await spawnProcess();
    const draw = 'local d = {} for i = 1, 5 do d[i] = math.random(1, 1000000) end return table.concat(d, " ")';
    const drawn = first.show(draw);
    expect(second.show(draw)).toBe(drawn);
    expect(first.show(draw)).not.toBe(drawn);
    expect(first.show('local x = math.random() return x >= 0 and x < 1')).toBe('true');
  });

  test('memory that has grown goes back to its size', async () => {
    const process = await spawnProcess();
    const before = process.instance.image();
    process.eval('Big = string.rep("x", 40000000)');
    expect(process.instance.memoryBytes()).toBeGreaterThan(before.byteLength);
    process.instance.restore(before);
    expect(process.instance.memoryBytes()).toBe(before.byteLength);
    expectSame(process.instance.image(), before);
    expect(process.show('Big == nil')).toBe('true');
  });
});

describe('gas', () => {
  test('a slot counts its instructions, exactly', async () => {
    const process = await spawnCounter();
    const empty = process.eval('nil').gasUsed;
    const loop = process.eval('for i = 1, 1000 do end').gasUsed;
    expect(loop - empty).toBeGreaterThan(990);
    expect(loop - empty).toBeLessThan(1100);
  });

  test.each([
    ['a plain loop', 'while true do end'],
    ['a loop inside of pcall that goes on after errors', 'while true do pcall(function() while true do end end) end'],
    ['a loop in a coroutine', 'local co = coroutine.create(function() while true do end end) while true do coroutine.resume(co) end'],
    ['a loop in a message handler of xpcall', 'xpcall(error, function() while true do end end)'],
    [
      'a loop in a metamethod',
      'local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end }) while true do pcall(function() return t[1] end) end',
    ],
    ['a comparison of table.sort', 'table.sort({ 3, 1, 2 }, function() while true do end end)'],
    ['a callback of gsub', '("abc"):gsub(".", function() while true do end end)'],
    ['loaded code', 'load("while true do end")()'],
    ['coroutines made without end', 'while true do coroutine.wrap(function() for i = 1, 900 do end end)() end'],
  ])('%s is ended', async (_what, code) => {
    const process = await spawnProcess({ limits: SMALL });
    const evaluation = process.run(process.message({ Action: 'Eval' }, code));
    expect(evaluation.outcome.verdict).toEqual({ kind: 'gas', limit: SMALL.gas });
    expect(evaluation.outcome.error).toBe(new AoError('EVALUATION_GAS', { slot: 1, limit: SMALL.gas }).message);
    expect(evaluation).toMatchObject({ isStateKept: false, isBroken: false, outcome: { gasUsed: SMALL.gas } });
    expect(process.show('"alive"')).toBe('alive');
  });

  test('a handler that waited and then loops is ended, too', async () => {
    const process = await spawnProcess({ limits: SMALL });
    process.eval('Receive("Go") while true do end');
    expect(process.send({ Action: 'Go' }).verdict?.kind).toBe('gas');
    expect(process.send({ Action: 'Go' }).verdict?.kind).toBe('gas');
    expect(process.show('"alive"')).toBe('alive');
  });

  test('a stopped slot is stopped at the same instruction each time', async () => {
    const [first, second] = [await spawnProcess({ limits: SMALL }), await spawnProcess({ limits: SMALL })];
    const code = 'while true do pcall(error, math.random()) end';
    expect(second.eval(code)).toEqual(first.eval(code));
    expectSame(second.instance.image(), first.instance.image());
  });
});

describe('memory', () => {
  test.each([
    ['a table that grows for ever', 'local t = {} while true do t[#t + 1] = { #t } end'],
    ['text that doubles', 'local s = "x" while true do s = s .. s end'],
    ['one call that asks for a gigabyte', 'string.rep("x", 1000000000)'],
    ['growth that pcall is to hide', 'local t = {} while true do pcall(function() t[#t + 1] = string.rep("x", 1000000) .. #t end) end'],
    ['a very long concat', 'local t = {} for i = 1, 1000 do t[i] = ("x"):rep(100000) end return #table.concat(t)'],
  ])('%s ends as a verdict', async (_what, code) => {
    const process = await spawnProcess({ limits: { gas: 300_000_000, memoryBytes: SMALL.memoryBytes } });
    const evaluation = process.run(process.message({ Action: 'Eval' }, code));
    expect(evaluation.outcome.verdict).toEqual({ kind: 'memory', limit: SMALL.memoryBytes });
    expect(evaluation.outcome.error).toBe(new AoError('EVALUATION_MEMORY', { slot: 1, limit: SMALL.memoryBytes }).message);
    expect(evaluation.isStateKept).toBe(false);
    expect(process.instance.memoryBytes()).toBeLessThanOrEqual(SMALL.memoryBytes);
    expect(process.show('"alive"')).toBe('alive');
  });

  test('a program may catch one refusal and go on', async () => {
    const process = await spawnProcess({ limits: { gas: 300_000_000, memoryBytes: SMALL.memoryBytes } });
    expect(process.show('local ok, why = pcall(string.rep, "x", 100000000) return why')).toBe('not enough memory');
    expect(process.show('"alive"')).toBe('alive');
  });

  test('a text of the same words is no verdict', async () => {
    const process = await spawnProcess();
    expect(process.eval('error("not enough memory")')).toMatchObject({ verdict: null });
  });

  test('a message that is larger than the memory ends as a verdict', async () => {
    const process = await spawnProcess({ limits: { gas: 300_000_000, memoryBytes: 20 * 1024 * 1024 } });
    expect(process.send({ Action: 'Big' }, 'x'.repeat(30 * 1024 * 1024)).verdict?.kind).toBe('memory');
    expect(process.show('"alive"')).toBe('alive');
  });

  test('loops inside C that take no memory come back', async () => {
    const process = await spawnProcess({ limits: SMALL });
    expect(process.show('#string.rep("", 1000000000000)')).toBe('0');
    expect(process.eval('table.move({}, 1, 1000000000000, 2)').error).toContain('too many elements to move');
  });

  test('deep recursion is a Lua error', async () => {
    const process = await spawnProcess();
    expect(process.eval('local function f() return 1 + f() end f()').error).toContain('stack overflow');
    expect(process.eval('local function g(s) return (s:gsub(".", g)) end g("x")').error).toContain('stack overflow');
  });
});

describe('messages the CU makes up', () => {
  test('a dry run without signature, nonce and epoch is evaluated; the caller puts memory back', async () => {
    const process = await spawnCounter();
    const before = process.instance.image();
    const dry = {
      Owner: '1234',
      From: '1234',
      Target: process.env.Process.Id,
      Tags: [{ name: 'Action', value: 'Inc' }],
      Data: '0',
      Timestamp: 5,
      'Block-Height': 6,
      Cron: false,
      'Read-Only': true,
    };
    const { outcome } = process.run(dry);
    expect(outcome.messages[0]).toMatchObject({ Target: '1234', Data: '1' });
    process.instance.restore(before);
    expect(process.show('Count')).toBe('0');
  });

  test('a process that broke its own print answers with an error and can be mended', async () => {
    const process = await spawnProcess();
    process.eval('Print, print = print, nil');
    expect(process.send({ Action: 'X' }).error).toContain("attempt to call a nil value (global 'print')");
    process.eval('print = Print');
    expect(printed(process.send({ Action: 'X' }))).toContain('New Message');
  });

  test('a process that lost its log and its inbox gets new ones', async () => {
    const process = await spawnProcess();
    process.eval('HANDLER_PRINT_LOGS, Inbox, Errors = nil, nil, nil');
    expect(printed(process.send({ Action: 'X' }))).toContain('New Message');
    expect(process.show('#Inbox')).toBe('1');
  });

  test('a module that is no program is refused with its reason', async () => {
    const bytes = new TextEncoder().encode('{"entry":"boot.lua","files":{"boot.lua":"return = 1"}}');
    await expect(machine.create({ id: 'BAD', format: moduleSource.format, bytes }, LIMITS)).rejects.toMatchObject({
      code: 'MODULE_BROKEN',
    });
    await expect(machine.create({ id: 'BAD', format: moduleSource.format, bytes: new Uint8Array([1, 2]) }, LIMITS)).rejects.toMatchObject({
      code: 'MODULE_BROKEN',
    });
  });
});
