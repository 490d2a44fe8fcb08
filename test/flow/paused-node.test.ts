import { describe, expect, it } from 'vitest';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { Delivery } from '../../node/contract/delivery.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const SINK = 'Got = {}; Handlers.add("n", "N", function(msg) table.insert(Got, msg.N) end)';
const SOURCE = `Handlers.add("go", "Go", function(msg)
  for n = 1, tonumber(msg.Count) do Send({ Target = msg.Data, Action = "N", N = tostring(n) }) end
  msg.reply({ Data = "sent" })
end)`;

const waiting = async (made: TestNode) => made.node.ask('mu.deliveries', { limit: 1_000 });
/** Deliveries to a process, oldest first; the reply to the person is none of them. */
const forProcess = async (made: TestNode, process: ProcessId): Promise<readonly Delivery[]> =>
  (await waiting(made)).deliveries.filter(({ target }) => target === process);
const got = (made: TestNode, sink: ProcessId): Promise<string> => made.evaluate(sink, 'return table.concat(Got, " ")');

async function pair(made: TestNode): Promise<{ sink: ProcessId; source: ProcessId }> {
  return { sink: await made.spawn(SINK), source: await made.spawn(SOURCE) };
}

const count = (n: number) => [{ name: 'Count', value: String(n) }];

describe('a paused node', () => {
  it('answers what people send and delivers nothing that processes send, over a restart too, until it goes on', async () => {
    const made = await startNode();
    const { sink, source } = await pair(made);
    await made.node.ask('mu.pause', {});
    const { slot } = await made.send(source, 'Go', sink, count(3));
    // The client has its answer: only what follows from it waits.
    expect((await made.result(source, slot)).messages).toHaveLength(4);
    await made.idle();
    expect(await got(made, sink)).toBe('');
    const before = await waiting(made);
    expect(before).toMatchObject({ isPaused: true, total: 4 });
    expect(before.deliveries[0]).toMatchObject({ target: sink, hops: 1, cause: { process: source, slot, index: 0 } });
    expect(before.deliveries[0]?.sketch).toMatchObject({ action: 'N', from: source });

    await made.restart();
    await made.idle();
    expect(await waiting(made)).toEqual(before);
    expect((await made.facts('mu')).filter(({ kind }) => kind === 'mu.waiting')).toHaveLength(4);

    await made.node.ask('mu.resume', {});
    await made.idle();
    expect(await got(made, sink)).toBe('1 2 3');
    expect(await waiting(made)).toMatchObject({ isPaused: false, total: 0 });
    const kinds = (await made.facts('mu')).map(({ kind }) => kind);
    expect([kinds.indexOf('mu.paused'), kinds.indexOf('mu.resumed')].every((at) => at >= 0)).toBe(true);
  }, 120_000);

  it('delivers in whichever order a person chooses, remembers it over a restart, and the logs verify', async () => {
    const made = await startNode();
    const { sink, source } = await pair(made);
    await made.node.ask('mu.pause', {});
    await made.send(source, 'Go', sink, count(5));
    await made.idle();
    const all = await forProcess(made, sink);
    const deliver = async (index: number): Promise<void> => {
      const id = all[index]?.id ?? '';
      expect(await made.node.ask('mu.deliver', { id })).toEqual({ end: 'delivered' });
      await expect(made.node.ask('mu.deliver', { id })).rejects.toMatchObject({ code: 'DELIVERY_UNKNOWN' });
    };
    await deliver(3);
    await deliver(1);
    // The item has the id that was foretold.
    const found = await made.node.ask('su.log', { process: sink, from: toSlot(1), limit: 2 });
    expect(found.entries.map(({ assignment }) => assignment.message)).toEqual([all[3]?.item, all[1]?.item]);

    await made.restart();
    await made.idle();
    expect((await forProcess(made, sink)).map(({ id }) => id)).toEqual([all[0]?.id, all[2]?.id, all[4]?.id]);
    await deliver(4);
    await made.node.ask('mu.deliver', { id: null });
    await made.node.ask('mu.resume', {});
    await made.idle();
    expect(await got(made, sink)).toBe('4 2 5 1 3');
    for (const process of [sink, source]) expect(await made.node.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
    await expect(made.node.ask('mu.deliver', { id: null })).rejects.toMatchObject({ code: 'NOTHING_WAITS' });
  }, 120_000);

  it('steps through a conversation: each answer waits in its turn', async () => {
    const made = await startNode();
    const pong = await made.spawn('Handlers.add("ping", "Ping", function(msg) msg.reply({ Action = "Pong" }) end)');
    const ping = await made.spawn(
      'Pongs = 0; Handlers.add("start", "Start", function(msg) Send({ Target = msg.Data, Action = "Ping" }) end); Handlers.add("pong", "Pong", function() Pongs = Pongs + 1 end)',
    );
    await made.node.ask('mu.pause', {});
    await made.send(ping, 'Start', pong);
    for (const action of ['Ping', 'Pong']) {
      await made.idle();
      const { deliveries } = await waiting(made);
      expect(deliveries.map(({ sketch }) => sketch?.action)).toEqual([action]);
      await made.node.ask('mu.deliver', { id: null });
    }
    await made.idle();
    expect(await waiting(made)).toMatchObject({ total: 0 });
    expect(await made.evaluate(ping, 'return Pongs')).toBe('1');
  }, 120_000);

  it('tells why an entry could not be delivered, spawns when told to, and gives assignments', async () => {
    const made = await startNode();
    const sink = await made.spawn(`${SINK}; ao.addAssignable("all", function() return true end)`);
    const { id: note } = await made.send(sink, 'Note', 'x');
    const other = await made.spawn('ao.addAssignable("all", function() return true end)');
    const process = await made.spawn(`Handlers.add("mix", "Mix", function(msg)
      Send({ Target = "nowhere", Action = "Lost" })
      Spawn(ao.env.Module.Id, { Name = "child", Data = "x = 1" })
      Assign({ Processes = { msg.Other }, Message = msg.Note })
    end)`);
    await made.node.ask('mu.pause', {});
    await made.send(process, 'Mix', '', [
      { name: 'Other', value: other },
      { name: 'Note', value: note },
    ]);
    await made.idle();
    const { deliveries } = await waiting(made);
    expect(deliveries.map(({ item }) => item === null)).toEqual([true, false, false]);
    const ends = [];
    for (const { id } of deliveries) ends.push((await made.node.ask('mu.deliver', { id })).end);
    expect(ends).toEqual(['dropped', 'delivered', 'delivered']);
    const facts = await made.facts('mu');
    expect(facts.filter(({ kind }) => kind === 'mu.dropped')).toMatchObject([
      { code: 'PUSH_UNSIGNABLE', target: 'nowhere', action: 'Lost' },
    ]);
    expect(facts.filter(({ kind }) => kind === 'mu.assigned')).toMatchObject([{ id: note, process: other, cause: { index: 2 } }]);
    const child = await made.node.ask('su.process', { process: deliveries[1]?.item as never });
    expect(child.name).toBe('child');
  }, 120_000);
});

it('a journey that a person ends delivers nothing more, and says so of every message; others go on', async () => {
  const made = await startNode({ limits: { hops: 10 } });
  const loop = 'n = 0; Handlers.add("self", "Self", function() n = n + 1; Send({ Target = ao.id, Action = "Self" }) end)';
  const [process, other] = [await made.spawn(loop), await made.spawn(loop)];
  const { id } = await made.send(process, 'Self');
  await made.idle();
  expect(await made.evaluate(process, 'return n')).toBe('11');
  await made.node.ask('mu.end', { journey: id });
  await made.idle();
  const facts = await made.facts('mu');
  expect(facts.filter(({ kind }) => kind === 'mu.dropped')).toMatchObject([{ code: 'JOURNEY_ENDED', journey: id, target: process }]);
  await expect(made.node.ask('mu.continue', { journey: id })).rejects.toMatchObject({ code: 'JOURNEY_NOT_HELD' });
  await made.restart();
  await made.send(other, 'Self');
  await made.idle();
  expect(await made.evaluate(other, 'return n')).toBe('11');
  expect(await made.evaluate(process, 'return n')).toBe('11');
}, 120_000);
