import { expect, it } from 'vitest';
import { JS_FORMAT } from '../../../../contract/modules.ts';
import type { Instance, InstanceDebugger, MachineLimits } from '../../machine.ts';
import { env as plain, machine, messageAt } from '../js.fixture.ts';

const LIMITS: MachineLimits = { gas: 10_000_000, memoryBytes: 64 * 1024 * 1024 };
const WISH = { steps: 10_000, calls: 1_000, isWithValues: true };
const env = { ...plain, Process: { ...plain.Process, Tags: [{ name: 'Source', value: 'bank.js' }] } };

const BANK = `// A bank.
const FEE = 2;
export async function handle(state, { input, caller }) {
  if (input.function === 'pay') return { state: await pay(state, input) };
  if (input.function === 'total') {
    let total = 0;
    for (const one of Object.values(state.balances)) total += one;
    return { result: total };
  }
  throw new ContractError('no ' + input.function);
}

const pay = async (state, { from, to, amount }) => {
  await null;
  const left = (state.balances[from] ?? 0) - amount - FEE;
  if (left < 0) throw new ContractError(from + ' lacks ' + -left);
  else state.balances[from] = left;
  add(state, to, amount);
  ao.send({ Target: to, Action: 'Paid' });
  return state;
};

const add = (state, to, amount) => (state.balances[to] = (state.balances[to] ?? 0) + amount);
`;

async function bank(): Promise<{ readonly instance: Instance; readonly tool: InstanceDebugger }> {
  const instance = await machine.create({ id: 'bank', format: JS_FORMAT, bytes: new TextEncoder().encode(BANK) }, LIMITS);
  instance.evaluate(messageAt(0, {}, '{"balances":{"ann":100}}'), env, LIMITS);
  if (instance.debugger === null) throw new Error('it cannot be watched');
  return { instance, tool: instance.debugger };
}
const pay = (amount: number) => messageAt(1, { Action: 'pay' }, JSON.stringify({ from: 'ann', to: 'bob', amount }));

it('tells lines, calls with what they took and gave, and what was sent where; the outcome is that of a run that nobody watched', async () => {
  const { instance, tool } = await bank();
  const image = instance.image();
  const { evaluation, recording } = tool.record(pay(30), env, LIMITS, WISH);
  const after = instance.image();
  instance.restore(image);
  expect(instance.evaluate(pay(30), env, LIMITS)).toEqual(evaluation);
  expect(Buffer.from(instance.image().bytes).equals(Buffer.from(after.bytes))).toBe(true);
  expect(recording.steps.line.slice(0, 50)).toEqual([4, 4, 14, 15, 16, 17, 18, 23, 19, 20]);
  expect(
    recording.calls.map(({ function: at, args, returns, ended }) => [recording.summary.functions[at]?.name, args, returns, ended]),
  ).toEqual([
    ['handle', ['object · 1 key', 'object · 2 keys'], ['object · 1 key'], 'returned'],
    ['pay', ['object · 1 key', 'object · 3 keys'], ['object · 1 key'], 'returned'],
    ['add', ['object · 1 key', '"bob"', '30'], ['30'], 'returned'],
  ]);
  expect(recording.calls.map(({ parent }) => parent)).toEqual([-1, 0, 1]);
  expect(recording.summary.sends).toEqual([{ kind: 'message', index: 0, step: 8, place: { chunk: '@bank.js', line: 19 } }]);
  expect(recording.summary.hits).toContainEqual({ source: 0, line: 18, hits: 1 });
});

it('stops at a line with the frames, their variables and what an expression gives there', async () => {
  const { instance, tool } = await bank();
  const at = { message: pay(30), env, limits: LIMITS, step: 5 };
  const image = instance.image();
  const frames = tool.frames(at);
  expect(frames?.map(({ function: name, place }) => [name, place?.line])).toEqual([
    ['pay', 17],
    ['handle', 4],
  ]);
  expect(frames?.[0]?.locals).toContainEqual({ name: 'left', kind: 'number', preview: '68', isOpenable: false });
  expect(frames?.[0]?.upvalues.map(({ name }) => name)).toEqual(expect.arrayContaining(['FEE', 'add']));
  const state = frames?.[0]?.locals.findIndex(({ name }) => name === 'state') ?? -1;
  expect(tool.value(at, { frame: 0, scope: 'locals', index: state, path: ['.balances'] }, 0, 10)).toMatchObject({
    nodes: [{ key: '.ann', preview: '100' }],
  });
  expect(tool.expressionAt(at, 0, 'left + FEE + to.length')).toEqual({ kind: 'number', preview: '73' });
  expect(tool.expressionAt(at, 1, 'input.function')).toEqual({ kind: 'string', preview: '"pay"' });
  expect(tool.frames({ ...at, step: 1_000 })).toBeNull();
  expect(Buffer.from(instance.image().bytes).equals(Buffer.from(image.bytes))).toBe(true);
});

it('names the line of an error with the stack that led there', async () => {
  const { tool } = await bank();
  const { recording, evaluation } = tool.record(pay(300), env, LIMITS, WISH);
  expect(evaluation.outcome.error).toBe('ContractError: ann lacks 202');
  expect(recording.summary.error?.stack).toEqual([
    { function: 'pay', place: { chunk: '@bank.js', line: 16 }, isRuntime: false },
    { function: 'handle', place: { chunk: '@bank.js', line: 4 }, isRuntime: false },
  ]);
  expect(recording.calls.map(({ ended }) => ended)).toEqual(['error', 'error']);
});

it('finds the line that wrote a value, lines with a condition, functions, and reads values between messages', async () => {
  const { instance, tool } = await bank();
  expect(tool.wrote(pay(30), env, LIMITS, 'state.balances.ann')).toEqual({
    place: { chunk: '@bank.js', line: 17 },
    step: 5,
    before: '100',
    after: '68',
  });
  expect(tool.wrote(pay(30), env, LIMITS, 'state.balances.eve')).toBeNull();
  const line = { kind: 'line', chunk: '@bank.js', line: 18, condition: 'amount > 20', log: 'from + left' } as const;
  const image = instance.image();
  expect(tool.watch(pay(30), env, LIMITS, line).hits).toEqual([{ step: 6, text: '"ann68"' }]);
  instance.restore(image);
  expect(tool.watch(pay(10), env, LIMITS, line).hits).toEqual([]);
  instance.restore(image);
  expect(tool.watch(pay(10), env, LIMITS, { kind: 'function', places: [{ chunk: '@bank.js', line: 23 }], log: 'to' }).hits).toEqual([
    { step: 7, text: '"bob"', entered: { chunk: '@bank.js', name: 'add', line: 23, lastLine: 23 } },
  ]);
  expect(tool.peek('state.balances.bob > 5')).toEqual({ kind: 'boolean', preview: 'true', isTrue: true });
  expect(tool.peek('state.nowhere.at.all')).toMatchObject({ kind: 'nil', isTrue: false });
  expect(() => tool.peek('state.(')).toThrow('SyntaxError');
});

it('ends a recording of a loop without an end where enough was kept', async () => {
  const source = `export function handle(state) { let n = 0; for (;;) { n++; } }`;
  const instance = await machine.create({ id: 'loop', format: JS_FORMAT, bytes: new TextEncoder().encode(source) }, LIMITS);
  const { recording, evaluation } = instance.debugger?.record(messageAt(1), env, LIMITS, { ...WISH, steps: 500 }) ?? {};
  expect(evaluation?.outcome.verdict?.kind).toBe('gas');
  expect(recording?.summary).toMatchObject({ keptSteps: 500, isComplete: false });
});
