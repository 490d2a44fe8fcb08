import { expect, it } from 'vitest';
import { JS_FORMAT } from '../../../contract/modules.ts';
import type { Instance } from '../machine.ts';
import { env, machine, messageAt, OWNER } from './js.fixture.ts';

const LIMITS = { gas: 10_000_000, memoryBytes: 64 * 1024 * 1024 };
const BOB = 'bob'.padEnd(43, 'b');

const contract = (source: string): Promise<Instance> =>
  machine.create({ id: 'module', format: JS_FORMAT, bytes: new TextEncoder().encode(source) }, LIMITS);

/** A process whose slot 0 has run, and what sends it further messages. */
async function started(source: string, data = '', tags: Readonly<Record<string, string>> = {}) {
  const instance = await contract(source);
  let slot = 0;
  const first = instance.evaluate(messageAt(slot, tags, data), env, LIMITS).outcome;
  const send = (more: Readonly<Record<string, string>> = {}, text = '', from?: string) =>
    instance.evaluate(messageAt(++slot, more, text, from), env, LIMITS).outcome;
  return { instance, first, send };
}

const COUNTER = `
export function handle(state, { input, caller }) {
  if (input.function === 'add') return { state: { count: state.count + Number(input.by ?? 1), last: caller } };
  if (input.function === 'count') return { result: state.count };
  if (input.function === 'lose') { state.count = -1; return { result: 'nothing was given' }; }
  throw new ContractError('no such function');
}`;

it('begins with the state that its data, its tag or its code says', async () => {
  const state = (instance: Instance): unknown => instance.flatten(50).lines.map(({ path, preview }) => `${path.join('')} = ${preview}`);
  expect(state((await started(COUNTER, '{"count":3}')).instance)).toEqual(['.state = object · 1 key', '.state.count = 3']);
  expect(state((await started(COUNTER, '', { 'Init-State': '{"count":4}' })).instance)).toContain('.state.count = 4');
  const named = 'export const initialState = () => ({ owner: SmartWeave.contract.owner });';
  expect(state((await started(named + COUNTER)).instance)).toContain(`.state.owner = "${OWNER}"`);
  expect((await started(COUNTER, 'no json')).first.error).toContain('the initial state');
});

it('takes its action as Warp sends it, from JSON, and from tags', async () => {
  const { send } = await started(COUNTER, '{"count":0}');
  expect(send({ Input: '{"function":"add","by":2}' }).error).toBeNull();
  expect(send({ Action: 'add' }, '{"by":3}').error).toBeNull();
  expect(send({ Action: 'add', by: '5' }).error).toBeNull();
  expect(send({ Action: 'count' }).output).toEqual({ data: '10', result: 10 });
  expect(send({ Input: 'add' }).error).toContain('the tag Input is no JSON');
});

it('keeps nothing but the state that it gives', async () => {
  const leaky = `let calls = 0; ${COUNTER.replace('{ input, caller }) {', '{ input, caller }) { calls++; globalThis.seen = (globalThis.seen ?? 0) + 1; if (input.function === "calls") return { result: [calls, seen] };')}`;
  const { send } = await started(leaky, '{"count":1}');
  expect(send({ Action: 'lose' }).error).toBeNull();
  expect(send({ Action: 'count' }).output).toMatchObject({ result: 1 });
  expect(send({ Action: 'calls' }).output).toMatchObject({ result: [1, 1] });
});

it('undoes what a refused action has changed, and says why and where', async () => {
  const { send, instance } = await started(COUNTER.replace('throw new', 'state.count = 99; throw new'), '{"count":1}');
  expect(send({ Action: 'other' }).error).toBe('ContractError: no such function');
  const broken = await started('export function handle(state) {\n  return state.a.b.c;\n}', '{}');
  expect(broken.send().error).toMatch(/^TypeError: .* \(contract\.js:2\)$/);
  const silent = await started('export const handle = () => 5', '{}');
  expect(silent.send().error).toContain('{ state } or { result }');
  expect(instance.flatten(5).lines).toContainEqual({ path: ['.state', '.count'], preview: '1' });
});

it('sends, spawns and assigns as any process of ao', async () => {
  const { send } = await started(`
    export const handle = (state, { input }) => {
      ao.send({ Target: '${BOB}', Action: 'Hello', Quantity: 5, Data: { a: 1 } });
      ao.reply({ Action: 'Done' });
      ao.spawn('module', { Name: 'child', Data: 'x = 1' });
      ao.assign({ Processes: ['p'], Message: 'm' });
      return { result: null };
    };`);
  const { messages, spawns, assignments, error } = send({ Action: 'Go', Reference: '7' }, '', BOB);
  expect(error).toBeNull();
  const tag = (at: number, name: string): string | undefined => messages[at]?.Tags.find((one) => one.name === name)?.value;
  expect(messages.map(({ Target, Data }) => [Target, Data])).toEqual([
    [BOB, '{"a":1}'],
    [BOB, ''],
  ]);
  expect([tag(0, 'Action'), tag(0, 'Quantity'), tag(0, 'Data-Protocol'), tag(1, 'X-Reference')]).toEqual(['Hello', '5', 'ao', '7']);
  expect(spawns).toHaveLength(1);
  expect(assignments).toEqual([{ Processes: ['p'], Message: 'm' }]);
  expect(new Set(messages.map(({ Anchor }) => Anchor)).size).toBe(2);
});

it('sees the clock and the chance of its message', async () => {
  const { instance, send } = await started(
    'export const handle = () => ({ result: [Date.now(), Math.random(), SmartWeave.block, new Date(0).getHours()] })',
  );
  const image = instance.image();
  const one = send();
  instance.restore(image);
  expect(one.output).toMatchObject({ result: [1_700_000_001_000, expect.any(Number), { height: 8, timestamp: 1_700_000_001 }, 0] });
  expect(instance.evaluate(messageAt(1), env, LIMITS).outcome).toEqual(one);
  expect(send().output).not.toEqual(one.output);
});

it('is looked into and changed by its owner alone, and goes on with new code', async () => {
  const { send, instance } = await started(COUNTER, '{"count":1}');
  expect(send({ Action: 'Eval' }, 'state.count += 41; console.log("now"); state.count').output).toEqual({ data: 'now\n42', result: 42 });
  expect(send({ Action: 'Eval' }, 'state.count = 0', BOB).error).toContain('no such function');
  expect(send({ Action: 'Eval' }, 'export const handle = () => ({ nothing })').error).toBeNull();
  expect(send({ Action: 'count' }).error).toContain('nothing is not defined');
  expect(send({ Action: 'Eval' }, 'export const handle = (').error).toContain('SyntaxError');
  expect(send({ Action: 'Eval' }, 'export const handle = (state) => ({ result: [state.count] })').error).toBeNull();
  expect(send().output).toMatchObject({ result: [42] });
  expect(instance.children([], 0, 10)?.nodes.map(({ key }) => key)).toEqual(['.state', '.source']);
});

it('runs contracts that declare their handle without exporting it, and names code that has none', async () => {
  const { send } = await started('async function handle(state) { return { result: 1 } }');
  expect(send().output).toMatchObject({ result: 1 });
  await expect(contract('export const other = 1')).rejects.toMatchObject({
    code: 'MODULE_BROKEN',
    message: expect.stringContaining('handle(state, action)'),
  });
  await expect(contract('export const handle = ')).rejects.toMatchObject({
    code: 'MODULE_BROKEN',
    message: expect.stringContaining('SyntaxError'),
  });
  await expect(contract('for (;;);')).rejects.toMatchObject({ code: 'MODULE_BROKEN' });
});

it('starts the same whenever it is started, and says where its code does not end', async () => {
  const born = 'const born = Date.now();\nexport const handle = () => ({ result: born });';
  const { send } = await started(COUNTER);
  expect(send({ Action: 'Eval' }, born).error).toBeNull();
  expect(send().output).toMatchObject({ result: 0 });
  expect(send({ Action: 'Eval' }, 'export const handle = 1; for (;;);').error).toContain('its code does not end');
  expect(send().output).toMatchObject({ result: 0 });
});

it('counts loops and calls as gas, one by one', async () => {
  const { send } = await started('export const handle = (state, { input }) => { for (let i = 0; i < input.n; i++); return { result: 0 } }');
  const gas = (n: number): number => send({}, JSON.stringify({ n })).gasUsed;
  const [few, more] = [gas(1_000), gas(61_000)];
  expect(more - few).toBeGreaterThanOrEqual(60_000);
  expect(more - few).toBeLessThan(180_000);
  expect(gas(1_000)).toBe(few);
});

it('shows a state of any depth a page at a time, and finds what stands in it', async () => {
  const { instance } = await started(
    COUNTER,
    JSON.stringify({ 'odd name': [1, [true, null]], users: Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`u${at}`, at])) }),
  );
  expect(instance.children(['.state'], 0, 10)?.nodes.map(({ key, preview }) => [key, preview])).toEqual([
    ['["odd name"]', 'list · 2'],
    ['.users', 'object · 300 keys'],
  ]);
  expect(instance.children(['.state', '.users'], 298, 10)).toMatchObject({
    total: 300,
    offset: 298,
    nodes: [{ key: '.u298' }, { key: '.u299' }],
  });
  expect(instance.children(['.state', '["odd name"]', '[1]'], 0, 5)?.nodes.map(({ kind }) => kind)).toEqual(['boolean', 'nil']);
  expect(instance.children(['.nowhere'], 0, 5)).toBeNull();
  expect(instance.find([], 'U29', 5)).toMatchObject({ hits: Array.from({ length: 5 }, () => ({ kind: 'number' })), isComplete: false });
});
