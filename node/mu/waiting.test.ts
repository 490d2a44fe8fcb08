import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CommandName } from '../contract/commands.ts';
import { AoError } from '../contract/errors.ts';
import { createWorld, id, processId, to, type World } from './world.fixture.ts';

const [ONE, TWO] = [processId('1'), processId('2')];
const signal = new AbortController().signal;
const idle = (world: World): Promise<unknown> => world.mu.handlers['mu.idle']({}, signal);
const waiting = (world: World) => world.mu.handlers['mu.deliveries']({ limit: 1_000 }, signal);
const deliver = (world: World, name: string | null) => world.mu.handlers['mu.deliver']({ id: name }, signal);

/** Every message to ONE sends four to TWO, each of which sends one to a wallet. */
function fan(): World {
  let anchors = 0;
  const replies = new Map<string, ReturnType<typeof to>[]>();
  const sends = (key: string, make: () => ReturnType<typeof to>[]) => {
    const known = replies.get(key) ?? make();
    replies.set(key, known);
    return { messages: known };
  };
  return createWorld(
    (process, slot) =>
      process === ONE
        ? sends(`one ${slot}`, () => [1, 2, 3, 4].map(() => to(TWO, ++anchors)))
        : sends(`two ${slot}`, () => [to(id('W'), ++anchors)]),
    [ONE, TWO],
  );
}

type Act = { readonly kind: 'pause' | 'resume' | 'restart' | 'send' | 'idle' } | { readonly kind: 'deliver'; readonly pick: number };
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.constantFrom<Act>({ kind: 'pause' }, { kind: 'pause' }, { kind: 'resume' }, { kind: 'restart' }, { kind: 'send' }, { kind: 'idle' }),
  fc.record({ kind: fc.constant('deliver' as const), pick: fc.nat(50) }),
);

async function perform(world: World, one: Act): Promise<number> {
  switch (one.kind) {
    case 'pause':
      await world.mu.handlers['mu.pause']({}, signal);
      return 0;
    case 'resume':
      await world.mu.handlers['mu.resume']({}, signal);
      return 0;
    case 'restart':
      // What was on its way is on disk; the one before has nothing in hand then.
      await idle(world);
      world.restart();
      return 0;
    case 'idle':
      await idle(world);
      return 0;
    case 'send':
      await world.send(ONE);
      return 1;
    case 'deliver': {
      const { deliveries } = await waiting(world);
      const chosen = deliveries[one.pick % Math.max(1, deliveries.length)];
      if (chosen !== undefined) await deliver(world, chosen.id);
      return 0;
    }
  }
}

it('whatever a person pauses, chooses and restarts, each message arrives, and once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
      const world = fan();
      let sent = 0;
      for (const one of acts) sent += await perform(world, one);
      await world.mu.handlers['mu.resume']({}, signal);
      await idle(world);
      expect(world.scheduled).toHaveLength(5 * sent);
      expect(new Set(world.scheduled).size).toBe(5 * sent);
      expect(world.uploaded).toHaveLength(4 * sent);
      expect(world.outbox.owed()).toEqual([]);
    }),
    { numRuns: 40 },
  );
}, 120_000);

it('one that is being delivered while the node goes on is not delivered twice', async () => {
  const world = fan();
  await world.mu.handlers['mu.pause']({}, signal);
  await world.send(ONE);
  await idle(world);
  const { deliveries } = await waiting(world);
  const going = deliver(world, deliveries[2]?.id ?? '');
  await world.mu.handlers['mu.resume']({}, signal);
  expect(await going).toEqual({ end: 'delivered' });
  await idle(world);
  expect(world.scheduled).toHaveLength(5);
  expect(world.facts.filter(({ kind }) => kind === 'mu.pushed')).toHaveLength(8);
});

it('waits again, and where it was, when it could not be delivered for a fault of the node', async () => {
  const world = fan();
  await world.mu.handlers['mu.pause']({}, signal);
  await world.send(ONE);
  await idle(world);
  const before = await waiting(world);
  world.before = (name: CommandName) => {
    if (name === 'su.schedule') throw new AoError('CANCELLED');
  };
  await expect(deliver(world, null)).rejects.toMatchObject({ code: 'CANCELLED' });
  expect((await waiting(world)).total).toBe(before.total);
});

it('a journey that reaches its limit while it is stepped through is held', async () => {
  const world = createWorld(() => ({ messages: [to(ONE)] }), [ONE], 1);
  await world.mu.handlers['mu.pause']({}, signal);
  const { id: journey } = await world.send(ONE);
  await idle(world);
  expect(await deliver(world, null)).toEqual({ end: 'delivered' });
  await idle(world);
  expect(world.facts.at(-1)).toMatchObject({ kind: 'mu.held', journey, pushed: 1 });
  expect(await waiting(world)).toMatchObject({ total: 0 });
});
