import { describe, expect, test } from 'vitest';
import { outputField, OWNER, printed, promptOf, spawnProcess, STRANGER } from './process.fixture.ts';

describe('evaluating code', () => {
  test('an expression shows its value, as text without quotes', async () => {
    const process = await spawnProcess();
    expect(process.show('1 + 1')).toBe('2');
    expect(process.show('"a" .. "b"')).toBe('ab');
    expect(process.show('ao.id == Inbox[1].Id')).toBe('true');
  });

  test('statements run, and globals stay', async () => {
    const process = await spawnProcess();
    expect(process.show('x = 5')).toBe('');
    expect(process.show('local y = x * 2\nreturn y')).toBe('10');
  });

  test('nil and false show nothing', async () => {
    const process = await spawnProcess();
    expect(process.show('nil')).toBe('');
    expect(process.show('false')).toBe('');
  });

  test('a table is shown with its keys in order and with colours', async () => {
    const process = await spawnProcess();
    const outcome = process.eval('{ b = 1, a = "x", list = { 1, 2 } }');
    expect(outputField(outcome, 'data')).toContain('\u001b[31ma\u001b[0m');
    expect(printed(outcome)).toBe('{\n  a = "x",\n  b = 1,\n  list = { 1, 2 }\n}');
  });

  test('a table that holds itself is shown', async () => {
    const process = await spawnProcess();
    expect(process.show('local t = { n = 1 } t.me = t return t')).toContain('me = <circular reference>');
  });

  test('a second value counts as an error, as on aos', async () => {
    const process = await spawnProcess();
    expect(process.eval('return nil, "no luck"').error).toBe('no luck');
    expect(process.eval('pcall(error, "x")').error).toBe('x');
  });

  test('an error that is no text becomes text', async () => {
    const process = await spawnProcess();
    expect(process.eval('return 1, 2').error).toBe('2');
    expect(process.eval('error({ code = 7 })').error).toContain('{"code":7}');
    expect(process.eval('return nil, true').error).toBe('true');
  });

  test('the prompt shows name and inbox and can be replaced', async () => {
    const process = await spawnProcess();
    expect(promptOf(process.eval('1'))).toBe('tester@aos-2.0.4[Inbox:1]> ');
    process.eval('function Prompt() return "mine> " end');
    expect(promptOf(process.eval('1'))).toBe('mine> ');
    process.eval('function Prompt() error("broken") end');
    expect(promptOf(process.eval('1'))).toBe('> ');
  });

  test('print takes any values; several stand with tabs between them', async () => {
    const process = await spawnProcess();
    expect(process.show('print("a") print(1, nil, true) print({ 1 })')).toBe('a\n1\tnil\ttrue\n{ 1 }');
  });

  test('Eval has no print flag, other messages have it', async () => {
    const process = await spawnProcess();
    expect(outputField(process.eval('1'), 'print')).toBe('');
    expect(outputField(process.send({ Action: 'Hello' }), 'print')).toBe('true');
  });

  test('text with NULs and umlauts comes back whole', async () => {
    const process = await spawnProcess();
    expect(process.show('"a\\0b" .. "ä€😀"')).toBe('a\0bä€😀');
    expect(process.send({ Action: 'Eval' }, 'return #"ä\0b"').output).toMatchObject({ data: '4' });
  });

  test('bytes that are no UTF-8 become the replacement character', async () => {
    const process = await spawnProcess();
    expect(process.show('"\\xff\\xfeok"')).toBe('\uFFFD\uFFFDok');
  });

  test('only the owner may evaluate', async () => {
    const process = await spawnProcess();
    const outcome = process.send({ Action: 'Eval' }, 'Owner = "thief"', { Owner: STRANGER, From: STRANGER });
    expect(outcome.error).toBeNull();
    expect(printed(outcome)).toBe('New Message From STR...000: Action = Eval');
    expect(process.show('Owner')).toBe(OWNER);
  });

  test('an owner who gave up ownership is a stranger', async () => {
    const process = await spawnProcess();
    process.eval('Owner = ""');
    expect(printed(process.eval('1'))).toContain('New Message From');
  });

  test('a message without data is no code', async () => {
    const process = await spawnProcess();
    expect(process.send({ Action: 'Eval' }, null).error).toContain('there is no code to evaluate');
  });
});

describe('errors', () => {
  test('a mistake in typed code names the line in [string "aos"]', async () => {
    const process = await spawnProcess();
    expect(process.eval('local a = 1\nlocal b = = 2').error).toBe('[string "aos"]:2: unexpected symbol near \'=\'');
  });

  test('a file named by the Source tag stands in the message and in the stack', async () => {
    const process = await spawnProcess();
    const { error } = process.eval('local function inner()\n  error("boom")\nend\nfunction outer()\n  inner()\nend\nouter()', {
      Source: 'main.lua',
    });
    expect(error).toBe(
      [
        'main.lua:2: boom',
        'stack traceback:',
        "\tmain.lua:2: in upvalue 'inner'",
        "\tmain.lua:5: in function 'outer'",
        '\tmain.lua:7: in main chunk',
      ].join('\n'),
    );
  });

  test('a failing handler shows where it stands, without the frames of the runtime', async () => {
    const process = await spawnProcess();
    process.eval('\n\nHandlers.add("Fail", "Fail", function(msg)\n  local x = msg.Nothing.here\nend)', { Source: 'src/app.lua' });
    const { error } = process.send({ Action: 'Fail' });
    expect(error).toContain("src/app.lua:4: attempt to index a nil value (field 'Nothing')");
    expect(error).toContain('\tsrc/app.lua:4: in function <src/app.lua:3>');
    expect(error).not.toContain('aoscope/');
  });

  test('a failing pattern function is shown the same way', async () => {
    const process = await spawnProcess();
    process.eval('Handlers.add("P", function(msg) return msg.a.b end, print)', { Source: 'p.lua' });
    expect(process.send({ Action: 'X' }).error).toContain('p.lua:1: attempt to index');
  });

  test('an error at the bottom of a very deep recursion is told at once, with both ends of the stack', async () => {
    const process = await spawnProcess();
    const start = performance.now();
    const { error } = process.eval('local t = {}\nfor i = 1, 150000 do t = { t } end\nlocal text = require("json").encode(t)', {
      Source: 'deep.lua',
    });
    expect(error).toContain('stack overflow');
    expect(error).toContain('deep.lua:3: in main chunk');
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('what was printed before the error is still shown', async () => {
    const process = await spawnProcess();
    const outcome = process.eval('print("so far")\nerror("then")');
    expect(outcome.error).toContain('then');
    expect(printed(outcome)).toBe('so far');
  });

  test('memory after an error is that of before the message: everything of it', async () => {
    const process = await spawnProcess();
    process.eval('Count = 1');
    const before = process.instance.image();
    const evaluation = process.run(
      process.message({ Action: 'Eval' }, 'Count = 2 Send({ Target = "x" }) Handlers.add("H", "H", print) error("no")'),
    );
    expect(evaluation.isStateKept).toBe(false);
    expect(evaluation.outcome.messages).toEqual([]);
    expect(process.instance.image()).toEqual(before);
    expect(process.show('Count')).toBe('1');
    expect(process.show('ao.reference')).toBe('0');
  });

  test('On-Boot=Data evaluates the data of the process item', async () => {
    const process = await spawnProcess({ tags: { 'On-Boot': 'Data' }, data: 'Greeting = "hello"\nprint("booted")' });
    expect(process.boot?.outcome.error).toBeNull();
    expect(printed(process.boot?.outcome ?? process.eval('nil'))).toBe('booted');
    expect(process.show('Greeting')).toBe('hello');
  });

  test('an error while booting names the file of the process', async () => {
    const process = await spawnProcess({ tags: { 'On-Boot': 'Data', Source: 'boot.lua' }, data: '\nerror("early")' });
    expect(process.boot?.outcome.error).toContain('boot.lua:2: early');
  });
});

describe('what a process cannot reach', () => {
  test.each([
    ['files', 'return type(io) .. type(dofile) .. type(loadfile) .. type(os.remove)', 'nilnilnilnil'],
    ['commands and environment', 'return tostring(os.execute) .. tostring(os.getenv) .. tostring(os.exit)', 'nilnilnil'],
    ['hooks and registries', 'return tostring(debug.sethook) .. tostring(debug.getregistry) .. tostring(debug.setmetatable)', 'nilnilnil'],
    ['native modules', 'return tostring(package.loadlib) .. tostring(package.cpath)', 'nilnil'],
    ['bytecode', 'return tostring(string.dump) .. tostring(load("\\27Lua", "x", "b"))', 'nilnil'],
  ])('%s', async (_what, code, expected) => {
    const process = await spawnProcess();
    expect(process.show(code)).toBe(expected);
  });

  test('finalizers, which would escape the instruction count', async () => {
    const process = await spawnProcess();
    expect(process.eval('setmetatable({}, { __gc = function() while true do end end })').error).toContain(
      '__gc metamethods are not available',
    );
  });

  test('load, require of own modules, traceback and getinfo work', async () => {
    const process = await spawnProcess();
    expect(process.show('load("return ...", "@x.lua")(7)')).toBe('7');
    process.eval('package.preload["my.module"] = function() return { answer = 42 } end');
    expect(process.show('require("my.module").answer')).toBe('42');
    expect(process.show('local ok, why = pcall(require, "nope") return why')).toContain("module 'nope' not found");
    expect(process.eval('\nrequire("nope")').error).toMatch(/^\[string "aos"\]:2: module 'nope' not found/);
    expect(process.show('debug.traceback("here")')).toContain('here\nstack traceback');
    expect(process.show('debug.getinfo(1, "l").currentline')).toBe('1');
  });

  test("the clock is the message's timestamp in milliseconds", async () => {
    const process = await spawnProcess();
    const before = process.slot;
    expect(process.show('os.time()')).toBe(String(1_700_000_000_000 + before * 1000));
    expect(process.show('os.date("!%Y-%m-%dT%H:%M:%S")')).toBe('2023-11-14T22:13:22');
    expect(process.show('os.clock()')).toBe('0.0');
  });
});
