import { expect, it, onTestFinished } from 'vitest';
import type { UnitStatus } from '../../node/contract/desktop.ts';
import { toProcessId } from '../../node/contract/ids.ts';
import type { UnitName } from '../../node/contract/trace.ts';
import { buildItem } from '../../node/item/build.ts';
import { startBenchApp } from '../bench/kit.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const COUNTER = `
Count = Count or 0
Handlers.add("Add", "Add", function(msg)
  Count = Count + tonumber(msg.Data)
  Send({ Target = ao.id, Action = "Added", Data = tostring(Count) })
end)
Handlers.add("Added", "Added", function(msg) Last = msg.Data print("now " .. msg.Data) end)`;

const urlOf = ({ node }: TestNode, unit: UnitName): string => {
  const url = node.urls[unit];
  if (url === null) throw new Error('start the node with http: true');
  return url;
};

/** Sends one message that sends another, and waits until both have been evaluated. */
async function addAndSee(node: TestNode, process: Parameters<TestNode['send']>[0]): Promise<void> {
  const { slot } = await node.send(process, 'Add', '3');
  await expect
    .poll(() => node.result(process, slot + 1).then(({ output }) => JSON.stringify(output), String), { timeout: 15_000 })
    .toContain('now 3');
}

it('a compute unit elsewhere evaluates what is scheduled here, and its outcomes are pushed here', async () => {
  const here = await startNode({ http: true });
  const there = await startNode({ http: true, network: { units: { su: urlOf(here, 'su'), gateway: urlOf(here, 'gateway') } } });
  const mixed = await startNode({
    http: true,
    network: { units: { gateway: urlOf(here, 'gateway'), su: urlOf(here, 'su'), cu: urlOf(there, 'cu') } },
  });
  const process = await mixed.spawn(COUNTER);
  await addAndSee(mixed, process);
  await mixed.idle();

  // Three nodes, one log: the CU that fetched it over HTTP comes to the same outcomes as the one beside the SU.
  for (const slot of [0, 1, 2]) {
    const [own, fetched, asked] = await Promise.all([here, there, mixed].map((one) => one.result(process, slot)));
    expect(fetched?.hash).toBe(own?.hash);
    expect(asked?.messages).toEqual(own?.messages);
  }
  const [state, ofIt] = await Promise.all([here, there].map((one) => one.node.ask('cu.stateHash', { process, slot: 2 as never })));
  expect(ofIt).toEqual(state);

  const { results } = await mixed.node.ask('cu.results', { process, from: null, to: null, limit: 10, order: 'desc' });
  expect(results.map(({ slot }) => slot)).toEqual([2, 1, 0]);
  const tried = await mixed.node.ask('cu.dryRun', { process, message: { tags: [{ name: 'Action', value: 'Add' }], data: '4' } });
  expect(tried.messages[0]?.Data).toBe('7');
  expect((await mixed.facts('cu')).filter(({ kind }) => kind === 'cu.evaluated')).toHaveLength(3);
  await expect(mixed.node.ask('cu.state', { process, slot: 2 as never, path: [], offset: 0, limit: 1 })).rejects.toMatchObject({
    code: 'UNIT_FOREIGN',
  });
});

it('a scheduler elsewhere orders what is sent here, and this node evaluates and pushes it', async () => {
  const there = await startNode({ http: true });
  const here = await startNode({ network: { units: { su: urlOf(there, 'su'), gateway: urlOf(there, 'gateway') } } });
  expect(here.node.opened.su).toEqual({ url: urlOf(there, 'su'), address: there.node.opened.su.address });
  const process = await here.spawn(COUNTER);
  await addAndSee(here, process);
  await here.idle();

  const slots = (await here.facts('su')).filter(({ kind }) => kind === 'su.assigned').map((fact) => ('slot' in fact ? fact.slot : null));
  expect(slots).toEqual([0, 1, 2]);
  // The same item again is told as what it is, whatever words the other unit has for it.
  const { entries } = await there.node.ask('su.log', { process, from: 1 as never, limit: 1 });
  expect(entries[0]?.assignment.slot).toBe(1);
  const item = buildItem(here.wallet, {
    target: process,
    tags: [
      { name: 'Data-Protocol', value: 'ao' },
      { name: 'Type', value: 'Message' },
    ],
    data: 'x',
  });
  await here.node.ask('mu.send', { item: item.raw });
  await expect(here.node.ask('mu.send', { item: item.raw })).rejects.toMatchObject({ code: 'MESSAGE_DUPLICATE' });
  const nobody = 'A'.repeat(43);
  const lost = buildItem(here.wallet, {
    target: nobody,
    tags: [
      { name: 'Data-Protocol', value: 'ao' },
      { name: 'Type', value: 'Message' },
    ],
    data: 'x',
  });
  await expect(here.node.ask('mu.send', { item: lost.raw })).rejects.toMatchObject({ code: 'PROCESS_UNKNOWN' });
});

it('a messenger elsewhere takes what is sent here to the scheduler that both know', async () => {
  const there = await startNode({ http: true });
  const authority = there.node.opened.mu.address ?? '';
  const here = await startNode({
    network: {
      units: { mu: urlOf(there, 'mu'), su: urlOf(there, 'su'), gateway: urlOf(there, 'gateway') },
      authorities: [authority],
    },
  });
  expect(here.node.opened.mu.address).toBe(authority);
  const process = await here.spawn(COUNTER);
  await addAndSee(here, process);
  expect(await here.evaluate(process, 'return Last')).toBe('3');
  expect((await here.facts('mu')).map(({ kind }) => kind)).toEqual(['mu.received', 'mu.received', 'mu.received']);
  await here.node.ask('mu.monitor', { process });
  expect((await there.node.ask('mu.monitors', {})).processes).toEqual([process]);
  await here.node.ask('mu.unmonitor', { process });
  expect((await there.node.ask('mu.monitors', {})).processes).toEqual([]);
  await expect(here.node.ask('mu.idle', {})).rejects.toMatchObject({ code: 'UNIT_FOREIGN' });
});

it('a gateway elsewhere keeps what this node uploads, and gives it back', async () => {
  const there = await startNode({ http: true });
  const here = await startNode({ network: { units: { gateway: urlOf(there, 'gateway') } } });
  const process = await here.spawn(COUNTER);
  await addAndSee(here, process);
  const data = buildItem(here.wallet, { tags: [{ name: 'Kind', value: 'note' }], data: 'grüße' });
  await here.node.ask('gateway.upload', { item: data.raw });
  const [shown, own] = await Promise.all([here, there].map((one) => one.node.ask('gateway.item', { id: data.id })));
  expect(shown).toEqual(own);
  const { slot } = await here.node.ask('mu.assign', { process, message: data.id, baseLayer: false, exclude: [] });
  expect((await here.result(process, slot)).error).toBeNull();
  // The scheduler hands over what it schedules.
  const first = await here.node.ask('su.process', { process });
  await expect
    .poll(() => there.node.ask('gateway.item', { id: first.item.id }).then(({ id }) => id, String), { timeout: 10_000 })
    .toBe(first.item.id);
  const nowhere = 'B'.repeat(43) as never;
  await expect(here.node.ask('gateway.item', { id: nowhere })).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
  // How deep something lies, and what one signer put there: assignments of the base layer and rebuilding need both.
  expect(await here.node.ask('gateway.settled', { id: data.id })).toEqual(await there.node.ask('gateway.settled', { id: data.id }));
  await expect(here.node.ask('gateway.settled', { id: nowhere })).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
  const note = { owner: here.wallet.address, tag: { name: 'Kind', value: 'note' }, limit: 1 };
  const taken = await here.node.ask('gateway.find', { ...note, after: null });
  expect(taken.items.map(({ id, tags }) => [id, tags])).toEqual([[data.id, [{ name: 'Kind', value: 'note' }]]]);
  const more = buildItem(here.wallet, { tags: [{ name: 'Kind', value: 'note' }], data: 'more' });
  await here.node.ask('gateway.upload', { item: more.raw });
  const page = await here.node.ask('gateway.find', { ...note, after: null });
  const rest = await here.node.ask('gateway.find', { ...note, after: page.cursor });
  expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual([data.id, more.id]);
  expect(rest.cursor).toBeNull();
});

it('a process with a clock of its own is pushed although its compute unit is elsewhere', async () => {
  const here = await startNode({ http: true });
  const mixed = await startNode({
    network: { units: { gateway: urlOf(here, 'gateway'), su: urlOf(here, 'su'), cu: urlOf(here, 'cu') } },
  });
  const source = 'Handlers.add("Tick", "Tick", function() Send({ Target = ao.id, Action = "Ticked" }) end)';
  const process = await mixed.spawn(source, [
    { name: 'Cron-Interval', value: '1-second' },
    { name: 'Cron-Tag-Action', value: 'Tick' },
  ]);
  await mixed.node.ask('mu.monitor', { process });
  await expect
    .poll(() => mixed.node.ask('su.process', { process }).then(({ slotLatest }) => slotLatest), { timeout: 20_000 })
    .toBeGreaterThan(1);
  const ticks = await mixed.node.ask('cu.cron', { process, after: null, limit: 10 });
  const ours = await here.node.ask('cu.cron', { process, after: null, limit: ticks.ticks.length });
  expect(ticks.ticks.map(({ slot, tick, timestampMs }) => [slot, tick, timestampMs])).toEqual(
    ours.ticks.map(({ slot, tick, timestampMs }) => [slot, tick, timestampMs]),
  );
});

it('a project names a unit by its address: the status says whether it answers, and nothing waits for ever while it does not', async () => {
  const there = await startNode({ http: true });
  const bench = await startBenchApp();
  onTestFinished(bench.stop);
  const { hub } = bench.app;
  const unit = (): UnitStatus | undefined => bench.app.status().units.find((one) => one.unit === 'cu');
  const nameIt = async (cu: string | null): Promise<void> => {
    const manifest = JSON.parse((await hub.ask('files.read', { path: 'aoscope.json' })).text);
    const text = JSON.stringify({ ...manifest, network: cu === null ? {} : { units: { cu } } });
    await hub.ask('files.write', { path: 'aoscope.json', text, version: null });
  };
  await nameIt(urlOf(there, 'cu'));
  await expect.poll(unit, { timeout: 60_000 }).toMatchObject({
    state: 'up',
    pid: null,
    url: urlOf(there, 'cu'),
    foreign: { isReachable: true, latencyMs: expect.any(Number), reason: null },
  });
  await there.stop();
  await expect
    .poll(unit, { timeout: 60_000 })
    .toMatchObject({ state: 'up', foreign: { isReachable: false, reason: expect.stringContaining('ECONNREFUSED') } });
  const process = 'A'.repeat(43);
  await expect(hub.ask('cu.dryRun', { process: toProcessId(process), message: { tags: [], data: '' } })).rejects.toMatchObject({
    code: 'UNIT_UNREACHABLE',
  });
  await nameIt(null);
  await expect.poll(unit, { timeout: 60_000 }).toMatchObject({ state: 'up', error: null, pid: expect.any(Number) });
  expect(unit()).not.toHaveProperty('foreign');
}, 240_000);
