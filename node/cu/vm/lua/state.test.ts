import { describe, expect, test } from 'vitest';
import type { StatePath } from '../../../contract/state.ts';
import { OWNER, spawnProcess, type TestProcess } from './process.fixture.ts';

async function withState(code: string): Promise<TestProcess> {
  const process = await spawnProcess();
  process.show(code);
  return process;
}

function previews(process: TestProcess, path: StatePath): Record<string, string> {
  const page = process.instance.children(path, 0, 1000);
  if (page === null) throw new Error(`nothing stands at ${path.join('')}`);
  return Object.fromEntries(page.nodes.map((node) => [node.key, node.preview]));
}

/** Lines of the whole state by their path. */
function lines(process: TestProcess, limit = 10_000): Map<string, string> {
  return new Map(process.instance.flatten(limit).lines.map((line) => [line.path.join(''), line.preview]));
}

describe('the state as a tree', () => {
  test("shows the process's own globals and hides the library", async () => {
    const process = await withState('Balances = { alice = 100 } Count = 3');
    expect(Object.keys(previews(process, []))).toEqual(['.Balances', '.Count', '.Name', '.Owner', '.ao', '.Handlers', '.Errors', '.Inbox']);
  });

  test('a library function that the program replaced is shown', async () => {
    const process = await withState('function Prompt() return "> " end');
    expect(previews(process, [])['.Prompt']).toBe('function · [string "aos"]:1');
  });

  test('every kind of value has one line', async () => {
    const process = await spawnProcess();
    process.eval(
      '\nfunction Fn() end\nText = "a\\n\\"b\\"" Flag = false Whole = 7 Part = 0.5 Big = 2^53 Huge = math.maxinteger Tab = { 1, x = 2 } One = { 1 } Native = string.format Co = coroutine.create(print)',
      { Source: 'app.lua' },
    );
    expect(previews(process, [])).toMatchObject({
      '.Fn': 'function · app.lua:2',
      '.Text': '"a\\n\\"b\\""',
      '.Flag': 'false',
      '.Whole': '7',
      '.Part': '0.5',
      '.Big': '9007199254740992.0',
      '.Huge': '9223372036854775807',
      '.Tab': 'table · 2 entries',
      '.One': 'table · 1 entry',
      '.Native': 'function · built-in',
      '.Co': 'coroutine',
      '.Owner': `"${OWNER}"`,
    });
  });

  test('a big integer shows its value', async () => {
    const process = await withState(
      'local bint = require(".bint")(256) Balances = { alice = bint("123456789012345678901234567890"), bob = bint(-5) }',
    );
    expect(previews(process, ['.Balances'])).toEqual({ '.alice': 'bint 123456789012345678901234567890', '.bob': 'bint -5' });
    expect(lines(process).get('.Balances.bob')).toBe('bint -5');
  });

  test('long text is cut', async () => {
    const process = await withState('Long = string.rep("ä", 1000)');
    expect(previews(process, [])['.Long']).toBe(`"${'ä'.repeat(200)}"…`);
  });

  test('numbers come first and ascending, then names in order, then the rest', async () => {
    const process = await withState('T = { [10] = 1, [2] = 1, b = 1, a = 1, ["odd key"] = 1, [1.5] = 1, [true] = 1, [-1] = 1, [{}] = 1 }');
    const keys = Object.keys(previews(process, ['.T']));
    expect(keys.slice(0, 7)).toEqual(['[-1]', '[1.5]', '[2]', '[10]', '.a', '.b', '["odd key"]']);
    expect(keys.slice(7).sort()).toEqual(['[table 1]', '[true]']);
  });

  test('big tables come in pages', async () => {
    const process = await withState('T = {} for i = 1, 5000 do T[i] = i * 2 end');
    const page = process.instance.children(['.T'], 4990, 100);
    expect(page).toMatchObject({ total: 5000, offset: 4990 });
    expect(page?.nodes.map((node) => node.key)).toEqual(Array.from({ length: 10 }, (_, i) => `[${4991 + i}]`));
    expect(page?.nodes[0]?.preview).toBe('9982');
  });

  test('a path leads down; one that leads nowhere is null', async () => {
    const process = await withState('A = { ["x y"] = { { deep = "yes" } }, [true] = { 5 } }');
    expect(previews(process, ['.A', '["x y"]', '[1]'])).toEqual({ '.deep': '"yes"' });
    expect(previews(process, ['.A', '[true]'])).toEqual({ '[1]': '5' });
    expect(process.instance.children(['.A', '.missing'], 0, 10)).toBeNull();
    expect(process.instance.children(['.Name'], 0, 10)).toEqual({ nodes: [], total: 0, offset: 0 });
  });

  test('handlers are listed by name, in their order', async () => {
    const process = await spawnProcess();
    process.eval('Handlers.add("Transfer", "Transfer", function(m) end)\nHandlers.once("first", "First", print)', { Source: 'token.lua' });
    expect(previews(process, ['.Handlers'])).toEqual({ '.list': 'table · 4 entries' });
    expect(previews(process, ['.Handlers', '.list'])).toEqual({
      '.first': 'handler · of the runtime · on "First" · runs left: 1',
      '._eval': 'handler · of the runtime',
      '._default': 'handler · of the runtime',
      '.Transfer': 'handler · token.lua:1 · on "Transfer"',
    });
    expect(previews(process, ['.Handlers', '.list', '.Transfer'])).toEqual({
      '.handle': 'function · token.lua:1',
      '.name': '"Transfer"',
      '.pattern': '"Transfer"',
    });
  });

  test('a handler that waits is seen', async () => {
    const process = await spawnProcess();
    process.eval('Receive("Later")');
    expect(previews(process, ['.Handlers', '.coroutines'])).toEqual({ '[1]': 'coroutine · waits for "Later" · since slot 1' });
  });

  test('messages in the inbox read as one line, and open', async () => {
    const process = await spawnProcess();
    process.send({ Action: 'Hello' }, 'data');
    expect(previews(process, ['.Inbox'])['[2]']).toBe('message · Action "Hello" · from OWNER…r000');
    expect(previews(process, ['.Inbox', '[2]'])).toMatchObject({ '.Action': '"Hello"', '.Data': '"data"' });
    expect(Object.keys(previews(process, ['.Inbox', '[2]']))).not.toContain('.reply');
  });

  test('a process that has used up its memory can still be looked at', async () => {
    const process = await spawnProcess({ limits: { gas: 300_000_000, memoryBytes: 17 * 1024 * 1024 } });
    process.show('Fill = {} while pcall(function() Fill[#Fill + 1] = string.rep("x", 1000) .. #Fill end) do end Fill[#Fill] = nil');
    expect(process.instance.flatten(100_000).isComplete).toBe(true);
    expect(process.instance.children(['.Fill'], 0, 1)?.total).toBeGreaterThan(10_000);
  });

  test('looking does not change what the program does next', async () => {
    const process = await withState('T = { 1, 2, 3 } Draws = 0');
    const image = process.instance.image();
    process.instance.flatten(1000);
    process.instance.children([], 0, 100);
    process.instance.restore(image);
    expect(process.instance.image()).toEqual(image);
  });
});

describe('the state as lines', () => {
  test('a transfer changes the balances and nothing else but the inbox', async () => {
    const process = await withState(`Balances = { alice = 100, bob = 0 }
      Handlers.add("Transfer", "Transfer", function(m)
        Balances.alice = Balances.alice - 10 Balances.bob = Balances.bob + 10
        m.reply({ Action = "Debit-Notice" }) Send({ Target = "bob", Action = "Credit-Notice" })
      end)`);
    process.send({ Action: 'Ping' });
    const before = lines(process);
    process.send({ Action: 'Transfer' });
    const after = lines(process);
    const changed = [...after].filter(([path, preview]) => before.get(path) !== preview);
    expect(changed).toEqual([
      ['.Balances.alice', '90'],
      ['.Balances.bob', '10'],
    ]);
    expect([...before.keys()].filter((path) => !after.has(path))).toEqual([]);
  });

  test('a message nobody wanted shows as growth of the inbox', async () => {
    const process = await spawnProcess();
    const before = lines(process);
    process.send({ Action: 'Hello' });
    const changed = [...lines(process)].filter(([path, preview]) => before.get(path) !== preview);
    expect(changed).toEqual([
      ['.Inbox', 'table · 2 entries'],
      ['.Inbox[2]', 'message · Action "Hello" · from OWNER…r000'],
    ]);
  });

  test('a table that comes again says where it stood first', async () => {
    const process = await withState('A = { n = 1 } A.self = A B = { again = A }');
    expect(Object.fromEntries(lines(process))).toMatchObject({
      '.A': 'table · 2 entries',
      '.A.n': '1',
      '.A.self': '↺ A',
      '.B.again': '↺ A',
    });
  });

  test('stops at its limit and says so', async () => {
    const process = await withState('T = {} for i = 1, 500 do T[i] = i end');
    const flat = process.instance.flatten(100);
    expect(flat.lines).toHaveLength(100);
    expect(flat.isComplete).toBe(false);
    expect(process.instance.flatten(10_000).isComplete).toBe(true);
  });

  test('state nested deeper than anyone reads is cut, not a crash', async () => {
    const process = await withState('local t = {} Deep = t for i = 1, 5000 do t.next = {} t = t.next end');
    expect(process.instance.flatten(10_000).isComplete).toBe(false);
  });

  test('10,000 lines are given as they are asked for', async () => {
    const process = await withState('T = {} for i = 1, 5000 do T["key" .. i] = { value = i } end');
    expect(process.instance.flatten(10_000).lines).toHaveLength(10_000);
  });
});
