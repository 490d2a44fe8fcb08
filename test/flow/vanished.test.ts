import { expect, it } from 'vitest';
import { UNITS } from '../../node/contract/trace.ts';
import { fateOf } from '../../renderer/model/fate.ts';
import { childrenOf, rowAt } from '../../renderer/model/lookup.ts';
import { emptyWorld, reduce, type World } from '../../renderer/model/world.ts';
import { startNode, type TestNode } from '../kit/node.ts';

async function worldOf(made: TestNode): Promise<World> {
  let world = emptyWorld();
  for (const unit of UNITS) world = reduce(world, await made.facts(unit));
  return world;
}

it('of each outbox entry it is known to which hop it came, and why it went no further', async () => {
  const made = await startNode();
  const sink = await made.spawn('Handlers.add("hi", "Hi", function() end); Handlers.add("fail", "Fail", function() error("no") end)');
  const source = await made.spawn(`Handlers.add("go", "Go", function(msg)
    Send({ Target = msg.Data, Action = "Hi" })
    Send({ Target = msg.Data, Action = "Fail" })
    Send({ Target = msg.Data, Action = "Nobody" })
    Send({ Target = ("W"):rep(42) .. "A", Action = "Mail" })
    Send({ Target = "nowhere", Action = "Lost" })
    Send({ Target = msg.Data, Action = "Refused", ["x+link"] = "y" })
    local same = { Target = msg.Data, Anchor = ("7"):rep(32), Data = "twice", Tags = { { name = "Action", value = "Hi" } } }
    table.insert(ao.outbox.Messages, same)
    table.insert(ao.outbox.Messages, same)
    Spawn(ao.env.Module.Id, { Data = "x = 1", Name = "child" })
  end)`);
  const { slot } = await made.send(source, 'Go', sink);
  await made.idle();
  const world = await worldOf(made);
  const sender = rowAt(world, source, slot);
  if (sender === null) throw new Error('the message has no row');
  const fates = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((index) => {
    const child =
      childrenOf(world, sender).find(({ cause, type }) => cause?.index === index && (index !== 8 || type === 'Process')) ?? null;
    const { hop, end, why } = fateOf(world, sender, index, child);
    return [hop, end, why];
  });
  expect(fates).toEqual([
    ['process', 'slot 1', null],
    ['process', 'slot 2, error', expect.stringContaining('no')],
    ['process', 'slot 3, no handler', expect.stringContaining('No handler')],
    ['gateway', 'to the gateway', expect.stringContaining('no process here')],
    ['messenger', 'dropped', expect.stringContaining('is no id')],
    ['messenger', 'dropped', expect.stringContaining('+link')],
    ['process', 'slot 4', null],
    ['scheduler', 'slot 4', expect.stringContaining('Entry 6 has the same bytes')],
    // Spawned without an Authority tag, so it does not even trust what spawned it.
    ['process', 'slot 0, ignored', expect.stringContaining('child ignored this message')],
  ]);
}, 120_000);
