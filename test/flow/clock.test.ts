import { expect, it } from 'vitest';
import { nodeClock, type NodeClock } from '../../node/contract/clock.ts';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { CronOutcome } from '../../node/contract/outcome.ts';
import { testOfJourney } from '../../node/tests/from-journey.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const START = Date.parse('2030-01-01T00:00:00Z');
const PAUSED = { clock: { startMs: START, rate: null } };
const clockOf = (made: TestNode): NodeClock => nodeClock((name, args) => made.node.ask(name, args));
const cron = (interval: string, action = 'Tick'): { name: string; value: string }[] => [
  { name: 'Cron-Interval', value: interval },
  { name: 'Cron-Tag-Action', value: action },
];
const TICKS = 'Seen = {}\nHandlers.add("tick", "Tick", function(msg) table.insert(Seen, msg.Timestamp) end)';
const ticksOf = async (made: TestNode, process: ProcessId): Promise<readonly CronOutcome[]> =>
  (await made.node.ask('cu.cron', { process, after: null, limit: 1_000 })).ticks;
const secondsOf = (ticks: readonly Pick<CronOutcome, 'timestampMs'>[]): number[] =>
  ticks.map(({ timestampMs }) => Math.floor((timestampMs - START) / 1_000));

it('a paused clock stands still, moves on only when it is told to, and stays paused over a restart', async () => {
  const made = await startNode({ ...PAUSED, http: true });
  const clock = clockOf(made);
  expect(await clock.state()).toMatchObject({ mode: 'paused', timestampMs: START });
  const process = await made.spawn(TICKS, cron('10-seconds'));
  const { assignment } = await made.node.ask('su.process', { process });
  expect(assignment.timestampMs).toBe(START);
  expect(await ticksOf(made, process)).toEqual([]);

  expect((await clock.step(35)).timestampMs).toBe(START + 35_000);
  expect(secondsOf((await made.facts('cu')).filter((fact) => fact.kind === 'cu.cron'))).toEqual([10, 20, 30]);
  const su = (await (await fetch(`${made.node.urls.su}/timestamp`)).json()) as { timestamp: string };
  expect(su.timestamp).toBe(String(START + 35_000));

  await made.restart();
  expect(await clock.state()).toMatchObject({ mode: 'paused', timestampMs: START + 35_000 });
  const later = await clock.jump(new Date('2030-01-01T00:01:00.500Z'));
  expect(later).toMatchObject({ mode: 'paused', timestampMs: START + 60_500 });
  expect(secondsOf(await ticksOf(made, process))).toEqual([10, 20, 30, 40, 50, 60]);
});

it('time never goes back: the sentence says what the time is, and the clock stays where it was', async () => {
  const made = await startNode(PAUSED);
  const clock = clockOf(made);
  await clock.step(10);
  await expect(clock.jump(START)).rejects.toMatchObject({ code: 'CLOCK_BACKWARDS' });
  expect((await clock.state()).timestampMs).toBe(START + 10_000);
  await expect(clock.followReal()).rejects.toMatchObject({ code: 'CLOCK_AHEAD' });
  await expect(clock.run(100_000)).rejects.toMatchObject({ code: 'CLOCK_RATE' });
  await expect(clock.stepTick()).rejects.toMatchObject({ code: 'CLOCK_NO_CRON' });
});

it('a step by a tick goes to the next cron of any process, each with exactly its own cron messages', async () => {
  const made = await startNode(PAUSED);
  const clock = clockOf(made);
  const [ten, fifteen] = [await made.spawn(TICKS, cron('10-seconds')), await made.spawn(TICKS, cron('15-seconds'))];
  const blocks = await made.spawn(TICKS, cron('1-block'));
  const counts = async (): Promise<number[]> => Promise.all([ten, fifteen, blocks].map(async (one) => (await ticksOf(made, one)).length));
  const seen: unknown[] = [];
  for (let step = 0; step < 8; step++) {
    const { timestampMs } = await clock.stepTick();
    seen.push([Math.floor((timestampMs - START) / 1_000), ...(await counts())]);
  }
  // The first block comes at a minute; at 30 seconds both are due in the same ms.
  expect(seen).toEqual([
    [10, 1, 0, 0],
    [15, 1, 1, 0],
    [20, 2, 1, 0],
    [30, 3, 2, 0],
    [40, 4, 2, 0],
    [45, 4, 3, 0],
    [50, 5, 3, 0],
    [60, 6, 4, 1],
  ]);
});

it('blocks keep step with the clock: in assignments, in messages and on every route of the gateway', async () => {
  const made = await startNode({ ...PAUSED, http: true });
  const clock = clockOf(made);
  const process = await made.spawn(
    'Handlers.add("h", "Height", function(msg) msg.reply({ Data = msg["Block-Height"] .. " " .. msg.Timestamp }) end)',
  );
  const gateway = made.node.urls.gateway ?? '';
  const { blockHeight: genesis } = await clock.state();
  for (let step = 1; step <= 3; step++) {
    const state = await clock.stepBlock();
    expect(state.blockHeight).toBe(genesis + step);
    const { slot } = await made.send(process, 'Height');
    const { entries } = await made.node.ask('su.log', { process, from: toSlot(slot), limit: 1 });
    const assignment = entries[0]?.assignment;
    expect(assignment).toMatchObject({ blockHeight: state.blockHeight, timestampMs: state.timestampMs });
    expect((await made.result(process, slot)).messages[0]?.Data).toBe(`${state.blockHeight} ${state.timestampMs}`);
    const info = (await (await fetch(`${gateway}/info`)).json()) as { height: number };
    const block = (await (await fetch(`${gateway}/block/height/${state.blockHeight}`)).json()) as { timestamp: number };
    expect(info.height).toBe(state.blockHeight);
    expect(block.timestamp * 1_000).toBe(START + 60_000 + (step - 1) * 120_000);
    expect(block.timestamp * 1_000).toBeLessThan(state.timestampMs);
    const query = '{ blocks(first: 1, sort: HEIGHT_DESC) { edges { node { height timestamp } } } }';
    const answer = await fetch(`${gateway}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(JSON.stringify(await answer.json())).toContain(`"height":${state.blockHeight},"timestamp":${block.timestamp}`);
  }
});

it('more messages in one pause than it has ms until the next block: heights come along, never behind', { timeout: 60_000 }, async () => {
  const made = await startNode(PAUSED);
  const clock = clockOf(made);
  const process = await made.spawn('');
  await clock.jump(START + 59_998);
  for (let n = 0; n < 6; n++) await made.send(process, 'Nothing');
  const { entries } = await made.node.ask('su.log', { process, from: toSlot(0), limit: 10 });
  const [spawned, ...sent] = entries.map(({ assignment }) => assignment);
  for (const { timestampMs, blockHeight } of sent) {
    const { blocks } = await made.node.ask('gateway.blocks', { after: 0, beforeMs: timestampMs + 1 });
    expect(blocks.at(-1)?.blockHeight).toBe(blockHeight);
  }
  expect(sent.at(-1)?.blockHeight).toBe((spawned?.blockHeight ?? 0) + 1);
  expect((await clock.state()).timestampMs).toBeGreaterThanOrEqual(START + 60_000);
});

it('a clock runs at the rate it is given, pauses at a whole second, and goes on', { timeout: 60_000 }, async () => {
  const made = await startNode(PAUSED);
  const clock = clockOf(made);
  const process = await made.spawn(TICKS, cron('1-hour'));
  await clock.run(10_000);
  await expect.poll(async () => (await clock.state()).timestampMs - START, { timeout: 30_000 }).toBeGreaterThan(3 * 3_600_000);
  expect(await clock.pause()).toMatchObject({ mode: 'paused', rate: 10_000 });
  const { timestampMs } = await clock.state();
  expect(timestampMs % 1_000).toBeLessThanOrEqual(1);
  await made.idle();
  expect((await ticksOf(made, process)).length).toBe(Math.floor((timestampMs - START) / 3_600_000));
  expect(await clock.resume()).toMatchObject({ mode: 'running', rate: 10_000 });
  await expect.poll(async () => (await clock.state()).timestampMs, { timeout: 30_000 }).toBeGreaterThan(timestampMs + 3_600_000);
  const before = (await clock.state()).timestampMs;
  await made.restart();
  const after = await clock.state();
  expect(after.mode).toBe('running');
  expect(after.timestampMs).toBeGreaterThanOrEqual(before);
});

it('a clock of a project that follows the computer is paused by the first step, and follows it again once it is behind', async () => {
  const made = await startNode();
  const clock = clockOf(made);
  const process = await made.spawn('');
  const before = await clock.state();
  expect(before.mode).toBe('real');
  const paused = await clock.pause();
  expect(paused.timestampMs).toBeGreaterThanOrEqual(before.timestampMs);
  await expect.poll(() => Date.now(), { timeout: 5_000 }).toBeGreaterThan(paused.timestampMs + 200);
  expect((await clock.state()).timestampMs).toBe(paused.timestampMs);
  const real = await clock.followReal();
  expect(real.mode).toBe('real');
  const { slot } = await made.send(process, 'Nothing');
  const { entries } = await made.node.ask('su.log', { process, from: toSlot(slot), limit: 1 });
  expect(entries[0]?.assignment.timestampMs).toBeGreaterThanOrEqual(real.timestampMs);
});

it(
  'a jump is no leap: what monitored processes send on the way is pushed at its own time, and answered then',
  { timeout: 60_000 },
  async () => {
    const made = await startNode(PAUSED);
    const clock = clockOf(made);
    const hears = await made.spawn(
      'Heard = {}\nHandlers.add("beat", "Beat", function(msg) table.insert(Heard, msg.Data .. "@" .. msg.Timestamp) end)',
    );
    const beats = await made.spawn(
      `N = 0\nHandlers.add("tick", "Tick", function() N = N + 1; ao.send({ Target = "${hears}", Action = "Beat", Data = tostring(N) }) end)`,
      cron('10-seconds'),
    );
    await made.node.ask('mu.monitor', { process: beats });
    await clock.step(60.5);
    const heard = (await made.evaluate(hears, 'return table.concat(Heard, " ")')).split(' ').map((one) => one.split('@').map(Number));
    expect(heard.map(([number]) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(heard.map(([, timestampMs]) => Math.floor(((timestampMs ?? 0) - START) / 1_000))).toEqual([10, 20, 30, 40, 50, 60]);

    // Nobody sent what began this: saved as a test it begins with the cron message, also from the message in a slot.
    const at = { process: hears, slot: toSlot(1) };
    const saved = await testOfJourney({ ask: made.node.ask, at, manifest: [], own: null });
    expect(saved.name).toMatch(/^cron 0-10-seconds of /);
  },
);
