import { describe, expect, test } from 'vitest';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { EvaluationPlace } from '../../node/contract/recording.ts';
import { createWallet } from '../../node/item/wallet.ts';
import { buildItem } from '../../node/item/build.ts';
import { EVALUATOR, startNode, type TestNode } from '../kit/node.ts';

const SOURCE = `Balances = Balances or { alice = 10 }
local function move(from, to, amount)
  Balances[from] = Balances[from] - amount
  Balances[to] = (Balances[to] or 0) + amount
  return Balances[to]
end
Handlers.add("Transfer", { Action = "Transfer", Quantity = "%d+" }, function(msg)
  local after = move("alice", msg.Tags.Recipient, tonumber(msg.Tags.Quantity))
  Send({ Target = msg.From, Action = "Moved", Data = tostring(after) })
end)`;

const at = (process: ProcessId, slot: number): EvaluationPlace => ({ process, slot: toSlot(slot), tick: null });
const transfer = [
  { name: 'Recipient', value: 'bob' },
  { name: 'Quantity', value: '4' },
];

async function afterTransfers(count: number): Promise<{ readonly node: TestNode; readonly process: ProcessId; readonly slot: number }> {
  const node = await startNode();
  const process = await node.spawn(SOURCE);
  let slot = 0;
  for (let index = 0; index < count; index++) {
    const sent = await node.send(process, 'Transfer', '', transfer);
    slot = sent.slot;
  }
  await node.result(process, slot);
  return { node, process, slot };
}

describe('inside a slot of the log', () => {
  test('a recording gives the recorded outcome, and the live process does not notice', async () => {
    const { node, process, slot } = await afterTransfers(2);
    const before = await node.node.ask('cu.stateHash', { process, slot: toSlot(slot) });
    const recording = await node.node.ask('cu.trace', at(process, 1));
    expect(recording.isFaithful).toBe(true);
    expect(recording.sends.map(({ kind, place }) => `${kind} ${place?.line}`)).toEqual(['message 9']);
    expect(recording.handlers.at(-1)).toMatchObject({ name: 'Transfer', answer: 'stop' });
    await node.send(process, 'Transfer', '', transfer);
    const after = await node.node.ask('cu.stateHash', { process, slot: toSlot(slot) });
    expect(after).toEqual(before);
    expect(await node.evaluate(process, 'Balances.alice')).toBe('-2');
  });

  test('a stack that overflows is recorded too, with the outcome that the slot had', async () => {
    const node = await startNode();
    const process = await node.spawn('Handlers.add("Deep", "Deep", function(msg) local function f(n) return 1 + f(n + 1) end f(1) end)');
    const { slot } = await node.send(process, 'Deep');
    expect((await node.result(process, slot)).error).toContain('stack overflow');
    const recording = await node.node.ask('cu.trace', at(process, slot));
    expect(recording).toMatchObject({ isFaithful: true, error: { message: expect.stringContaining('stack overflow') as string } });
  }, 120_000);

  test('of a slot that only time could end, a recording shows how far it came and where it stood', async () => {
    const node = await startNode({ evaluatorScript: EVALUATOR, limits: { timeMs: 1_500 } });
    const process = await node.spawn(`local function look(text)
  return string.find(text, ("a?"):rep(40) .. ("a"):rep(40) .. "b")
end
Handlers.add("Hang", "Hang", function(msg)
  Count = 99
  look(("a"):rep(40))
end)`);
    const { slot } = await node.send(process, 'Hang');
    const { error } = await node.result(process, slot);
    const recording = await node.node.ask('cu.trace', at(process, slot));
    expect(recording).toMatchObject({ isFaithful: true, error: { message: error } });
    const steps = await node.node.ask('cu.traceSteps', { ...at(process, slot), from: 0, limit: 100 });
    expect(steps.line).toEqual([5, 6, 2]);
    const stack = recording.error?.stack.slice(0, 3).map(({ function: name, place }) => `${name} ${place?.line ?? 'in C'}`);
    expect(stack).toEqual(['find in C', 'look 2', expect.stringMatching(/ 6$/)]);
    // It goes on as if nobody had looked.
    expect(await node.evaluate(process, 'tostring(Count)')).toBe('nil');
  }, 120_000);

  test('lines and calls come page by page', async () => {
    const { node, process } = await afterTransfers(1);
    const steps = await node.node.ask('cu.traceSteps', { ...at(process, 1), from: 0, limit: 3 });
    expect(steps.line).toEqual([8, 3, 4]);
    const rest = await node.node.ask('cu.traceSteps', { ...at(process, 1), from: 3, limit: 100 });
    expect(rest.line).toEqual([5, 9, 10]);
    const { calls } = await node.node.ask('cu.traceCalls', { ...at(process, 1), from: 0, limit: 100 });
    expect(calls.find(({ args }) => args[0] === '"alice"')).toMatchObject({ args: ['"alice"', '"bob"', '4'], returns: ['4'], parent: 0 });
  });

  test('variables of any line can be read, opened and computed with', async () => {
    const { node, process } = await afterTransfers(2);
    const place = at(process, 2);
    const { step } = await node.node.ask('cu.traceSteps', { ...place, from: 2, limit: 1 });
    const { frames } = await node.node.ask('cu.frames', { ...place, step: step[0] ?? -1 });
    expect(frames[0]?.locals.map(({ name, preview }) => `${name}=${preview}`)).toEqual(['from="alice"', 'to="bob"', 'amount=4']);
    const value = await node.node.ask('cu.expression', { ...place, step: step[0] ?? -1, frame: 0, expression: 'Balances[from] + amount' });
    expect(value).toEqual({ kind: 'number', preview: '6' });
    const after = await node.node.ask('cu.expression', { ...place, step: null, frame: 0, expression: 'Balances' });
    expect(after.preview).toContain('alice = 2');
    await expect(node.node.ask('cu.frames', { ...place, step: 10_000_000 })).rejects.toMatchObject({ code: 'STEP_UNKNOWN' });
  });

  test('the lines of a text that is evaluated are its own, though a function of an earlier one with the same name runs beside it', async () => {
    const node = await startNode();
    const process = await node.spawn(`
Handlers.prepend("Watch", function(msg)
  return "skip"
end, print)`);
    // Its second line is a blank one in the text before.
    const { slot } = await node.send(process, 'Eval', 'local one = 1\nlocal two = one + nil\n');
    expect((await node.result(process, slot)).error).toContain(':2:');
    const { sources, hits, error } = await node.node.ask('cu.trace', at(process, slot));
    const lines = sources.flatMap(({ isRuntime, slot: from }, index) =>
      isRuntime ? [] : [{ from, lines: hits.filter(({ source }) => source === index).map(({ line }) => line) }],
    );
    expect(lines).toEqual([
      { from: 0, lines: [3] },
      { from: slot, lines: [1, 2] },
    ]);
    expect(error?.stack.find(({ isRuntime }) => !isRuntime)?.place?.line).toBe(2);
  });

  test('a message that nothing answered says which clause did not fit', async () => {
    const { node, process } = await afterTransfers(0);
    const { slot } = await node.send(process, 'Transfer', '', [{ name: 'Quantity', value: 'a lot' }]);
    await node.result(process, slot);
    const { handlers, guard } = await node.node.ask('cu.trace', at(process, slot));
    expect(guard).toBeNull();
    expect(handlers.find(({ name }) => name === 'Transfer')).toMatchObject({
      answer: 'skip',
      failed: { key: 'Quantity', expected: '"%d+"', actual: '"a lot"' },
    });
  });

  test('data that was assigned and that nothing makes assignable says so', async () => {
    const { node, process } = await afterTransfers(0);
    const item = buildItem(node.wallet, { tags: [{ name: 'Title', value: 'a book' }], data: 'text' });
    await node.node.ask('gateway.upload', { item: item.raw });
    const { slot } = await node.node.ask('mu.assign', { process, message: item.id, baseLayer: false, exclude: [] });
    await node.result(process, slot);
    const { handlers, guard, isFaithful } = await node.node.ask('cu.trace', at(process, slot));
    expect([handlers, isFaithful]).toEqual([[], true]);
    expect(guard).toMatchObject({ kind: 'not assignable', from: node.wallet.address });
  });

  test('a message from somebody who is not trusted says so, and whom the process trusts', async () => {
    const { node, process } = await afterTransfers(0);
    const stranger = createWallet();
    const item = buildItem(stranger, {
      target: process,
      tags: [
        { name: 'Action', value: 'Transfer' },
        { name: 'From-Process', value: process },
        { name: 'Data-Protocol', value: 'ao' },
        { name: 'Variant', value: 'ao.TN.1' },
        { name: 'Type', value: 'Message' },
      ],
      data: '',
    });
    const { slot } = await node.node.ask('mu.send', { item: item.raw });
    await node.result(process, slot ?? -1);
    const { handlers, guard } = await node.node.ask('cu.trace', at(process, slot ?? -1));
    expect(handlers).toEqual([]);
    expect(guard).toMatchObject({ kind: 'untrusted', owner: stranger.address, authorities: [node.node.opened.mu.address] });
  });
});
