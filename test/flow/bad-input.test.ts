import { describe, expect, it } from 'vitest';
import { buildItem } from '../../node/item/build.ts';
import { startNode } from '../kit/node.ts';

const NOWHERE = 'N'.repeat(43);

describe('an item that cannot be taken', () => {
  it('is refused with its reason, which is also announced, and the node goes on', async () => {
    const { node, wallet, spawn, send, facts, module } = await startNode();
    const process = await spawn('');
    const protocol = [
      { name: 'Data-Protocol', value: 'ao' },
      { name: 'Type', value: 'Message' },
    ];
    const good = buildItem(wallet, { target: process, tags: protocol, data: 'x' });
    const corrupt = Buffer.from(good.bytes);
    corrupt[corrupt.length - 1] = 1;
    const refused = async (bytes: Uint8Array, code: string): Promise<void> => {
      await expect(node.ask('mu.send', { item: Buffer.from(bytes).toString('base64url') })).rejects.toMatchObject({ code });
    };
    await refused(corrupt, 'ITEM_BAD_SIGNATURE');
    await refused(good.bytes.subarray(0, 90), 'ITEM_TRUNCATED');
    await refused(Uint8Array.from(good.bytes).fill(0, 2, 66), 'ITEM_UNSIGNED');
    await refused(buildItem(wallet, { target: process, tags: [], data: 'x' }).bytes, 'ITEM_NO_PROTOCOL');
    await refused(buildItem(wallet, { target: NOWHERE, tags: protocol, data: 'x' }).bytes, 'PROCESS_UNKNOWN');
    const spawnTags = [
      { name: 'Data-Protocol', value: 'ao' },
      { name: 'Type', value: 'Process' },
      { name: 'Scheduler', value: 'x' },
    ];
    await refused(buildItem(wallet, { tags: spawnTags, data: 'x' }).bytes, 'SPAWN_NO_MODULE');
    await refused(buildItem(wallet, { tags: [...spawnTags, { name: 'Module', value: NOWHERE }], data: 'x' }).bytes, 'MODULE_UNKNOWN');
    await refused(
      buildItem(wallet, { tags: [...spawnTags.slice(0, 2), { name: 'Module', value: module }], data: 'x' }).bytes,
      'SPAWN_NO_SCHEDULER',
    );
    await node.ask('mu.send', { item: good.raw });
    await refused(good.bytes, 'MESSAGE_DUPLICATE');
    const codes = (await facts('mu')).flatMap((fact) => (fact.kind === 'mu.rejected' ? [fact.code] : []));
    expect(codes).toEqual([
      'ITEM_BAD_SIGNATURE',
      'ITEM_TRUNCATED',
      'ITEM_UNSIGNED',
      'ITEM_NO_PROTOCOL',
      'PROCESS_UNKNOWN',
      'SPAWN_NO_MODULE',
      'MODULE_UNKNOWN',
      'SPAWN_NO_SCHEDULER',
      'MESSAGE_DUPLICATE',
    ]);
    expect((await send(process, 'Hello')).slot).toBe(2);
  });

  it('is refused when it is larger than the limit', async () => {
    const { node, wallet } = await startNode({ limits: { itemBytes: 2_000 } });
    const item = buildItem(wallet, { tags: [], data: 'x'.repeat(3_000) });
    await expect(node.ask('mu.send', { item: item.raw })).rejects.toMatchObject({ code: 'ITEM_TOO_LARGE' });
  });
});

describe('code that goes wrong', () => {
  it('that does not parse, throws, loops or allocates for ever ends as an error, and the process lives on', async () => {
    const { spawn, send, result, evaluate } = await startNode({ limits: { gas: 20_000_000, memoryBytes: 64 * 1024 * 1024 } });
    const process = await spawn('kept = 1');
    const failing = async (code: string) => {
      const { slot } = await send(process, 'Eval', code);
      return result(process, slot);
    };
    expect((await failing('local = 1')).error).toMatch(/:1:/);
    expect((await failing('\n\nerror("on purpose")')).error).toMatch(/:3: on purpose/);
    expect(await failing('while true do end')).toMatchObject({
      verdict: { kind: 'gas', limit: 20_000_000 },
      error: expect.stringContaining('20,000,000') as string,
    });
    expect(await failing('while true do pcall(function() while true do end end) end')).toMatchObject({ verdict: { kind: 'gas' } });
    expect(await failing('local t = {} for i = 1, 1e9 do t[i] = ("x"):rep(100000) .. i end')).toMatchObject({
      verdict: { kind: 'memory' },
    });
    expect(await failing('kept = 2; error({ code = 7 })')).toMatchObject({ messages: [] });
    expect(await evaluate(process, 'return kept')).toBe('1');
  });

  it('that sends what cannot be sent is told, and the rest of its outbox still goes', async () => {
    const { spawn, send, idle, facts, evaluate } = await startNode();
    const other = await spawn('');
    const process = await spawn(`Handlers.add("go", "Go", function(msg)
      ao.send({ Target = "not an id", Action = "A" })
      ao.send({ Target = msg.Data, Action = "B", Long = ("x"):rep(5000) })
      ao.send({ Target = msg.Data, Action = "C" })
    end)`);
    await send(process, 'Go', other);
    await idle();
    expect((await facts('mu')).flatMap((fact) => (fact.kind === 'mu.dropped' ? [fact.code] : []))).toEqual([
      'PUSH_UNSIGNABLE',
      'PUSH_UNSIGNABLE',
    ]);
    expect(await evaluate(other, 'return Inbox[#Inbox].Action')).toBe('C');
  });
});

describe('two processes that answer each other for ever', () => {
  it('are held after so many hops, and go on when told to', async () => {
    const { node, spawn, send, idle, facts } = await startNode({ limits: { hops: 10 } });
    const echo = 'Handlers.add("echo", "Echo", function(msg) ao.send({ Target = msg.From, Action = "Echo" }) end)';
    const one = await spawn(echo);
    const two = await spawn(`${echo}; Handlers.add("go", "Go", function(msg) ao.send({ Target = msg.Data, Action = "Echo" }) end)`);
    const { id } = await send(two, 'Go', one);
    await idle();
    const pushes = async (): Promise<number> =>
      (await facts('mu')).filter((fact) => fact.kind === 'mu.pushed' && fact.journey === id).length;
    expect((await facts('mu')).at(-1)).toMatchObject({ kind: 'mu.held', journey: id, hops: 10, limit: 10 });
    expect(await pushes()).toBe(10);
    expect(await node.ask('mu.continue', { journey: id })).toEqual({ limit: 20 });
    await idle();
    expect(await pushes()).toBe(20);
    await expect(node.ask('mu.continue', { journey: 'J'.repeat(43) as typeof id })).rejects.toMatchObject({ code: 'JOURNEY_NOT_HELD' });
  });
});
