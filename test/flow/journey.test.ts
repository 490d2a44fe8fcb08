import { describe, expect, it } from 'vitest';
import { toSlot } from '../../node/contract/ids.ts';
import { nextHashChain } from '../../node/item/log-line.ts';
import { startNode } from '../kit/node.ts';

const COUNTER = `
count = count or 0
Handlers.add("Inc", "Inc", function(msg)
  count = count + 1
  msg.reply({ Action = "Count", Data = tostring(count) })
end)`;

describe('a message', () => {
  it('gets the next slot, is evaluated, and its answer is announced with its place', async () => {
    const { spawn, send, result, facts, idle } = await startNode();
    const process = await spawn(COUNTER);
    const { slot, id } = await send(process, 'Inc');
    expect(slot).toBe(1);
    const outcome = await result(process, slot);
    expect(outcome.error).toBeNull();
    expect(outcome.messages[0]?.Data).toBe('1');
    await idle();
    const assigned = (await facts('su')).filter((fact) => fact.kind === 'su.assigned');
    expect(assigned.map((fact) => fact.slot)).toEqual([0, 1]);
    expect((await facts('cu')).find((fact) => fact.kind === 'cu.evaluated' && fact.id === id)).toMatchObject({
      slot: 1,
      messages: 1,
      error: null,
    });
    expect((await facts('mu')).some((fact) => fact.kind === 'mu.pushed' && fact.cause.message === id)).toBe(true);
  });

  it('travels from one process to the other and back, each hop with its cause and its journey', async () => {
    const { spawn, send, evaluate, idle, facts } = await startNode();
    const pong = await spawn(`Handlers.add("ping", "Ping", function(msg) msg.reply({ Action = "Pong", Data = msg.Data }) end)`);
    const ping = await spawn(`
      got = {}
      Handlers.add("go", "Go", function(msg) ao.send({ Target = msg.Data, Action = "Ping", Data = "hello" }) end)
      Handlers.add("pong", "Pong", function(msg) table.insert(got, msg.Data .. " from " .. msg.From) end)`);
    const { id } = await send(ping, 'Go', pong);
    await idle();
    expect(await evaluate(ping, 'return got[1]')).toBe(`hello from ${pong}`);
    const pushed = (await facts('mu')).filter((fact) => fact.kind === 'mu.pushed' && fact.journey === id);
    expect(pushed).toMatchObject([
      { sketch: { from: ping, target: pong, action: 'Ping' }, cause: { process: ping, slot: 1 }, hops: 1 },
      { sketch: { from: pong, target: ping, action: 'Pong' }, cause: { process: pong, slot: 1 }, hops: 2 },
    ]);
  });

  it('tells of all six steps: when the gateway had it, when its result was fetched, and who had what assigned', async () => {
    const { spawn, send, idle, facts, node } = await startNode();
    const library = await spawn('');
    const reader = await spawn('ao.addAssignable("all", function() return true end)');
    const asks = await spawn(`Handlers.add("go", "Go", function(msg) ao.assign({ Processes = { "${reader}" }, Message = msg.Data }) end)`);
    const { id: book } = await send(library, 'Book', 'text');
    const { id } = await send(asks, 'Go', book);
    await idle();
    const mu = await facts('mu');
    expect(mu.find((fact) => fact.kind === 'mu.assigned')).toMatchObject({
      id: book,
      process: reader,
      journey: id,
      cause: { process: asks, slot: 1, message: id, index: 0 },
    });
    const pulled = mu.flatMap((fact) => (fact.kind === 'mu.pulled' ? [`${fact.process} ${fact.slot} ${fact.entries}`] : []));
    expect(pulled).toEqual(expect.arrayContaining([`${library} 1 0`, `${asks} 1 1`, `${reader} 1 0`]));
    const stored = async (): Promise<readonly string[]> =>
      (await facts('su')).flatMap((fact) =>
        fact.kind === 'su.stored' ? fact.stored.flatMap(({ process, slots }) => slots.map((slot) => `${process} ${slot}`)) : [],
      );
    const all = [library, reader, asks].flatMap((process) => [`${process} 0`, `${process} 1`]);
    await expect.poll(async () => (await stored()).toSorted(), { timeout: 10_000 }).toEqual(all.toSorted());
    expect((await node.ask('gateway.item', { id })).id).toBe(id);
  });

  it('finds a log whose nonces, timestamps and hash chain hold together', async () => {
    const { node, spawn, send, idle } = await startNode();
    const process = await spawn(COUNTER);
    await Promise.all(Array.from({ length: 40 }, () => send(process, 'Inc')));
    await idle();
    const { entries } = await node.ask('su.log', { process, from: toSlot(0), limit: 100 });
    expect(entries).toHaveLength(41);
    entries.reduce<(typeof entries)[number]['assignment'] | null>((before, { assignment }) => {
      expect(assignment.hashChain).toBe(
        nextHashChain(process, before === null ? null : { assignment: before.id, hashChain: before.hashChain }),
      );
      if (before !== null) {
        expect(assignment.slot).toBe(before.slot + 1);
        expect(assignment.timestampMs).toBeGreaterThan(before.timestampMs);
      }
      return assignment;
    }, null);
  });
});

describe('a process', () => {
  it('spawned by a process belongs to its parent and tells it when it runs', async () => {
    const { spawn, evaluate, idle, module } = await startNode();
    const parent = await spawn(`child = nil`);
    await evaluate(
      parent,
      `Spawn("${module}", { Data = "answer = 42", ["On-Boot"] = "Data", Authority = ao.authorities[1] }).onReply(function(m) child = m.Process end)`,
    );
    await idle();
    const child = await evaluate(parent, 'return child');
    expect(child).toMatch(/^[\w-]{43}$/);
    await evaluate(
      parent,
      `Send({ Target = child, Action = "Eval", Data = "ao.send({ Target = Owner, Action = 'Report', Data = tostring(answer) })" })`,
    );
    await idle();
    expect(await evaluate(parent, 'return Inbox[#Inbox].Data')).toBe('42');
  });

  it('waits inside a handler for the answer of another one', async () => {
    const { spawn, evaluate, idle } = await startNode();
    const adder = await spawn(
      `Handlers.add("add", "Add", function(msg) msg.reply({ Data = tostring(tonumber(msg.A) + tonumber(msg.B)) }) end)`,
    );
    const asker = await spawn('');
    await evaluate(asker, `sum = Send({ Target = "${adder}", Action = "Add", A = "2", B = "3" }).receive().Data`);
    await idle();
    expect(await evaluate(asker, 'return sum')).toBe('5');
  });
});

describe('after a restart', () => {
  it('every process goes on where it was, and replaying its log from the start gives the same', async () => {
    const node = await startNode();
    const process = await node.spawn(COUNTER);
    for (let n = 0; n < 25; n++) await node.send(process, 'Inc');
    await node.idle();
    await node.restart();
    expect(await node.evaluate(process, 'return count')).toBe('25');
    expect(await node.node.ask('cu.verify', { process })).toMatchObject({ slots: 27, firstDifference: null });
  });

  it('what was owed to other processes is delivered', async () => {
    const node = await startNode();
    const pong = await node.spawn(`seen = 0; Handlers.add("ping", "Ping", function() seen = seen + 1 end)`);
    const ping = await node.spawn(
      `Handlers.add("go", "Go", function(msg) for n = 1, 30 do ao.send({ Target = msg.Data, Action = "Ping" }) end end)`,
    );
    await node.send(ping, 'Go', pong);
    await node.restart();
    await node.idle();
    expect(await node.evaluate(pong, 'return seen')).toBe('30');
  });
});
