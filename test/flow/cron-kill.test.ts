import { expect, it, onTestFinished } from 'vitest';
import type { ProcessId } from '../../node/contract/ids.ts';
import type { UnitName } from '../../node/contract/trace.ts';
import { newWallet, startBenchApp, type BenchApp } from '../bench/kit.ts';

const CRON = [
  { name: 'Cron-Interval', value: '1-second' },
  { name: 'Cron-Tag-Action', value: 'Tick' },
];
const HEARS = `heard = {}
Handlers.add("beat", "Beat", function(msg) table.insert(heard, msg.Data) end)
Handlers.add("count", "Count", function(msg) msg.reply({ Data = tostring(#heard) }) end)
Handlers.add("all", "All", function(msg) msg.reply({ Data = table.concat(heard, " ") }) end)`;
const beatsTo = (target: string): string =>
  `n = 0; Handlers.add("tick", "Tick", function(msg) n = n + 1; ao.send({ Target = "${target}", Action = "Beat", Data = n .. "@" .. msg.Timestamp }) end)`;

const heardBy = async ({ app }: BenchApp, process: ProcessId, action: 'Count' | 'All'): Promise<string> => {
  const { messages } = await app.hub.ask('cu.dryRun', { process, message: { tags: [{ name: 'Action', value: action }], data: '' } });
  return messages[0]?.Data ?? '';
};
async function kill({ app }: BenchApp, unit: UnitName): Promise<void> {
  const pid = app.status().units.find((one) => one.unit === unit)?.pid ?? 0;
  expect(pid).toBeGreaterThan(0);
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(() => app.status().units.find((one) => one.unit === unit), { timeout: 30_000 })
    .toMatchObject({ state: 'up', pid: expect.not.toBeOneOf([pid, null]) as number });
}

// Processes are killed as POSIX has it.
it.skipIf(process.platform === 'win32').each([
  ['jumped over at once', 800],
  ['gone through moment by moment', 150],
] as const)(
  'a backlog of cron messages, %s, in whose middle messenger, compute unit and scheduler are killed, comes once and whole',
  async (how, seconds) => {
    const bench = await startBenchApp();
    onTestFinished(bench.stop);
    const { hub } = bench.app;
    const wallet = newWallet();
    const hears = await bench.spawn(wallet, HEARS);
    const { timestampMs: startMs } = await hub.ask('su.setClock', { wish: { mode: 'paused' } });
    const beats = await bench.spawn(wallet, beatsTo(hears), bench.module, CRON);
    await hub.ask('mu.monitor', { process: beats });
    const endMs = startMs + seconds * 1_000 + 500;
    const jump = (): Promise<unknown> =>
      how === 'jumped over at once'
        ? hub.ask('su.jump', { timestampMs: endMs })
        : hub.ask('mu.advance', { by: { kind: 'to', timestampMs: endMs } });
    let after = 0;
    for (const unit of ['mu', 'cu', 'mu', 'su'] satisfies UnitName[]) {
      // Whoever moved the clock was cut off, and moves it again.
      jump().catch(() => undefined);
      await expect.poll(async () => Number(await heardBy(bench, hears, 'Count')), { timeout: 60_000 }).toBeGreaterThan(after);
      await kill(bench, unit);
      after = Number(await heardBy(bench, hears, 'Count'));
    }
    expect(after).toBeLessThan(seconds);
    await jump();
    await hub.ask('mu.idle', {});

    const { timestampMs } = (await hub.ask('su.process', { process: beats })).assignment;
    const due = Array.from({ length: seconds }, (_, second) => Math.floor(timestampMs / 1_000) + 1 + second);
    const beatsHeard = (await heardBy(bench, hears, 'All')).split(' ').map((beat) => beat.split('@').map(Number));
    expect(beatsHeard.map(([count]) => count)).toEqual(due.map((_, index) => index + 1));
    expect(beatsHeard.map(([, ms]) => Math.floor((ms ?? 0) / 1_000))).toEqual(due);
    for (const process of [beats, hears]) expect(await hub.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
  },
  240_000,
);
