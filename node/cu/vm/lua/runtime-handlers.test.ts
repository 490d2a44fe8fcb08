import { describe, expect, test } from 'vitest';
import { printed, spawnProcess, type TagsInput, type TestProcess } from './process.fixture.ts';

/** Sends and returns what was printed. */
function ask(process: TestProcess, tags: TagsInput, data: string | null = null): string {
  const outcome = process.send(tags, data);
  if (outcome.error !== null) throw new Error(outcome.error);
  return printed(outcome);
}

async function withHandlers(code: string): Promise<TestProcess> {
  const process = await spawnProcess();
  process.show(code);
  return process;
}

describe('which messages a handler gets', () => {
  test('a text is the exact Action, with its case', async () => {
    const process = await withHandlers('Handlers.add("h", "Ping", function() print("pong") end)');
    expect(ask(process, { Action: 'Ping' })).toBe('pong');
    expect(ask(process, { Action: 'ping' })).toContain('New Message From');
  });

  test('with two arguments the name is the pattern', async () => {
    const process = await withHandlers('Handlers.add("Ping", function() print("pong") end)');
    expect(ask(process, { Action: 'Ping' })).toBe('pong');
  });

  test.each([
    ['a table of texts, without case', '{ Action = "transfer" }', { Action: 'TRANSFER' }, { Action: 'Transfers' }],
    ['a table of Lua patterns', '{ Quantity = "^%d+$" }', { Quantity: '15' }, { Quantity: '1x' }],
    ['a wildcard needs the key only', '{ Recipient = "_" }', { Recipient: 'any' }, { Action: 'x' }],
    ['a list of alternatives', '{ Action = { "Buy", "Sell" } }', { Action: 'Sell' }, { Action: 'Hold' }],
    ['a function of the value', '{ Size = function(v) return tonumber(v) > 3 end }', { Size: '4' }, { Size: '2' }],
    ['every key must fit', '{ Action = "A", Kind = "B" }', { Action: 'A', Kind: 'B' }, { Action: 'A' }],
  ])('%s', async (_what, pattern, fits, doesNot) => {
    const process = await withHandlers(`Handlers.add("h", ${pattern}, function() print("taken") end)`);
    expect(ask(process, fits)).toBe('taken');
    expect(ask(process, doesNot)).toContain('New Message From');
  });

  test.each([
    ['true', 'first'],
    ['-1', 'first'],
    ['"break"', 'first'],
    ['1', 'first\nsecond'],
    ['"continue"', 'first\nsecond'],
    ['0', 'second'],
    ['false', 'second'],
    ['"skip"', 'second'],
    ['"anything"', 'second'],
  ])('a pattern function that answers %s', async (answer, expected) => {
    const process = await withHandlers(`
      Handlers.add("one", function() return ${answer} end, function() print("first") end)
      Handlers.add("two", function(msg) return msg.Action == "X" end, function() print("second") end)`);
    expect(ask(process, { Action: 'X' })).toBe(expected);
  });

  test('a pattern that answers nothing sensible is an error', async () => {
    const process = await spawnProcess();
    process.eval('Handlers.prepend("bad", function(msg) if msg.Action == "X" then return nil end return false end, print)');
    expect(process.send({ Action: 'X' }).error).toContain('Pattern result is not valid');
  });

  test('a message that only went through "continue" also reaches the inbox', async () => {
    const process = await withHandlers('Handlers.add("log", Handlers.utils.continue("X"), function() print("seen") end)');
    expect(ask(process, { Action: 'X' })).toMatch(/^seen\nNew Message From/);
  });

  test('a table of handles picks the one that fits', async () => {
    const process = await withHandlers(`Handlers.add("r", { Action = "R" }, {
      [{ Kind = "a" }] = function() print("A") end,
      [function(msg) return msg.Kind == "b" end] = function() print("B") end,
    })`);
    expect(ask(process, { Action: 'R', Kind: 'a' })).toBe('A');
    expect(ask(process, { Action: 'R', Kind: 'b' })).toBe('B');
    expect(ask(process, { Action: 'R', Kind: 'c' })).toBe('');
  });

  test('ready-made patterns', async () => {
    const process = await withHandlers(`
      Handlers.add("tag", Handlers.utils.hasMatchingTag("Colour", "red"), function() print("tag") end)
      Handlers.add("tags", Handlers.utils.hasMatchingTagOf("Colour", { "blue", "green" }), function() print("tags") end)
      Handlers.add("data", Handlers.utils.hasMatchingData("hey"), function() print("data") end)`);
    expect(ask(process, { Colour: 'red' })).toBe('tag');
    expect(ask(process, { Colour: 'green' })).toBe('tags');
    expect(ask(process, { Action: 'x' }, 'hey')).toBe('data');
  });

  test('Handlers.utils.reply answers', async () => {
    const process = await withHandlers('Handlers.add("Ping", Handlers.utils.reply("pong"))');
    expect(process.send({ Action: 'Ping' }).messages[0]?.Data).toBe('pong');
    expect(process.send({ Action: 'Ping' }).messages[0]?.Data).toBe('pong');
  });
});

describe('the list of handlers', () => {
  const names = 'local n = {} for i, h in ipairs(Handlers.list) do n[i] = h.name end return table.concat(n, " ")';

  test('add, prepend, append, before and after put them in place', async () => {
    const process = await withHandlers(`
      Handlers.add("b", "b", print) Handlers.append("c", "c", print) Handlers.prepend("a", "a", print)
      Handlers.before("b").add("ab", "ab", print) Handlers.after("b").add("bc", "bc", print)
      Handlers.before("missing").add("never", "x", print)`);
    expect(process.show(names)).toBe('a _eval _default ab b bc c');
  });

  test('a handler that is added again keeps its place', async () => {
    const process = await withHandlers('Handlers.add("a", "A", function() print("old") end) Handlers.add("b", "B", print)');
    process.show('Handlers.add("a", "A", function() print("new") end)');
    expect(process.show(names)).toBe('_eval _default a b');
    expect(ask(process, { Action: 'A' })).toBe('new');
  });

  test('remove takes one out', async () => {
    const process = await withHandlers('Handlers.add("a", "A", print) Handlers.remove("a") Handlers.remove("unknown")');
    expect(process.show(names)).toBe('_eval _default');
  });

  test('once runs once', async () => {
    const process = await withHandlers('Handlers.once("A", function() print("once") end)');
    expect(ask(process, { Action: 'A' })).toBe('once');
    expect(ask(process, { Action: 'A' })).toContain('New Message');
  });

  test('two nameless onces do not replace one another', async () => {
    const process = await withHandlers('Handlers.once("A", function() print("1") end) Handlers.once("A", function() print("2") end)');
    expect(ask(process, { Action: 'A' })).toBe('2');
    expect(ask(process, { Action: 'A' })).toBe('1');
  });

  test('maxRuns counts down; "inf" does not', async () => {
    const process = await withHandlers(
      'Handlers.add("a", "A", function() print("a") end, 2) Handlers.add("b", "B", function() print("b") end, "inf")',
    );
    expect([ask(process, { Action: 'A' }), ask(process, { Action: 'A' })]).toEqual(['a', 'a']);
    expect(ask(process, { Action: 'A' })).toContain('New Message');
    expect([ask(process, { Action: 'B' }), ask(process, { Action: 'B' })]).toEqual(['b', 'b']);
  });

  test('a handler that goes away does not hide the next one', async () => {
    const process = await withHandlers(`
      Handlers.add("one", Handlers.utils.continue("A"), function() print("one") end, 1)
      Handlers.add("two", "A", function() print("two") end)`);
    expect(ask(process, { Action: 'A' })).toBe('one\ntwo');
  });

  test('wrong arguments are refused with the usage', async () => {
    const process = await spawnProcess();
    expect(process.eval('Handlers.add("x", 5, print)').error).toContain('Invalid arguments given. Expected:');
    expect(process.eval('Handlers.add("x", "y", 5)').error).toContain('Invalid arguments given. Expected:');
  });

  test("the runtime's own handlers come back", async () => {
    const process = await spawnProcess();
    process.eval('Handlers.remove("_eval") Handlers.remove("_default")');
    expect(process.show('"still here"')).toBe('still here');
    expect(ask(process, { Action: 'Q' })).toContain('New Message');
  });
});

describe('the inbox', () => {
  test('gets what nobody wanted, and says so', async () => {
    const process = await spawnProcess();
    expect(ask(process, { Action: 'A very long action name' })).toBe('New Message From OWN...000: Action = A very long action n');
    expect(ask(process, {}, 'some data')).toBe('New Message From OWN...000: Data = some data');
    expect(process.show('#Inbox .. Inbox[2].Action .. Inbox[3].Data')).toBe('3A very long action namesome data');
  });

  test('keeps the last 10,000', async () => {
    const process = await spawnProcess();
    process.eval('for i = 1, 10000 do Inbox[i] = { Nr = i } end');
    ask(process, { Action: 'one more' });
    expect(process.show('#Inbox .. " " .. Inbox[1].Nr .. " " .. Inbox[10000].Action')).toBe('10000 2 one more');
  });
});
