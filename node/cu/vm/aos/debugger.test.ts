import { describe, expect, test } from 'vitest';
import type { CallNode, CodePlace, SlotRecording } from '../../../contract/recording.ts';
import { outcomeHash } from '../../outcome.ts';
import { spawnProcess, type TagsInput, type TestProcess } from '../lua/process.fixture.ts';
import type { InstanceDebugger } from '../machine.ts';
import type { VmRecording } from '../recording.ts';
import { isWithoutModules, moduleSource, spawnReal } from './aos.fixture.ts';

const APP = `Counter = Counter or 0
local bonus = 5
local function compute(n)
  local twice = n * 2
  local total = twice + bonus
  return total
end
Handlers.add("Increment", Handlers.utils.hasMatchingTag("Action", "Increment"), function(m)
  local q = tonumber(m.Tags.Quantity or "1")
  local v = compute(q)
  Counter = Counter + v
  m.reply({ Action = "Incremented", Data = tostring(Counter) })
end)
Handlers.add("Table", { Action = "Table", Quantity = "%d+" }, function(m) Send({ Target = "x", Data = "1" }) end)
Handlers.add("Fail", "Fail", function(m)
  local t = nil
  local function inner() return t.x end
  inner()
end)
Handlers.add("Wait", "Wait", function(m)
  local r = Receive({ Action = "Go" })
  local got = r.Tags.Quantity
  Counter = Counter + tonumber(got)
end)
Handlers.add("Loop", "Loop", function() while true do pcall(function() while true do end end) end end)
return "ok"`;
/** Two of the variables of a walk, of which the first one is the handler. */
const WALKS_ON = 'local o = { name = "walked" }';
const OTHER = 'local x = { name = "others" }';
const WISH = { steps: 100_000, calls: 10_000, isWithValues: true };

/** A process with the program above, whose next message is recorded in place of being run. */
class Recorded {
  readonly process: TestProcess;

  constructor(process: TestProcess) {
    this.process = process;
    process.eval(APP);
  }

  get debugger(): InstanceDebugger {
    const found = this.process.instance.debugger;
    if (found === null) throw new Error('this machine cannot be watched');
    return found;
  }

  /** Records a message and runs it for real. @throws Error where the recording gave another outcome. */
  record(tags: TagsInput, gas = this.process.limits.gas): VmRecording {
    const { instance, env, limits } = this.process;
    const before = instance.image();
    const message = this.process.message(tags, '');
    const { evaluation, recording } = this.debugger.record(message, env, { ...limits, gas }, WISH);
    instance.restore(before);
    const real = instance.evaluate(message, env, { ...limits, gas });
    this.process.slot++;
    if (!real.isStateKept) instance.restore(before);
    if (outcomeHash(evaluation.outcome) !== outcomeHash(real.outcome)) throw new Error('the recording gave another outcome');
    return recording;
  }

  /** Does something with the next message standing at the n-th line of the program, and leaves no trace. */
  at<T>(tags: TagsInput, nth: number, look: (run: Parameters<InstanceDebugger['frames']>[0]) => T): T {
    const { instance, env, limits } = this.process;
    const before = instance.image();
    const message = this.process.message(tags, '');
    const { recording } = this.debugger.record(message, env, limits, WISH);
    instance.restore(before);
    const [step = -1] = recording.steps.step.slice(nth, 1);
    const seen = look({ message, env, limits, step });
    instance.restore(before);
    return seen;
  }
}

/** And how a text is named that counts as the runtime's. */
const KINDS = [
  ['our Lua', () => spawnProcess(), false, '@aoscope/walk'],
  ['aos, 64 bit', () => spawnReal(moduleSource('aos-2.0.6')), isWithoutModules, '=walk'],
  ['aos, 32 bit', () => spawnReal(moduleSource('aos-2.0.4-32')), isWithoutModules, '=walk'],
] as const;

function callLine(recording: VmRecording, call: CallNode): string {
  const { functions } = recording.summary;
  const { name, line } = functions[call.function] ?? { name: '?', line: 0 };
  return `${line}${name === 'compute' ? ' compute' : ''}(${call.args.join(', ')}) ${call.ended}`;
}

function handlerLine({ name, answer, failed }: SlotRecording['handlers'][number]): string {
  return `${name}: ${answer}${failed === null ? '' : ` (${failed.key}: ${failed.expected}, was ${failed.actual})`}`;
}

for (const [title, start, isSkipped, runtimeChunk] of KINDS) {
  describe.skipIf(isSkipped)(`inside a slot of ${title}`, () => {
    test('shows the lines of the program in their order, and how often each ran', async () => {
      const recorded = new Recorded(await start());
      const { steps, summary } = recorded.record({ Action: 'Increment', Quantity: '3' });
      expect(steps.line.slice(0, 20)).toEqual([9, 10, 4, 5, 6, 11, 12, 13]);
      expect(summary.hits.map(({ line, hits }) => `${line}×${hits}`)).toContain('4×1');
      expect(summary.isComplete).toBe(true);
    });

    test('shows calls with their arguments and what they returned', async () => {
      const recorded = new Recorded(await start());
      const recording = recorded.record({ Action: 'Increment', Quantity: '3' });
      const compute = recording.calls.find((call) => callLine(recording, call).includes('compute'));
      expect(compute?.args).toEqual(['3']);
      expect(compute?.returns).toEqual(['11']);
      expect(compute?.parent).toBe(0);
      expect(recording.calls.map(({ ended }) => ended)).not.toContain('error');
    });

    test('tells of a function that is entered where it ends and how it was called', async () => {
      const { debugger: tool, process } = new Recorded(await start());
      const message = process.message({ Action: 'Increment', Quantity: '3' }, '');
      const places = [8, 3, 2].map((line) => ({ chunk: 'aos', line }));
      const { hits } = tool.watch(message, process.env, process.limits, { kind: 'function', places, log: 'n' });
      expect(hits).toMatchObject([
        { text: 'nil', entered: { chunk: 'aos', line: 8, lastLine: 13 } },
        { text: '3', entered: { chunk: 'aos', line: 3, lastLine: 7, name: 'compute' } },
      ]);
    });

    test('says of each handler what became of it, and which clause did not fit', async () => {
      const recorded = new Recorded(await start());
      const { summary } = recorded.record({ Action: 'Table', Quantity: 'many' });
      expect(summary.handlers.map(handlerLine).filter((line) => !line.startsWith('_eval'))).toEqual([
        'Increment: skip (Tags.Action: "Increment", was "Table")',
        'Table: skip (Quantity: "%d+", was "many")',
        'Fail: skip (Action: "Fail", was "Table")',
        'Wait: skip (Action: "Wait", was "Table")',
        'Loop: skip (Action: "Loop", was "Table")',
        '_default: default',
      ]);
    });

    test('reads the variables of a walk as they stand in its own code, not in one that another memory had in its place', async () => {
      const recorded = new Recorded(await start());
      const { process } = recorded;
      const [before, slot] = [process.instance.image(), process.slot];
      // Both are of the same length, so that the second comes to stand where the first one stood.
      const walks = [
        ['', ' ', WALKS_ON, OTHER],
        ['\n', '', OTHER, WALKS_ON],
      ] as const;
      const seen = walks.map(([above, behind, first, second]) => {
        process.instance.restore(before);
        process.slot = slot;
        const walk = `${above}return function(msg)\n ${first}\n ${second}\n return\nend${behind}`;
        process.eval(`Handlers.evaluate = load([==[--\n${walk}]==], "${runtimeChunk}")()`);
        return recorded.record({ Action: 'Table' }).summary.handlers.map(({ name }) => name);
      });
      expect(seen).toEqual([['walked'], ['walked']]);
    });

    test('ties what was sent to the line that sent it', async () => {
      const recorded = new Recorded(await start());
      const { summary } = recorded.record({ Action: 'Table', Quantity: '7' });
      expect(summary.sends.map(({ kind, index, place }) => [kind, index, place?.chunk, place?.line])).toEqual([['message', 0, 'aos', 14]]);
      expect(summary.handlers.at(-1)).toMatchObject({ name: 'Table', answer: 'stop', handle: 'aos:14' });
    });

    test('shows the stack where an error began', async () => {
      const recorded = new Recorded(await start());
      const { summary } = recorded.record({ Action: 'Fail' });
      const users = summary.error?.stack.filter(({ isRuntime }) => !isRuntime).map(({ function: name, place }) => `${name} ${place?.line}`);
      expect(users?.[0]).toBe('inner 17');
      expect(users?.[1]).toMatch(/ 18$/);
      expect(summary.handlers.at(-1)).toMatchObject({ name: 'Fail', answer: 'error' });
    });

    test('names the lines where the runtime stood below an error, as Lua itself tells them', async () => {
      const recorded = new Recorded(await start());
      const { summary } = recorded.record({ Action: 'Fail' });
      const last = recorded.at({ Action: 'Fail' }, 3, (run) => recorded.debugger.frames(run)) ?? [];
      const placesOf = (frames: readonly { place: CodePlace | null }[]): string[] =>
        frames.flatMap(({ place }) => (place === null ? [] : [`${place.chunk}:${place.line}`]));
      // Where errors are caught further out, the stack begins there.
      const stack = placesOf(summary.error?.stack ?? []);
      expect(stack.length).toBeGreaterThan(3);
      expect(placesOf(last).slice(0, stack.length)).toEqual(stack);
    });

    test('tells which line wrote a value, and that the runtime wrote one by itself', async () => {
      const { debugger: tool, process } = new Recorded(await start());
      process.eval('Handlers.prepend("Asked", function(m)\n Seen = m.Action\n return false\nend, print)');
      const before = process.instance.image();
      const message = process.message({ Action: 'Nobody' }, 'x');
      const wrote = (path: string): ReturnType<InstanceDebugger['wrote']> => {
        process.instance.restore(before);
        return tool.wrote(message, process.env, process.limits, path);
      };
      expect(wrote('Seen')).toMatchObject({ place: { chunk: 'aos', line: 2 }, before: 'nil', after: '"Nobody"' });
      expect(wrote('Inbox[2]')).toMatchObject({ place: null, before: 'nil' });
    });

    test('what a coroutine that waits, or has died, did last is not what goes on now', async () => {
      const { debugger: tool, process } = new Recorded(await start());
      process.eval(`Handlers.add("Asides", "Asides", function(m)
  local waits = coroutine.wrap(function() coroutine.yield(1) end)
  waits()
  coroutine.resume(coroutine.create(function() error("no") end))
  First = 1
  Send({ Target = "x", Data = "1" })
  Second = 2
end)`);
      const before = process.instance.image();
      const message = process.message({ Action: 'Asides' }, '');
      const lineOf = (path: string): number | undefined => {
        process.instance.restore(before);
        return tool.wrote(message, process.env, process.limits, path)?.place?.line;
      };
      expect([lineOf('First'), lineOf('Second')]).toEqual([5, 7]);
      process.instance.restore(before);
      const { recording } = tool.record(message, process.env, process.limits, WISH);
      expect(recording.summary.sends.map(({ place }) => place?.line)).toEqual([6]);
    });

    test('names the line of an error in the last of several texts that were loaded under one name', async () => {
      const recorded = new Recorded(await start());
      recorded.process.eval(`Handlers.add("Load", "Load", function(m)
  for n = 1, 3 do
    load("local a = ...\\n\\nlocal b = 2\\nif a == " .. (n == 3 and 3 or 100 + n) .. " then error('x') end\\nreturn a", "=text")(n)
  end
end)`);
      const { summary } = recorded.record({ Action: 'Load' });
      const found = summary.error?.stack.find(({ place }) => place?.chunk === '=text' || place?.chunk === 'text');
      expect(found?.place?.line).toBe(4);
    });

    test('follows a coroutine that waits, and one that goes on in a later slot', async () => {
      const recorded = new Recorded(await start());
      const waiting = recorded.record({ Action: 'Wait' });
      expect(waiting.steps.line.slice(0, 9)).toEqual([21]);
      expect(waiting.calls[0]?.ended).toBe('yielded');
      const going = recorded.record({ Action: 'Go', Quantity: '4' });
      expect(going.steps.line.slice(0, 9)).toEqual([22, 23, 24]);
      expect(going.summary.handlers.map(({ name, answer }) => `${name} ${answer}`)).toEqual([expect.stringMatching(/^_once_\d+ stop$/)]);
    });

    test('gives the variables of every frame at any line', async () => {
      const recorded = new Recorded(await start());
      const frames = recorded.at({ Action: 'Increment', Quantity: '3' }, 4, (run) => recorded.debugger.frames(run));
      expect(frames?.[0]).toMatchObject({ function: 'compute', place: { chunk: 'aos', line: 6 } });
      expect(frames?.[0]?.locals.map(({ name, preview }) => `${name}=${preview}`)).toEqual(['n=3', 'twice=6', 'total=11']);
      expect(frames?.[0]?.upvalues.map(({ name, preview }) => `${name}=${preview}`)).toEqual(['bonus=5']);
      expect(frames?.[1]?.locals.map(({ name }) => name)).toEqual(['m', 'q']);
    });

    test('opens a table in a variable', async () => {
      const recorded = new Recorded(await start());
      const at = { frame: 1, scope: 'locals', index: 0, path: ['.Tags'] } as const;
      const page = recorded.at({ Action: 'Increment', Quantity: '3' }, 4, (run) => recorded.debugger.value(run, at, 0, 50));
      expect(page?.nodes.map(({ key, preview }) => `${key}=${preview}`)).toContain('.Quantity="3"');
    });

    test('evaluates an expression in a frame, and between two messages', async () => {
      const recorded = new Recorded(await start());
      const tags = { Action: 'Increment', Quantity: '3' };
      const ask = (frame: number, expression: string): string | undefined =>
        recorded.at(tags, 4, (run) => recorded.debugger.expressionAt(run, frame, expression))?.preview;
      expect(ask(0, 'total * 2 + bonus + Counter')).toBe('27');
      expect(ask(1, 'm.Tags.Quantity .. "!"')).toBe('"3!"');
      expect(ask(0, 'nobody.there')).toContain('attempt to index a nil value');
      expect(recorded.debugger.expression('Counter + 1')).toEqual({ kind: 'number', preview: '1' });
      expect(recorded.debugger.expression('Counter +')).toMatchObject({ kind: 'error' });
    });

    test('looking values up leaves the memory byte for byte as it was', async () => {
      const recorded = new Recorded(await start());
      recorded.process.eval(`Deep = { n = 7 } for i = 1, 40 do Deep = { n = Deep } end
        Plain = { a = 1, b = { c = { d = 2 } }, f = print }
        Kept = { TagArray = {}, From = "somebody's address", Action = "Pay" }`);
      const { instance } = recorded.process;
      const before = instance.image();
      const peek = (expression: string): string | undefined => recorded.debugger.peek(expression)?.preview;
      expect(peek(`Deep${'.n'.repeat(41)}`)).toBe('7');
      expect(peek(`Deep${'.n'.repeat(41)} > 6`)).toBe('true');
      expect(peek('Plain')).toContain('b = { c = { d = 2 } }');
      expect(peek('Kept')).toBe('message · Action "Pay" · from someb…ress');
      expect(peek('Handlers.list')).toContain('Increment');
      const after = instance.image();
      expect(after.registers).toEqual(before.registers);
      expect(after.pages).toEqual(before.pages);
      expect(Buffer.compare(after.bytes, before.bytes)).toBe(0);
    });

    test('ends where a limit ends the slot, as the slot did', async () => {
      const recorded = new Recorded(await start());
      const { summary } = recorded.record({ Action: 'Loop' }, 3_000_000);
      expect(summary.error?.message).toContain('its limit');
      expect(summary.steps).toBeGreaterThan(1_000);
    });
  });
}

describe.skipIf(isWithoutModules)('inside a module with 64 KiB of stack', () => {
  test('what is looked up after each message leaves the program well', async () => {
    const process = await spawnReal(moduleSource('sqlite'));
    process.eval('local sqlite3 = require("lsqlite3") DB = sqlite3.open_memory() DB:exec("create table books (title text)")');
    for (let n = 1; n <= 40; n++) {
      process.eval(`DB:exec("insert into books values ('${n}')") Last = ${n}`);
      const { debugger: tool } = process.instance;
      // A name that nothing has is made in memory: the allocator's own numbers stand right below the stack.
      for (const name of [`Nobody${n}`, `${'Long'.repeat(200)}${n}`]) expect(tool?.peek(name)?.preview).toBe('nil');
      expect(tool?.peek('Last')?.preview).toBe(String(n));
    }
    expect(process.eval('local n for row in DB:rows("select count(*) from books") do n = row[1] end return n').output).toMatchObject({
      data: { output: 40 },
    });
  });
});
