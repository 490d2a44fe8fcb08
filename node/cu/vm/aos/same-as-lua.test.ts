import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../contract/outcome.ts';
import { outputText } from '../../../contract/outcome.ts';
import { spawnProcess, stripColours, STRANGER, tagsOf, type TagsInput, type TestProcess } from '../lua/process.fixture.ts';
import { isWithoutModules, moduleSource, spawnReal } from './aos.fixture.ts';

/** A step is code that the owner evaluates, or a message by its tags. */
type StepInput = string | { readonly tags: TagsInput; readonly data?: string; readonly from?: string };

/** What both runtimes must agree on: the printed text, what is sent, and where an error came from. */
interface Seen {
  readonly text: string;
  readonly sent: readonly unknown[];
  readonly error: string | null;
}

const SCRIPTS: readonly (readonly [string, readonly StepInput[]])[] = [
  [
    'values that Eval gives',
    [
      'return 1',
      'return 1.5',
      'return 10 // 3',
      'return 7 / 2',
      'return 2^53',
      'return "text"',
      'return nil',
      'return true',
      'return math.type(3), 1',
      'x = 5',
      'return x',
    ],
  ],
  ['tables that Eval gives', ['return { 1, 2, 3 }', 'return { a = 1 }', 'return {}', 'return { { n = 1 }, { n = 2 } }']],
  ['printing', ['print("hello")', 'print(1)', 'print("a") print("b") return "c"', 'print(nil)', 'print(true)', 'print({ 1 })']],
  [
    'integers and floats',
    [
      'return 3 | 0',
      'return 1 << 62',
      'return math.maxinteger + 1 == math.mininteger',
      'return 5 // 0.0',
      'return -7 // 2',
      'return -7 % 3',
      'return 1e15',
      'return 2^31 | 0',
      'return string.format("%d %s %5.2f", 3, "x", 1.5)',
      'return 10 == 10.0',
      'return tostring(10.0)',
      'return math.tointeger(5.0)',
    ],
  ],
  [
    'texts as numbers',
    [
      'return "10" + 5',
      'return "3" * "4"',
      'return 10 .. 20',
      'return tonumber("0x10")',
      'return tonumber("1e1")',
      'return tonumber(" 5 ")',
      'return tonumber("5x")',
      'return #"grüße"',
      'return ("abc"):rep(3, "-")',
      'return ("a,b,c"):gsub(",", ";")',
    ],
  ],
  [
    'json',
    [
      'local json = require("json") return json.encode({ 1, 2, 3 })',
      'local json = require("json") return json.decode("[1,2,{\\"a\\":null}]")[3].a == nil',
      'return require("json").encode("ü\\n")',
      'return require("json").decode("{\\"a\\":1.5}").a',
    ],
  ],
  [
    'handlers by Action',
    [
      'Handlers.add("ping", "Ping", function(m) m.reply({ Data = "pong" }) end)',
      { tags: { Action: 'Ping' } },
      { tags: { Action: 'ping' } },
      { tags: { Action: 'Ping', Reference: '7' } },
    ],
  ],
  [
    'handlers by pattern',
    [
      'Handlers.add("h", { Action = "Transfer", Quantity = "^%d+$" }, function(m) print("took " .. m.Quantity) end)',
      { tags: { Action: 'Transfer', Quantity: '12' } },
      { tags: { Action: 'TRANSFER', Quantity: '5' } },
      { tags: { Action: 'Transfer', Quantity: 'x' } },
    ],
  ],
  [
    'handlers that go on',
    [
      'Handlers.add("one", function(m) return m.Action == "X" and "continue" end, function() print("one") end)\nHandlers.add("two", "X", function() print("two") end)\nHandlers.prepend("zero", function(m) return m.Action == "X" and 1 end, function() print("zero") end)',
      { tags: { Action: 'X' } },
      { tags: { Action: 'Y' } },
    ],
  ],
  ['once', ['Handlers.once("Only", function(m) print("this once") end)', { tags: { Action: 'Only' } }, { tags: { Action: 'Only' } }]],
  [
    'remove',
    ['Handlers.add("a", "A", function() print("a") end)', { tags: { Action: 'A' } }, 'Handlers.remove("a")', { tags: { Action: 'A' } }],
  ],
  [
    'Receive',
    [
      'Handlers.add("wait", "Wait", function(m) local r = Receive({ Action = "Go" }); print("went on with " .. r.Data); Send({ Target = m.From, Data = r.Data }) end)',
      { tags: { Action: 'Wait' } },
      { tags: { Action: 'Go' }, data: 'first' },
      { tags: { Action: 'Go' }, data: 'second' },
    ],
  ],
  [
    'Send, Spawn and Assign',
    [
      'Send({ Target = "someone", Action = "Hi", Data = "text", Number = "5" })',
      'Send({ Target = "someone", Data = { a = 1 } })',
      'Spawn("a-module", { Data = "code", Tags = { Kind = "child" } })',
      'Assign({ Processes = { "p" }, Message = "m" })',
      'ao.send({ Target = "t", Tags = { A = "1" } }) return "sent"',
    ],
  ],
  [
    'the inbox',
    [{ tags: { Action: 'Unknown' }, data: 'kept' }, 'return #Inbox', 'return Inbox[#Inbox].Data', 'return Inbox[#Inbox].Action'],
  ],
  [
    'errors',
    [
      'error("boom")',
      'return undefined.field',
      'local t = nil; t.x = 1',
      'assert(false, "not so")',
      'return (',
      'Handlers.add("bad", "Bad", function() error("in a handler") end)',
      { tags: { Action: 'Bad' } },
      'return "still here"',
    ],
  ],
  [
    'errors caught',
    [
      'return pcall(function() error("inside") end)',
      'local ok, e = pcall(error, { code = 5 }) return e.code',
      'return select(2, pcall(error, "plain", 0))',
    ],
  ],
  ['strangers', [{ tags: { Action: 'Eval' }, data: 'return 1', from: STRANGER }, 'return #Inbox']],
  [
    'state over messages',
    [
      'Total = 0',
      'Handlers.add("add", "Add", function(m) Total = Total + tonumber(m.Tags.N) end)',
      { tags: { Action: 'Add', N: '2' } },
      { tags: { Action: 'Add', N: '40' } },
      'return Total',
    ],
  ],
  [
    'the message',
    [
      'Handlers.add("show", "Show", function(m) print(m.Tags.Word .. " " .. m.Word .. " " .. m.From .. " " .. m.Data) end)',
      { tags: { Action: 'Show', Word: 'w' }, data: 'd' },
      'Handlers.add("keys", "Keys", function(m) print(m["X-Kind"] .. m.Tags["X-Kind"]) end)',
      { tags: { Action: 'Keys', x_kind: 'k' } },
    ],
  ],
  [
    'time and chance',
    [
      'return os.time() > 1e12',
      'return math.random(1, 6) <= 6',
      'local a = {} for i = 1, 5 do a[i] = math.random(1000) end return table.concat(a, " ")',
    ],
  ],
  [
    'libraries',
    [
      'return require(".base64").encode("hello")',
      'return require(".crypto.init").digest.sha2_256("abc").asHex()',
      'local bint = require(".bint")(256) return tostring(bint("12345678901234567890") * 10)',
      'return require(".utils").reduce(function(a, b) return a + b end, 0, { 1, 2, 3 })',
      'return Utils.map(function(x) return x * 2 end, { 1, 2 })[2]',
    ],
  ],
];

/** Where the two differ, and node/lua/README.md says so: a step that no longer does must leave this list and that page. */
const KNOWN: ReadonlySet<string> = new Set([
  // Texts in arithmetic become floats in Lua 5.3.
  'texts as numbers 0',
  'texts as numbers 1',
  // What Spawn returns has onReply here.
  'Send, Spawn and Assign 2',
  // Digests take texts here, streams alone there.
  'libraries 1',
]);

function run(process: TestProcess, step: StepInput): Seen {
  const outcome =
    typeof step === 'string'
      ? process.eval(step)
      : process.send(step.tags, step.data ?? '', step.from === undefined ? {} : { From: step.from, Owner: step.from });
  return {
    text: plainText(stripColours(outputText(outcome.output).text)),
    sent: [...outcome.messages, ...outcome.spawns].map(sent),
    error: lastPlace(outcome),
  };
}

/** Without addresses, and without the width of indentation. */
function plainText(text: string): string {
  return text
    .replaceAll(/0x[0-9a-f]+/g, '0x')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function sent(entry: Outcome['messages'][number] | Outcome['spawns'][number]): unknown {
  return { ...entry, Tags: tagsOf(entry) };
}

/** The error's own text without colours, runtime frames and what was printed before. */
function lastPlace({ error }: Outcome): string | null {
  if (error === null) return null;
  const plain =
    stripColours(error)
      .replace(/^[^]*?error:\n/, '')
      .split('\n')[0] ?? '';
  return plain.replace(/^(?:\[string "\.[^"]*"\]:\d+: )+/, '').trim();
}

describe.skipIf(isWithoutModules)('the same scripts on aos 2.0.6 and on our Lua runtime', () => {
  test.each(SCRIPTS)('%s', async (title, steps) => {
    const [aos, lua] = [await spawnReal(moduleSource('aos-2.0.6')), await spawnProcess()];
    const differences = steps.flatMap((step, place) => {
      const [theirs, ours] = [run(aos, step), run(lua, step)];
      const isEqual = JSON.stringify(theirs) === JSON.stringify(ours);
      return isEqual !== KNOWN.has(`${title} ${place}`) ? [] : [{ step: JSON.stringify(step), isEqual, theirs, ours }];
    });
    expect(differences).toEqual([]);
  });
});
