import { describe, expect, it } from 'vitest';
import { buildItem } from '../../node/item/build.ts';
import { createWallet } from '../../node/item/wallet.ts';
import { UNITS } from '../../node/contract/trace.ts';
import { parseFilter, testFor } from '../../renderer/model/filter.ts';
import { hitsOf } from '../../renderer/model/hit-rows.ts';
import { hintsOf } from '../../renderer/model/hints.ts';
import { rowAt } from '../../renderer/model/lookup.ts';
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
const codesAt = (world: World, process: string, slot: number): string[] => rowAt(world, process, slot)?.hints.map(({ code }) => code) ?? [];

/** The slots of the messages that a filter finds. */
const slotsFound = (world: World, filter: string): (number | null)[] =>
  hitsOf(world, testFor(world, parseFilter(filter)), null).rows.map(({ slot }) => slot);

/** Spawns without the authority that `made.spawn` adds. */
async function spawnBare(made: TestNode, source: string, name: string) {
  const tags = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Process' },
    { name: 'Module', value: String(made.module) },
    { name: 'Scheduler', value: made.node.opened.su.address ?? '' },
    { name: 'On-Boot', value: 'Data' },
    ...named(name),
  ];
  const { process } = await made.node.ask('mu.send', { item: buildItem(made.wallet, { anchor: 'b'.repeat(32), tags, data: source }).raw });
  if (process === null) throw new Error('the spawn gave no process');
  await made.result(process, 0);
  return process;
}

describe('what is no error and yet not what somebody meant', () => {
  it('a process without an authority is told at its spawn, and every message that it ignores therefore', async () => {
    const made = await startNode();
    const deaf = await spawnBare(made, 'Handlers.add("hi", "Hi", function() print("heard") end)', 'deaf');
    const sender = await made.spawn(
      'Handlers.add("go", "Go", function(msg) Send({ Target = msg.Data, Action = "Hi" }) end)',
      named('sender'),
    );
    for (const _ of [1, 2]) await made.send(sender, 'Go', deaf);
    await made.idle();
    const world = await worldOf(made);
    expect(codesAt(world, deaf, 0)).toEqual(['AUTHORITY_MISSING']);
    expect(codesAt(world, deaf, 1)).toEqual(['MESSAGE_UNTRUSTED']);
    expect(codesAt(world, sender, 0)).toEqual([]);
    const authority = made.node.opened.mu.address ?? '';
    expect(hintsOf(world)).toMatchObject([
      {
        code: 'MESSAGE_UNTRUSTED',
        count: 2,
        slot: 2,
        message: expect.stringContaining('deaf ignored this message: it says to come from sender'),
        cure: expect.stringContaining(`Authority=${authority}`),
      },
      {
        code: 'AUTHORITY_MISSING',
        count: 1,
        message: expect.stringContaining('deaf trusts no messenger'),
        cure: expect.stringContaining(authority),
      },
    ]);
    expect(problemsOf(world)).toEqual([]);
  }, 120_000);

  it('a message that no handler took, by action, however many there were; one that was answered is none', async () => {
    const made = await startNode();
    const process = await made.spawn('Handlers.add("hi", "Hi", function(msg) print("hello") end)', named('greeter'));
    for (const action of ['hi', 'hi', 'Hi', 'Bye']) await made.send(process, action);
    await made.evaluate(process, 'return 1');
    const world = await worldOf(made);
    expect(hintsOf(world).map(({ message, count }) => [message, count])).toEqual([
      ['No handler of greeter took the action "Bye": it went to the Inbox.', 1],
      ['No handler of greeter took the action "hi": it went to the Inbox.', 2],
    ]);
    expect([1, 2, 3, 4, 5].map((slot) => codesAt(world, process, slot).length)).toEqual([1, 1, 0, 1, 0]);
    expect(slotsFound(world, 'unhandled')).toEqual([1, 2, 4]);
    expect(slotsFound(world, 'hint -action:bye')).toEqual([1, 2]);
  }, 120_000);

  it('an assignment that a process takes none of', async () => {
    const made = await startNode();
    const [one, other] = [await made.spawn(''), await made.spawn('', named('other'))];
    const { id } = await made.send(one, 'Note', 'x');
    const { slot } = await made.node.ask('mu.assign', { process: other, message: id, baseLayer: false, exclude: [] });
    await made.result(other, slot);
    await made.idle();
    expect(codesAt(await worldOf(made), other, slot)).toEqual(['ASSIGNMENT_UNTRUSTED']);
  }, 120_000);

  it('tags that are no text: which, of which type, and how to write it', async () => {
    const made = await startNode();
    const sink = await made.spawn('');
    const process = await made.spawn(`Handlers.add("go", "Go", function(msg)
      local function raw(name, value)
        table.insert(ao.outbox.Messages, { Target = msg.Data, Anchor = ("0"):rep(32), Data = "", Tags = { { name = name, value = value } } })
      end
      raw("Quantity", 100)
      raw("Flag", true)
      raw("List", { 1, 2 })
      Send({ Target = msg.Data, Action = "D" })
    end)`);
    await made.send(process, 'Go', sink);
    await made.idle();
    const told = problemsOf(await worldOf(made)).map(({ code, message }) => `${code} ${message}`);
    expect(told.toSorted()).toEqual([
      'TAG_NOT_TEXT Outbox entry 0 was not sent: its tag "Quantity" is the number 100, and a tag is text.',
      'TAG_NOT_TEXT Outbox entry 1 was not sent: its tag "Flag" is the boolean true, and a tag is text.',
      'TAG_NOT_TEXT Outbox entry 2 was not sent: its tag "List" is the table [1,2], and a tag is text.',
    ]);
  }, 120_000);

  it('an item that is sent twice leads to where it stands', async () => {
    const made = await startNode();
    const process = await made.spawn('');
    const tags = [
      { name: 'Data-Protocol', value: 'ao' },
      { name: 'Type', value: 'Message' },
      { name: 'Action', value: 'Once' },
    ];
    const { raw } = buildItem(createWallet(), { target: process, anchor: 'c'.repeat(32), tags, data: '' });
    await made.node.ask('mu.send', { item: raw });
    await expect(made.node.ask('mu.send', { item: raw })).rejects.toMatchObject({ code: 'MESSAGE_DUPLICATE' });
    const world = await worldOf(made);
    expect(problemsOf(world)).toMatchObject([{ code: 'MESSAGE_DUPLICATE', process, slot: 1 }]);
    expect(codesAt(world, process, 1)).toContain('MESSAGE_AGAIN');
  }, 120_000);

  it('times in seconds, and a tag that hides the time of its message', async () => {
    const made = await startNode();
    const process = await made.spawn('Handlers.add("bid", "Bid", function() end)', named('auction'));
    const tag = (name: string, value: number) => [{ name, value: String(value) }];
    const seconds = Math.floor(Date.now() / 1000);
    await made.send(process, 'Bid', '', tag('Deadline', seconds));
    await made.send(process, 'Bid', '', tag('Deadline', seconds * 1000));
    await made.send(process, 'Bid', '', tag('Quantity', seconds));
    await made.send(process, 'Bid', '', tag('Timestamp', seconds * 1000 + 3_600_000));
    await made.send(process, 'Bid', '', tag('Timestamp', seconds * 1000 - 3_600_000));
    await made.idle();
    const world = await worldOf(made);
    expect([1, 2, 3, 4, 5].map((slot) => codesAt(world, process, slot))).toEqual([
      ['TIME_SECONDS'],
      [],
      [],
      ['TIME_HIDDEN'],
      ['TIME_BACK'],
    ]);
    expect(hintsOf(world).find(({ code }) => code === 'TIME_SECONDS')?.cure).toContain(`Send ${seconds}000`);
  }, 120_000);
});

it('a spawn without a module is dropped with the reason, one without a scheduler refused', async () => {
  const made = await startNode();
  const process = await made.spawn(
    `Handlers.add("go", "Go", function(msg) table.insert(ao.outbox.Spawns, { Anchor = ("0"):rep(32), Tags = {} }) end)`,
  );
  await made.send(process, 'Go');
  await made.idle();
  expect(problemsOf(await worldOf(made))).toMatchObject([{ code: 'SPAWN_NO_MODULE', process }]);
  const tags = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Process' },
    { name: 'Module', value: String(made.module) },
  ];
  const { raw } = buildItem(made.wallet, { anchor: 'd'.repeat(32), tags, data: '' });
  await expect(made.node.ask('mu.send', { item: raw })).rejects.toMatchObject({ code: 'SPAWN_NO_SCHEDULER' });
  expect(problemsOf(await worldOf(made)).map(({ code }) => code)).toContain('SPAWN_NO_SCHEDULER');
}, 120_000);
