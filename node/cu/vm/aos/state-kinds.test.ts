import { describe, expect, test } from 'vitest';
import type { StateNode, StatePath } from '../../../contract/state.ts';
import { spawnProcess, type TestProcess } from '../lua/process.fixture.ts';
import { compareStates, rememberState } from '../../state-diff.ts';
import { isWithoutModules, moduleSource, spawnReal } from './aos.fixture.ts';

/** What a state shows beyond plain values is the same on our module and on the network's. */
const KINDS: readonly (readonly [string, () => Promise<TestProcess>])[] = [
  ['the Lua module', () => spawnProcess()],
  ...(isWithoutModules ? [] : (['aos-2.0.6', 'aos-2.0.4-32'] as const).map((name) => [name, () => spawnReal(moduleSource(name))] as const)),
];

const CODE = `
local total, label = 41, "hits"
Limit = 9223372036854775807
Exact = 2^53 + 2
Big = require(".bint")(256)("-123456789012345678901234567890")
Account = setmetatable({ owner = "me" }, { __index = { kind = "account" }, __name = "Account" })
Tree = { name = "root", child = { } }
Tree.child.parent = Tree
function count() total = total + 1 return total, label end
function again() return total end
Handlers.add("pay", { Action = "Pay", Quantity = "%d+" }, function(msg)
  local order = { id = msg.Order }
  local paid = Receive({ Action = "Paid" })
  return order, paid
end)
Handlers.add("named", Handlers.utils.hasMatchingTag("Action", "Named"), function() count() end)`;

function nodes(process: TestProcess, path: StatePath): Record<string, StateNode> {
  const page = process.instance.children(path, 0, 1000);
  if (page === null) throw new Error(`nothing stands at ${path.join('')}`);
  return Object.fromEntries(page.nodes.map((node) => [node.key, node]));
}

/** Filling a table of 100,000 entries takes its time on a busy machine. */
const SLOW_MS = 120_000;

describe.each(KINDS)('a state of %s', (_name, spawn) => {
  test('numbers have all their digits', async () => {
    const process = await spawn();
    process.show(CODE);
    const top = nodes(process, []);
    expect(top['.Limit']?.preview).toBe('9223372036854775807');
    expect(top['.Exact']?.preview).toBe('9007199254740994.0');
    expect(top['.Big']?.preview).toBe('bint -123456789012345678901234567890');
  });

  test('metatables open, and a table that holds itself refers to where it stands', async () => {
    const process = await spawn();
    process.show(CODE);
    expect(Object.keys(nodes(process, ['.Account']))).toEqual(['.owner', '(metatable)']);
    expect(nodes(process, ['.Account', '(metatable)', '.__index'])['.kind']?.preview).toBe('"account"');
    expect(nodes(process, ['.Tree', '.child'])['.parent']).toMatchObject({ preview: '↺ Tree', isOpenable: false, refersTo: ['.Tree'] });
  });

  test('a function opens to what it holds on to, a handler to what the person wrote', async () => {
    const process = await spawn();
    process.show(CODE);
    expect(nodes(process, [])['.count']).toMatchObject({ kind: 'function', isOpenable: true });
    const held = nodes(process, ['.count']);
    expect([held['(upvalue total)']?.preview, held['(upvalue label)']?.preview]).toEqual(['41', '"hits"']);
    const list = nodes(process, ['.Handlers', '.list']);
    expect(list['.pay']?.preview).toMatch(/^handler · .*aos.*:11 · on \{.*Action = "Pay".*\}$/);
    expect(list['.named']?.preview).toMatch(/^handler · .*aos.*:16 · on Tags\.Action = "Named"$/);
  });

  test('who waits is told with its pattern, slot and line, and opens to its variables', async () => {
    const process = await spawn();
    process.show(CODE);
    process.send({ Action: 'Pay', Quantity: '5', Order: 'o1' });
    process.send({ Action: 'Other' });
    const path: StatePath = ['.Handlers', '.coroutines'];
    const [key, waiting] = Object.entries(nodes(process, path))[0] ?? ['', undefined];
    expect(waiting).toMatchObject({ kind: 'thread', isOpenable: true });
    expect(waiting?.preview).toBe('coroutine · waits for { Action = "Paid" } · since slot 2 · at aos:13');
    const inside = nodes(process, [...path, key]);
    expect(inside['(message)']?.preview).toContain('message · Action "Pay"');
    expect(inside['(aos:13) order']).toMatchObject({ kind: 'table', isOpenable: true });
    expect(nodes(process, [...path, key, '(aos:13) order'])['.id']?.preview).toBe('"o1"');
    expect(nodes(process, [...path, key, '(pattern)'])['.Action']?.preview).toBe('"Paid"');
    // Looking leaves the one who waits as it was.
    const before = process.instance.image();
    process.instance.children([...path, key], 0, 10);
    process.instance.restore(before);
    process.send({ Action: 'Paid' });
    // The network's runtime forgets who has ended at the next message only.
    const after = process.instance.children(path, 0, 10)?.nodes ?? [];
    expect(after.filter(({ preview }) => preview.includes('waits'))).toEqual([]);
  });

  test('a search goes through keys, values, what functions hold and who waits', async () => {
    const process = await spawn();
    process.show(CODE);
    process.send({ Action: 'Pay', Quantity: '5', Order: 'needle' });
    const found = (text: string, path: StatePath = []): string[] | undefined =>
      process.instance.find(path, text, 100)?.hits.map((hit) => hit.path.join(''));
    expect(found('ACCOUNT')).toEqual(expect.arrayContaining(['.Account']));
    expect(found('"hits"')).toEqual(['.count(upvalue label)']);
    expect(found('needle')).toEqual(expect.arrayContaining([expect.stringContaining('(aos:13) order.id')]));
    expect(found('root', ['.Account'])).toEqual([]);
    expect(process.instance.find(['.Nowhere'], 'x', 1)).toBeNull();
    expect(process.instance.find([], 'a', 1)).toMatchObject({ isComplete: false, hits: { length: 1 } });
  });

  test('a variable that only functions hold shows in the difference, once', async () => {
    const process = await spawn();
    process.show(CODE);
    const before = rememberState(process.instance.flatten(100_000));
    process.send({ Action: 'Named' });
    const { changes, isComplete } = compareStates(before, rememberState(process.instance.flatten(100_000)), 0, 100);
    expect(isComplete).toBe(true);
    const totals = changes.filter(({ path }) => path.join('').includes('total'));
    expect(totals).toEqual([expect.objectContaining({ change: 'changed', before: '41', after: '42' })]);
  });

  test(
    'a table of 100,000 entries comes in pages, and its difference in the parts that changed',
    async () => {
      const process = await spawn();
      process.show('Big = {} for i = 1, 100000 do Big["key" .. i] = i end');
      const page = process.instance.children(['.Big'], 50_000, 100);
      expect(page).toMatchObject({ total: 100_000, nodes: { length: 100 } });
      const next = process.instance.children(['.Big'], 50_100, 100);
      expect((page?.nodes[99]?.key ?? '') < (next?.nodes[0]?.key ?? '')).toBe(true);
      expect(process.instance.find(['.Big'], 'key99999', 10)?.hits).toEqual([
        { path: ['.Big', '.key99999'], kind: 'number', preview: '99999' },
      ]);
      const before = rememberState(process.instance.flatten(500_000));
      process.show('Big.key77 = "other" Big.key78 = nil');
      const { changes, total, isComplete } = compareStates(before, rememberState(process.instance.flatten(500_000)), 0, 100);
      expect(isComplete).toBe(true);
      const inBig = changes.filter(({ path }) => path[0] === '.Big' && path.length === 2);
      expect(inBig).toEqual([
        { path: ['.Big', '.key77'], change: 'changed', before: '77', after: '"other"' },
        { path: ['.Big', '.key78'], change: 'removed', before: '78', after: null },
      ]);
      expect(total).toBe(changes.length);
    },
    SLOW_MS,
  );
});

describe.skipIf(isWithoutModules)('a state with a database', () => {
  test('tables and rows are read through the module itself, a page at a time', async () => {
    const process = await spawnReal(moduleSource('sqlite'));
    process.show(`
      local sqlite3 = require("lsqlite3")
      Db = sqlite3.open_memory()
      Db:exec("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE \\"odd name\\" (x)")
      for i = 1, 500 do Db:exec("INSERT INTO users (name) VALUES ('user" .. i .. "')") end`);
    expect(nodes(process, [])['.Db']).toMatchObject({ kind: 'userdata', preview: 'SQLite database', isOpenable: true });
    const tables = nodes(process, ['.Db']);
    expect(tables['(table users)']).toMatchObject({ preview: '500 rows', size: 500, isOpenable: true });
    expect(tables['(table odd name)']).toMatchObject({ preview: '0 rows', isOpenable: false });
    const page = process.instance.children(['.Db', '(table users)'], 490, 100);
    expect(page).toMatchObject({ total: 500, offset: 490, nodes: { length: 10 } });
    expect(page?.nodes[0]).toMatchObject({ key: '[491]', preview: expect.stringContaining('user491') as string });
    expect(nodes(process, ['.Db', '(table users)', '[491]'])['.name']?.preview).toBe('"user491"');
    expect(process.instance.children(['.Db', '(table users)', '[501]'], 0, 1)).toBeNull();
    expect(process.instance.find([], 'user491', 5)?.hits[0]?.path).toEqual(['.Db', '(table users)', '[491]', '.name']);
  });
});
