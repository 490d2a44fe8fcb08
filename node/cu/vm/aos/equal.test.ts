import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../contract/outcome.ts';
import type { MessageInput, ProcessEnv } from '../machine.ts';
import { readAnswer } from '../json-answer.ts';
import { isWithoutModules, LIMITS, LOADER, machine, moduleSource, processEnv, spawnReal } from './aos.fixture.ts';

/** The published loader by itself, in a thread of its own since it changes its realm, copying memory as its README says. */
const LOOP = `
const { parentPort, workerData } = require('node:worker_threads');
if (process.version.startsWith('v20')) require('node:v8').setFlagsFromString('--experimental-wasm-memory64');
const post = parentPort.postMessage.bind(parentPort);
const { loader, bytes, format, messages, env } = workerData;
// Node 24 and newer take the pages of a 64-bit memory as a BigInt only, which the loader does not know.
const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function (pages) {
  try { return grow.call(this, Math.floor(pages)); } catch (error) { if (!(error instanceof TypeError)) throw error; return Number(grow.call(this, BigInt(Math.floor(pages)))); }
};
(async () => {
  const AoLoader = require(loader);
  const answers = [];
  let memory = null;
  const handle = await AoLoader(Buffer.from(bytes), { format, inputEncoding: 'JSON-1', outputEncoding: 'JSON-1', memoryLimit: '17179869184', computeLimit: 9e12, extensions: [] });
  for (const message of messages) {
    try {
      const { Memory, ...result } = await handle(memory, message, env);
      // As the reference unit: an error leaves the memory of before.
      if (!result.Error) memory = Memory;
      answers.push(result);
    } catch (error) {
      answers.push({ Error: typeof error === 'string' ? error : JSON.stringify(error.message ?? error) });
    }
  }
  post(answers);
})();`;

function published(name: Parameters<typeof moduleSource>[0], messages: readonly MessageInput[], env: ProcessEnv): Promise<readonly Json[]> {
  const { bytes, format } = moduleSource(name);
  const worker = new Worker(LOOP, { eval: true, workerData: { loader: LOADER, bytes, format, messages, env } });
  return new Promise<readonly Json[]>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  }).finally(() => void worker.terminate());
}

const SETUP = `
Counter = Counter or 0
Log = {}
Handlers.add("Increment", "Increment", function(m)
  Counter = Counter + tonumber(m.Quantity or "1")
  table.insert(Log, { from = m.From, n = Counter })
  m.reply({ Action = "Incremented", Data = tostring(Counter) })
  if Counter % 7 == 0 then Spawn("module", { Data = "return 1", Tags = { Depth = "1" } }) end
end)
Handlers.once("Once", "Once", function(m) print("once only") end)
Handlers.add("Wait", "Wait", function(m)
  local answer = Receive({ Action = "Go" })
  print("went on with " .. answer.Data)
  Send({ Target = m.From, Data = answer.Data, Tags = { a = "1", b = "2" } })
end)
return "ready"`;

/** Every kind of message a program meets, errors among them. */
function script(name: string): MessageInput[] {
  const { Process } = processEnv();
  const list: MessageInput[] = [];
  const add = (action: string | null, data: string, tags: Record<string, string> = {}): void => {
    const slot = list.length;
    list.push({
      Id: slot === 0 ? Process.Id : `${name}-${slot}`.padEnd(43, 'x').slice(0, 43),
      Signature: 'signature',
      Data: data,
      Owner: Process.Owner,
      From: Process.Owner,
      Anchor: null,
      Tags:
        slot === 0
          ? Process.Tags
          : [
              { name: 'Type', value: 'Message' },
              ...(action === null ? [] : [{ name: 'Action', value: action }]),
              ...Object.entries(tags).map(([key, value]) => ({ name: key, value })),
            ],
      Target: Process.Id,
      Epoch: 0,
      Nonce: slot,
      Timestamp: 1_700_000_000_000 + slot * 1000,
      'Block-Height': 1_000_000 + slot,
      'Hash-Chain': 'chain',
      Cron: false,
      'Read-Only': false,
    });
  };
  add(null, '');
  add('Eval', SETUP);
  for (let n = 1; n <= 6; n++) {
    add('Increment', `grüße ${n} ✓`, { Quantity: String(n) });
    add('Eval', `return math.random(1000), os.time()`);
    add('Eval', `error("round ${n}")`);
    add('Nobody', `data ${n}`);
    add('Wait', '');
    add('Eval', 'for i = 1, 20000 do Counter = Counter + 0 end return Counter');
    add('Go', `answer ${n}`);
    add('Once', '');
    add('Eval', 'return require("json").encode({ list = { 1, 2, 3 }, text = "\\u{e4}" })');
    add('Eval', 'return ((("syntax error');
  }
  return list;
}

describe.skipIf(isWithoutModules).each(['aos-2.0.6', 'aos-2.0.4-32', 'sqlite'] as const)('%s in the loader by itself and here', (name) => {
  test('the same answers to the same messages', async () => {
    const messages = script(name);
    const env = processEnv();
    const expected = (await published(name, messages, env)).map((answer) => readAnswer(JSON.stringify(answer), 0));
    const instance = await machine.create(moduleSource(name), LIMITS);
    let before = instance.image();
    const mismatches: unknown[] = [];
    for (const [slot, message] of messages.entries()) {
      const { outcome, isStateKept } = instance.evaluate(message, env, LIMITS);
      const ours = { ...outcome, gasUsed: 0 };
      if (JSON.stringify(ours) !== JSON.stringify(expected[slot])) mismatches.push({ slot, ours, expected: expected[slot] });
      if (isStateKept) before = instance.image();
      else instance.restore(before);
    }
    expect(mismatches).toEqual([]);
    expect(expected.filter(({ error }) => error !== null).length).toBeGreaterThanOrEqual(6);
    expect(expected.filter((outcome) => outcome.messages.length > 0).length).toBeGreaterThanOrEqual(name === 'sqlite' ? 0 : 6);
  }, 60_000);
});

describe.skipIf(isWithoutModules).each(['aos-2.0.6', 'aos-2.0.4-32'] as const)('%s with its instructions counted', (name) => {
  test('memory differs from the uncounted module in the four fields of the hook alone', async () => {
    const source = moduleSource(name);
    const counted = await machine.create(source, LIMITS);
    const plain = await machine.create({ ...source, bytes: withoutHook(source.bytes) }, LIMITS);
    const env = processEnv();
    for (const message of script(name).filter(({ Data }) => Data === '' || !/error|Increment/.test(Data ?? ''))) {
      const [first, second] = [counted, plain].map((instance) => instance.evaluate(message, env, LIMITS).outcome);
      expect({ ...first, gasUsed: 0 }).toEqual(second);
    }
    const [ours, theirs] = [counted.image(), plain.image()];
    expect([...ours.pages]).toEqual([...theirs.pages]);
    const words = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const values = words(theirs.bytes);
    const odd = [...words(ours.bytes)].flatMap((word, place) => (word === values[place] ? [] : [word]));
    // The hook's place in the table, its step, what is left of it, and its mask: a few per thread that still has memory.
    expect(odd.length).toBeGreaterThan(0);
    expect(odd.length).toBeLessThan(400);
    expect(odd.filter((word) => word > 50_000)).toEqual([]);
  });
});

describe.skipIf(isWithoutModules)('over two threads of replay', () => {
  test('a process rebuilt from slot 0 has the same memory', async () => {
    const messages = script('again');
    const run = async (): Promise<string> => {
      const process = await spawnReal(moduleSource('aos-2.0.6'));
      for (const message of messages.slice(1)) process.run(message);
      return Buffer.from(process.instance.image().bytes).toString('base64');
    };
    expect(await run()).toBe(await run());
  });
});

/** The same module with the name of the hook's function changed, so that nobody finds it. */
function withoutHook(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf('lua_sethook'); at >= 0; at = copy.indexOf('lua_sethook', at + 1)) copy.write('lua_nohook_', at);
  return copy;
}
