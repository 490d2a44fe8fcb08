import { expect, it } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { CronOutcome } from '../../node/contract/outcome.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const SECOND = [
  { name: 'Cron-Interval', value: '1-second' },
  { name: 'Cron-Tag-Action', value: 'Tick' },
  { name: 'Cron-Tag-Colour', value: 'blue' },
];
const CLOCK = `
Ticks, Seen = 0, {}
Handlers.add("tick", "Tick", function(msg)
  assert(msg.Cron and msg.Id == nil and msg.From == Owner and msg.Owner == Owner and msg.Tags.Colour == "blue", "not as a cron message is")
  Ticks = Ticks + 1; table.insert(Seen, msg.Timestamp)
  if Ticks == 2 then error("the second one") end
  print("tick " .. Ticks)
end)
Handlers.add("count", "Count", function(msg) msg.reply({ Data = tostring(Ticks) }) end)`;

const ticksOf = async (made: TestNode, process: ProcessId): Promise<readonly CronOutcome[]> =>
  (await made.node.ask('cu.cron', { process, after: null, limit: 1_000 })).ticks;
const count = async (made: TestNode, process: ProcessId): Promise<{ slot: number; ticks: number }> => {
  const { slot } = await made.send(process, 'Count');
  return { slot, ticks: Number((await made.result(process, slot)).messages[0]?.Data) };
};

it('cron messages are run between slots, are part of the fold, and of every replay', { timeout: 60_000 }, async () => {
  const made = await startNode();
  const process = await made.spawn(CLOCK, SECOND);
  await pause(3_300);
  const first = await count(made, process);
  // The second tick always fails, so Ticks stays 1 before it and it comes again and again.
  expect(first.ticks).toBe(1);
  const before = (await ticksOf(made, process)).filter(({ slot }) => slot === first.slot);
  expect(before.length).toBeGreaterThanOrEqual(3);
  expect(before.every(({ cron }) => cron === '0-1-second')).toBe(true);
  expect(before.map(({ error }) => error !== null)).toEqual(before.map((_, index) => index > 0));
  await made.evaluate(process, 'Ticks = 10');
  await pause(2_200);
  const second = await count(made, process);
  expect(second.ticks).toBeGreaterThanOrEqual(12);
  const all = await ticksOf(made, process);
  const times = all.map(({ timestampMs }) => Math.floor(timestampMs / 1_000));
  expect(times).toEqual(Array.from({ length: times.length }, (_, index) => (times[0] ?? 0) + index));
  expect(await made.node.ask('cu.verify', { process })).toMatchObject({ slots: second.slot + 1, firstDifference: null });

  const hashes = await Promise.all(
    [1, 2, second.slot].map(async (slot) => (await made.node.ask('cu.stateHash', { process, slot: toSlot(slot) })).hash),
  );
  await made.restart();
  expect(
    await Promise.all([1, 2, second.slot].map(async (slot) => (await made.node.ask('cu.stateHash', { process, slot: toSlot(slot) })).hash)),
  ).toEqual(hashes);
  await pause(1_100);
  const third = await count(made, process);
  expect(third.ticks).toBeGreaterThan(second.ticks);
  expect(await made.node.ask('cu.verify', { process })).toMatchObject({ slots: third.slot + 1, firstDifference: null });
});

it(
  'what the present has evaluated is not evaluated again when the next message comes, nor after a restart',
  { timeout: 60_000 },
  async () => {
    const made = await startNode();
    const process = await made.spawn(CLOCK.replace('error("the second one")', ''), SECOND);
    await pause(2_200);
    const present = await ticksOf(made, process);
    expect(present.length).toBeGreaterThanOrEqual(2);
    await made.restart();
    await pause(1_100);
    const { ticks, slot } = await count(made, process);
    const all = (await ticksOf(made, process)).filter((tick) => tick.slot <= slot);
    expect(all.length).toBe(ticks);
    expect(all.slice(0, present.length)).toEqual(present);
    expect(all.map(({ tick }) => tick)).toEqual(all.map((_, index) => index));
    expect((await made.facts('cu')).filter(({ kind }) => kind === 'cu.cron').length).toBeGreaterThanOrEqual(all.length);
  },
);

it('a cron by block comes with every block that is its turn, with the height of the block', { timeout: 60_000 }, async () => {
  const made = await startNode({ http: true });
  const tags = [
    { name: 'Cron-Interval', value: '2-blocks' },
    { name: 'Cron-Tag-Action', value: 'Block' },
  ];
  const process = await made.spawn('Handlers.add("block", "Block", function(msg) print(msg["Block-Height"]) end)', tags);
  const { assignment } = await made.node.ask('su.process', { process });
  await pause(1_100);
  expect((await fetch(`${made.node.urls.gateway}/mine/5`)).status).toBe(200);
  await pause(1_100);
  const ticks = await ticksOf(made, process);
  expect(ticks.map(({ blockHeight, cron }) => [blockHeight - assignment.blockHeight, cron])).toEqual([
    [2, '0-2-blocks'],
    [4, '0-2-blocks'],
  ]);
  expect(ticks.map(({ output }) => JSON.stringify(output).includes(String(assignment.blockHeight)))).toEqual([false, false]);
  expect(JSON.stringify(ticks[0]?.output)).toContain(String(assignment.blockHeight + 2));
});

it('cron tags that cannot be used are told of the process', async () => {
  const made = await startNode();
  await expect(made.spawn('', [{ name: 'Cron-Interval', value: 'sometimes' }])).rejects.toThrow('"sometimes"');
});

it('what cron messages send is pushed once a monitor stands, in order and once, also over restarts', { timeout: 90_000 }, async () => {
  const made = await startNode();
  const hears = await made.spawn('Heard = {}\nHandlers.add("beat", "Beat", function(msg) table.insert(Heard, msg.Data) end)');
  const beats = await made.spawn(
    'N = 0\nHandlers.add("tick", "Tick", function() N = N + 1; ao.send({ Target = "' +
      hears +
      '", Action = "Beat", Data = tostring(N) }) end)',
    SECOND,
  );
  const heard = async (): Promise<string[]> =>
    (await made.evaluate(hears, 'return table.concat(Heard, " ")')).split(' ').filter((one) => one !== '');
  await pause(2_200);
  const unpushed = (await ticksOf(made, beats)).length;
  expect(unpushed).toBeGreaterThanOrEqual(2);
  await made.node.ask('mu.monitor', { process: beats, by: made.wallet.address });
  await expect(made.node.ask('mu.monitor', { process: beats })).rejects.toThrow(/already/);
  await expect.poll(async () => (await heard()).length, { timeout: 15_000, interval: 300 }).toBeGreaterThanOrEqual(2);
  await made.restart();
  expect(await made.node.ask('mu.monitors', {})).toEqual({ processes: [beats] });
  const before = (await heard()).length;
  await expect.poll(async () => (await heard()).length, { timeout: 15_000, interval: 300 }).toBeGreaterThanOrEqual(before + 2);
  const all = await heard();
  // Every beat since the monitor stood, none twice and none left out.
  expect(all).toEqual(all.map((_, index) => String(Number(all[0]) + index)));
  expect(Number(all[0])).toBeGreaterThan(unpushed);
  const { entries } = await made.node.ask('su.log', { process: hears, from: toSlot(1), limit: 100 });
  const beat = entries
    .map(({ message }) => message)
    .find((item) => item?.tags.some(({ name, value }) => name === 'Action' && value === 'Beat'));
  expect(beat?.tags.map(({ name }) => name)).not.toContain('Pushed-For');
  expect(beat?.tags).toContainEqual({ name: 'From-Process', value: beats });

  // Whoever looks at a beat finds the cron message that sent it, and who had it pushed.
  const told = await made.facts('mu');
  expect(told.find((fact) => fact.kind === 'mu.monitored')).toMatchObject({ process: beats, by: made.wallet.address });
  const sent = told.flatMap((fact) => (fact.kind === 'mu.received' && fact.sketch.action === 'Beat' ? [fact] : []));
  const ticks = await ticksOf(made, beats);
  expect(sent.length).toBeGreaterThanOrEqual(all.length);
  for (const { cause } of sent)
    expect(ticks.some(({ slot, tick }) => cause?.process === beats && cause.slot === slot && cause.tick === tick)).toBe(true);

  await made.node.ask('mu.unmonitor', { process: beats });
  await expect(made.node.ask('mu.unmonitor', { process: beats })).rejects.toThrow(/not being monitored/);
  await made.idle();
  const last = (await heard()).length;
  await pause(2_500);
  expect((await heard()).length).toBe(last);
});

interface Page {
  readonly pageInfo: { readonly hasNextPage: boolean };
  readonly edges: readonly { readonly node: Record<string, unknown>; readonly cursor: string }[];
}

it('/cron gives their results by cursor, and /results has them in their places between the messages', { timeout: 60_000 }, async () => {
  const made = await startNode({ http: true });
  const process = await made.spawn(CLOCK, SECOND);
  const page = async (route: string, query: string): Promise<Page> =>
    (await fetch(`${made.node.urls.cu}/${route}/${process}?${query}`)).json() as Promise<Page>;
  const cursors = ({ edges }: Page): Record<string, unknown>[] =>
    edges.map(({ cursor }) => JSON.parse(atob(cursor)) as Record<string, unknown>);
  await made.evaluate(process, 'Ticks = 5');
  await pause(3_200);
  expect(cursors(await page('results', 'limit=100')).some((cursor) => 'cron' in cursor)).toBe(false);
  const ticks = await page('cron', '');
  expect(ticks.edges.length).toBeGreaterThanOrEqual(3);
  expect(cursors(ticks)[0]).toEqual({ timestamp: expect.any(Number) as number, ordinate: '1', cron: '0-1-second', sort: 'ASC' });
  expect(JSON.stringify(ticks.edges[0]?.node['Output'])).toContain('tick 6');
  const from = encodeURIComponent(ticks.edges[0]?.cursor ?? '');
  const to = encodeURIComponent(ticks.edges[1]?.cursor ?? '');
  expect((await page('cron', `from=${from}&to=${to}`)).edges).toEqual(ticks.edges.slice(1, 2));
  expect((await page('cron', 'limit=1')).pageInfo.hasNextPage).toBe(true);

  await count(made, process);
  const all = await page('results', 'limit=100');
  const order = cursors(all).map(({ ordinate, cron }) => `${String(ordinate)}${cron === undefined ? '' : ' cron'}`);
  expect(order.slice(0, 3)).toEqual(['0', '1', '1 cron']);
  expect(order.at(-1)).toBe('2');
  expect(cursors(all).map(({ timestamp }) => timestamp)).toEqual(
    cursors(all)
      .map(({ timestamp }) => Number(timestamp))
      .toSorted((a, b) => a - b),
  );
  const newest = await page('results', 'limit=100&sort=DESC');
  expect(newest.edges.map(({ node }) => node)).toEqual(all.edges.map(({ node }) => node).toReversed());
  const pieces: unknown[] = [];
  for (let at = ''; ;) {
    const piece = await page('results', `limit=2${at}`);
    pieces.push(...piece.edges.map(({ node }) => node));
    if (!piece.pageInfo.hasNextPage) break;
    at = `&from=${encodeURIComponent(piece.edges.at(-1)?.cursor ?? '')}`;
  }
  expect(pieces).toEqual(all.edges.map(({ node }) => node));
});
