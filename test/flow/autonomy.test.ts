import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { nodeClock } from '../../node/contract/clock.ts';
import { toProcessId, toSlot, type ProcessId } from '../../node/contract/ids.ts';
import { createWallet } from '../../node/item/wallet.ts';
import { nodeIn, startNode, type TestNode } from '../kit/node.ts';

const START = Date.parse('2030-01-01T00:00:00Z');
const PAUSED = { clock: { startMs: START, rate: null } };
const cron = (interval: string): { name: string; value: string }[] => [
  { name: 'Cron-Interval', value: interval },
  { name: 'Cron-Tag-Action', value: 'Tick' },
];
const HEARS = 'Heard = {}\nHandlers.add("beat", "Beat", function(msg) table.insert(Heard, msg.From .. " " .. msg.Data) end)';
const beatsTo = (target: string): string =>
  `N = 0\nHandlers.add("tick", "Tick", function() N = N + 1; ao.send({ Target = "${target}", Action = "Beat", Data = tostring(N) }) end)`;
/** Lua that spawns `source` with crons of ten seconds. */
const spawning = (source: string): string =>
  `ao.spawn(ao.env.Module.Id, { Data = [==[${source}]==], Tags = { { name = "Cron-Interval", value = "10-seconds" }, { name = "Cron-Tag-Action", value = "Tick" }, { name = "On-Boot", value = "Data" }, { name = "Authority", value = ao.authorities[1] } } })`;

/** The processes that were spawned by others, in order. */
async function spawned(made: TestNode): Promise<readonly ProcessId[]> {
  const facts = await made.facts('su');
  return facts.flatMap((fact) =>
    fact.kind === 'su.assigned' && fact.slot === 0 && fact.sketch.from !== made.wallet.address ? [toProcessId(fact.process)] : [],
  );
}
const heard = async (made: TestNode, process: ProcessId): Promise<string[]> =>
  (await made.evaluate(process, 'return table.concat(Heard, "\\n")')).split('\n').filter((one) => one !== '');

it('children and their children wake up by themselves, and are pushed once they are monitored', { timeout: 120_000 }, async () => {
  const made = await startNode(PAUSED);
  const clock = nodeClock((name, args) => made.node.ask(name, args));
  const hears = await made.spawn(HEARS);
  const grandchild = beatsTo(hears);
  const parent = await made.spawn('');
  await made.evaluate(
    parent,
    spawning(`${beatsTo(hears)}\nHandlers.add("go", "Go", function() ${spawning(grandchild).replaceAll('==', '=')} end)`),
  );
  await made.idle();
  const [child] = await spawned(made);
  if (child === undefined) throw new Error('no child was spawned');
  await clock.step(5);
  await made.send(child, 'Go');
  await made.idle();
  const [, second] = await spawned(made);
  if (second === undefined) throw new Error('no grandchild was spawned');
  await clock.step(20.5);
  const ticks = async (process: ProcessId): Promise<number[]> =>
    (await made.node.ask('cu.cron', { process, after: null, limit: 100 })).ticks.map(({ timestampMs }) =>
      Math.floor((timestampMs - START) / 1_000),
    );
  expect(await ticks(child)).toEqual([10, 20]);
  expect(await ticks(second)).toEqual([15, 25]);
  expect(await heard(made, hears)).toEqual([]);

  for (const process of [child, second]) await made.node.ask('mu.monitor', { process });
  await clock.step(20);
  const name = (process: string | undefined): string => (process === child ? 'child' : process === second ? 'grandchild' : 'nobody');
  expect((await heard(made, hears)).map((one) => `${name(one.split(' ')[0])} ${one.split(' ')[1]}`)).toEqual([
    'child 3',
    'grandchild 3',
    'child 4',
    'grandchild 4',
  ]);
});

it('a jump that is cut off is made good by the next start: every beat is heard once', { timeout: 120_000 }, async () => {
  const made = await startNode(PAUSED);
  const clock = nodeClock((name, args) => made.node.ask(name, args));
  const hears = await made.spawn(HEARS);
  const beats = await made.spawn(beatsTo(hears), cron('1-second'));
  await made.node.ask('mu.monitor', { process: beats });
  const jump = clock.step(60).then(
    () => 'whole',
    () => 'cut off',
  );
  await expect.poll(async () => (await made.node.ask('su.process', { process: hears })).slotLatest, { timeout: 60_000 }).toBeGreaterThan(5);
  await made.stopUnits();
  expect(await jump).toBe('cut off');
  await made.startUnits();
  const { mode, timestampMs } = await clock.state();
  expect(mode).toBe('paused');
  expect(timestampMs).toBeLessThan(START + 60_000);
  await clock.jump(START + 60_000);
  const numbers = (await heard(made, hears)).map((one) => Number(one.split(' ')[1]));
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
  expect(numbers.length).toBeGreaterThanOrEqual(59);
});

it('the same script under the same clock gives the same log to the byte, and the same states', { timeout: 120_000 }, async () => {
  const keys = mkdtempSync(join(tmpdir(), 'aoscope-keys-'));
  onTestFinished(() => rmSync(keys, { recursive: true, force: true }));
  const wallet = createWallet();
  const script = async (): Promise<unknown> => {
    const dataDir = mkdtempSync(join(tmpdir(), 'aoscope-same-'));
    const made = await nodeIn(dataDir, { ...PAUSED, walletDir: keys, wallet });
    try {
      const clock = nodeClock((name, args) => made.node.ask(name, args));
      const hears = await made.spawn(HEARS);
      const beats = await made.spawn(beatsTo(hears), [...cron('7-seconds'), ...cron('1-block')]);
      await made.node.ask('mu.monitor', { process: beats });
      for (let round = 0; round < 3; round++) {
        await clock.stepTick();
        await made.send(beats, 'Nothing', String(round));
        await clock.step(11.5);
        await made.evaluate(hears, 'return #Heard');
        await clock.stepBlock();
      }
      await made.idle();
      return await Promise.all(
        [hears, beats].map(async (process) => {
          const { slotLatest } = await made.node.ask('su.process', { process });
          const { entries } = await made.node.ask('su.log', { process, from: toSlot(0), limit: 1_000 });
          const { hash } = await made.node.ask('cu.stateHash', { process, slot: slotLatest });
          const { ticks } = await made.node.ask('cu.cron', { process, after: null, limit: 1_000 });
          return {
            entries,
            hash,
            ticks: ticks.map(({ slot, tick, cron: name, timestampMs, blockHeight, hash: outcome }) => [
              slot,
              tick,
              name,
              timestampMs,
              blockHeight,
              outcome,
            ]),
          };
        }),
      );
    } finally {
      await made.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  };
  const first = await script();
  expect(JSON.stringify(first)).toContain('7-seconds');
  expect(await script()).toEqual(first);
});
