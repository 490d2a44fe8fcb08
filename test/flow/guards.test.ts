import { describe, expect, it } from 'vitest';
import { UNITS } from '../../node/contract/trace.ts';
import { nameOf } from '../../renderer/model/lookup.ts';
import { loopOf, loopWords } from '../../renderer/model/loop.ts';
import { problemsOf } from '../../renderer/model/problems.ts';
import { emptyWorld, reduce, type World } from '../../renderer/model/world.ts';
import { startNode, type TestNode } from '../kit/node.ts';

/** What the window knows of this node. */
async function worldOf(made: TestNode): Promise<World> {
  let world = emptyWorld();
  for (const unit of UNITS) world = reduce(world, await made.facts(unit));
  return world;
}

const named = (name: string) => [{ name: 'Name', value: name }];

describe('a journey that goes round', () => {
  it('is held, shows the circle with its count, goes on for as long as it is told, and ends when told to', async () => {
    const made = await startNode({ limits: { hops: 20 } });
    const echo = (action: string): string =>
      `Handlers.add("answer", "${action}", function(msg) Send({ Target = msg.From, Action = "${action === 'Ping' ? 'Pong' : 'Ping'}" }) end)`;
    const pong = await made.spawn(echo('Ping'), named('pong'));
    const ping = await made.spawn(
      `${echo('Pong')}; Handlers.add("go", "Go", function(msg) Send({ Target = msg.Data, Action = "Ping" }) end)`,
      named('ping'),
    );
    const { id } = await made.send(ping, 'Go', pong);
    await made.idle();
    const world = await worldOf(made);
    const held = world.held.get(id);
    if (held === undefined) throw new Error('nothing is held');
    const loop = loopOf(world, held);
    expect(loop).toMatchObject({ kind: 'loop', turns: 10, messages: 21 });
    expect(loop.edges.map(({ from, to, action, count }) => [nameOf(world, from), nameOf(world, to), action, count])).toEqual([
      ['ping', 'pong', 'Ping', 10],
      ['pong', 'ping', 'Pong', 10],
    ]);
    expect(loopWords(world, loop)).toBe('ping → pong → ping');
    expect(problemsOf(world)[0]).toMatchObject({ code: 'HOP_LIMIT', journey: id, message: expect.stringContaining('ping → pong → ping') });

    expect(await made.node.ask('mu.continue', { journey: id, more: 6 })).toEqual({ limit: 26 });
    await made.idle();
    expect(loopOf(await worldOf(made), (await worldOf(made)).held.get(id) ?? held)).toMatchObject({ messages: 27 });

    await made.node.ask('mu.end', { journey: id });
    await made.idle();
    const after = await worldOf(made);
    expect(after.held.size).toBe(0);
    expect(after.messages.filter(({ code }) => code === 'JOURNEY_ENDED')).toHaveLength(1);
  }, 120_000);
});

describe('a journey that spreads', () => {
  it('is held at the number of messages that the person has set, and shows who sends the most', async () => {
    const made = await startNode({ limits: { journeyItems: 40 } });
    const sink = await made.spawn('', named('sink'));
    const source = await made.spawn(
      'Handlers.add("go", "Go", function(msg) for n = 1, 100 do Send({ Target = msg.Data, Action = "Flood" }) end end)',
      named('source'),
    );
    const { id, slot } = await made.send(source, 'Go', sink);
    await made.idle();
    const world = await worldOf(made);
    const held = world.held.get(id);
    if (held === undefined) throw new Error('nothing is held');
    const loop = loopOf(world, held);
    expect(loop).toMatchObject({ kind: 'fan-out', messages: 41, widest: { sent: 40, row: { to: source, slot } } });
    expect(loopWords(world, loop)).toContain('source → sink Flood ×40');
    expect(problemsOf(world)[0]).toMatchObject({ code: 'FAN_OUT_LIMIT', journey: id });
    await made.node.ask('mu.continue', { journey: id, more: 60 });
    await made.idle();
    expect((await worldOf(made)).held.size).toBe(0);
    expect(await made.evaluate(sink, 'return #Inbox')).toBe('101');
  }, 120_000);
});
