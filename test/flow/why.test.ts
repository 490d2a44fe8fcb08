import { expect, test } from 'vitest';
import { nodeClock } from '../../node/contract/clock.ts';
import { toSlot } from '../../node/contract/ids.ts';
import type { WhyProgress } from '../../node/contract/recording.ts';
import { startNode } from '../kit/node.ts';

const BANK = `Balances = { alice = 10 }
local function add(who, amount)
  Balances[who] = (Balances[who] or 0) + amount
end
Handlers.add("Pay", "Pay", function(msg)
  add(msg.Tags.Who, tonumber(msg.Tags.Amount))
end)`;

const SHOP = `Handlers.add("Buy", "Buy", function(msg)
  local price = 7
  Send({ Target = msg.Tags.Bank, Action = "Other" })
  Send({ Target = msg.Tags.Bank, Action = "Pay", Who = "shop", Amount = tostring(price) })
end)`;

test('a value leads back to the line that wrote it, the line that sent the message, and the person who began it', async () => {
  const node = await startNode();
  const bank = await node.spawn(BANK);
  const shop = await node.spawn(SHOP);
  const bought = await node.send(shop, 'Buy', '', [{ name: 'Bank', value: bank }]);
  await node.idle();
  const { slot } = await node.send(bank, 'Nothing');
  await node.result(bank, slot);
  const why = await node.node.ask('cu.why', { process: bank, slot, expression: 'Balances.shop' });
  expect(why.origin).toBe('person');
  expect(why.links.map(({ process, slot, did, place, message }) => [process, slot, did, place?.line, message.action])).toEqual([
    [bank, 2, 'wrote', 3, 'Pay'],
    [shop, bought.slot, 'sent', 4, 'Buy'],
  ]);
  expect(why.links[0]?.change).toEqual({ before: 'nil', after: '7' });
  expect(why.links[1]?.message.from).toBe(node.wallet.address);
  // Each link can be opened: the line stands at the step it names.
  const { frames } = await node.node.ask('cu.frames', { process: bank, slot: toSlot(2), tick: null, step: why.links[0]?.step ?? -1 });
  expect(frames[0]?.locals.map(({ name, preview }) => `${name}=${preview}`)).toEqual(['who="shop"', 'amount=7']);
});

test('a key that stands somewhere else in the state leads to the line as well', async () => {
  const node = await startNode();
  const bank = await node.spawn(`${BANK}\nPeers = { shop = "s-h-o-p" }`);
  const { slot } = await node.send(bank, 'Pay', '', [
    { name: 'Who', value: 's-h-o-p' },
    { name: 'Amount', value: '3' },
  ]);
  await node.result(bank, slot);
  const why = await node.node.ask('cu.why', { process: bank, slot: toSlot(slot), expression: 'Balances[Peers.shop]' });
  expect(why.links[0]).toMatchObject({ slot, place: { line: 3 }, change: { before: 'nil', after: '3' } });
});

test('a value of the first code leads to the spawn, and one that was never there says so', async () => {
  const node = await startNode();
  const bank = await node.spawn(BANK);
  const first = await node.node.ask('cu.why', { process: bank, slot: toSlot(0), expression: 'Balances.alice' });
  expect(first).toMatchObject({ origin: 'person', links: [{ slot: 0, did: 'wrote', place: { line: 1 } }] });
  const never = await node.node.ask('cu.why', { process: bank, slot: toSlot(0), expression: 'Balances.nobody' });
  expect(never).toEqual({ origin: 'never written', links: [] });
});

test('a value that a cron message wrote leads to the cron', async () => {
  const node = await startNode({ clock: { startMs: Date.parse('2030-01-01T00:00:00Z'), rate: null } });
  const clock = nodeClock((name, args) => node.node.ask(name, args));
  const process = await node.spawn('Count = 0\nHandlers.add("tick", "Tick", function() Count = Count + 1 end)', [
    { name: 'Cron-Interval', value: '10-seconds' },
    { name: 'Cron-Tag-Action', value: 'Tick' },
  ]);
  await clock.step(25);
  const { slot } = await node.send(process, 'Other');
  await node.result(process, slot);
  expect(await node.node.ask('cu.why', { process, slot, expression: 'Count' })).toMatchObject({
    origin: 'cron',
    links: [{ slot: 1, tick: 1, did: 'wrote', place: { line: 2 }, change: { before: '1', after: '2' } }],
  });
});

test('while slots are looked through one can ask how far that has come', async () => {
  const node = await startNode();
  const bank = await node.spawn(BANK);
  for (let sent = 0; sent < 60; sent += 1) await node.send(bank, 'Nothing');
  const { slot } = await node.send(bank, 'Nothing');
  await node.result(bank, slot);
  const expression = 'Balances.alice';
  const question = { process: bank, slot, expression };
  let isDone = false;
  const asked = node.node.ask('cu.why', question).finally(() => {
    isDone = true;
  });
  const told: WhyProgress[] = [];
  while (!isDone) {
    const { progress } = await node.node.ask('cu.whyProgress', question);
    if (progress !== null) told.push(progress);
  }
  await asked;
  expect(told[0]).toMatchObject({ process: bank, links: 0 });
  expect(await node.node.ask('cu.whyProgress', question)).toEqual({ progress: null });
});
