import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toSlot } from '../../node/contract/ids.ts';
import type { UnitStatus } from '../../node/contract/desktop.ts';
import { newWallet, startBenchApp, type BenchApp } from '../bench/kit.ts';

/** Hangs inside one C function, where no instruction is counted. */
const HANG = `count = 0; Handlers.add("hang", "Hang", function() count = 99; string.find(("a"):rep(40), ("a?"):rep(40) .. ("a"):rep(40) .. "b") end)
Handlers.add("inc", "Inc", function() count = count + 1 end)`;

async function start(): Promise<BenchApp> {
  const bench = await startBenchApp();
  onTestFinished(bench.stop);
  return bench;
}
const unitOf = ({ app }: BenchApp, unit: UnitStatus['unit']): UnitStatus | undefined => app.status().units.find((one) => one.unit === unit);

describe('a database file that is broken', () => {
  it('keeps only its unit down, with the reason and the cure in the status; what is sent meanwhile is told why', async () => {
    const bench = await start();
    const { app } = bench;
    const wallet = newWallet();
    const process = await bench.spawn(wallet, HANG);
    const { project } = await app.hub.ask('project.current', {});
    const dataDir = join(project?.path ?? '', '.aoscope');
    const file = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('su.db'));
    expect(file).toBeDefined();
    globalThis.process.kill(unitOf(bench, 'su')?.pid ?? 0, 'SIGKILL');
    const path = join(dataDir, file ?? '');
    writeFileSync(path, 'no database any more'.repeat(1000));
    for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
    await expect.poll(() => unitOf(bench, 'su'), { timeout: 15_000 }).toMatchObject({ state: 'down', error: { code: 'STORE_BROKEN' } });
    expect(unitOf(bench, 'su')?.error?.message).toContain('su.db');
    expect(['gateway', 'cu', 'mu'].map((unit) => unitOf(bench, unit as UnitStatus['unit'])?.state)).toEqual(['up', 'up', 'up']);
    await expect(app.hub.ask('mu.send', { item: bench.message(wallet, process, 'Inc').raw })).rejects.toMatchObject({ code: 'UNIT_DOWN' });
  }, 60_000);
});

describe('a program that hangs inside the VM', () => {
  it('ends a dry run at the time limit, with the sentence for it, and the process can be looked at afterwards', async () => {
    const bench = await start();
    const { hub } = bench.app;
    const { text } = await hub.ask('files.read', { path: 'aoscope.json' });
    await hub.ask('files.write', {
      path: 'aoscope.json',
      text: JSON.stringify({ ...JSON.parse(text), limits: { timeMs: 1_500 } }),
      version: null,
    });
    await expect
      .poll(async () => (await hub.ask('project.current', {})).project?.manifest.limits, { timeout: 10_000 })
      .toEqual({ timeMs: 1_500 });
    await expect.poll(() => bench.app.status().units.every(({ state }) => state === 'up'), { timeout: 15_000 }).toBe(true);
    const wallet = newWallet();
    const process = await bench.spawn(wallet, HANG);
    const outcome = await hub.ask('cu.dryRun', { process, message: { tags: [{ name: 'Action', value: 'Hang' }], data: '' } });
    expect(outcome).toMatchObject({ verdict: { kind: 'time', limit: 1_500 }, error: expect.stringContaining('1500 ms') });
    const { nodes } = await hub.ask('cu.state', { process, slot: toSlot(0), path: [], offset: 0, limit: 500 });
    expect(nodes.find(({ key }) => key === '.count')?.preview).toBe('0');
  }, 60_000);

  it('is stopped, and messages of other processes that waited behind it on the same thread all get their outcome', async () => {
    const bench = await start();
    const { hub } = bench.app;
    const wallet = newWallet();
    const stuck = await bench.spawn(wallet, HANG);
    const others = await Promise.all([
      bench.spawn(wallet, HANG),
      bench.spawn(wallet, HANG),
      bench.spawn(wallet, HANG),
      bench.spawn(wallet, HANG),
    ]);
    await hub.ask('mu.send', { item: bench.message(wallet, stuck, 'Hang').raw });
    await hub.ask('mu.send', { item: bench.message(wallet, stuck, 'Inc').raw });
    for (let n = 0; n < 5; n++) for (const other of others) await hub.ask('mu.send', { item: bench.message(wallet, other, 'Inc').raw });
    await expect.poll(() => hub.ask('cu.stop', { process: stuck }), { timeout: 10_000 }).toEqual({ isStopped: true });
    await hub.ask('mu.idle', {});
    for (const process of [stuck, ...others]) {
      const isStuck = process === stuck;
      const slot = toSlot(isStuck ? 2 : 5);
      const { nodes } = await hub.ask('cu.state', { process, slot, path: [], offset: 0, limit: 500 });
      expect(nodes.find(({ key }) => key === '.count')?.preview).toBe(isStuck ? '1' : '5');
      expect(await hub.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
    }
  }, 60_000);
});

describe('a slot whose messages all carry the same large text', () => {
  it('ends as an error of that slot, and the process and its neighbours go on', async () => {
    const bench = await start();
    const { hub } = bench.app;
    const wallet = newWallet();
    const greedy = await bench.spawn(
      wallet,
      `count = 0
      Handlers.add("burst", "Burst", function() count = 99; local s = ("x"):rep(60000000); for n = 1, 60 do ao.send({ Target = ao.id, Data = s }) end end)
      Handlers.add("inc", "Inc", function() count = count + 1 end)`,
    );
    const other = await bench.spawn(wallet, HANG);
    const { slot } = await hub.ask('mu.send', { item: bench.message(wallet, greedy, 'Burst').raw });
    const outcome = await hub.ask('cu.result', { process: greedy, slot: slot ?? toSlot(1) });
    expect(outcome).toMatchObject({ messages: [], error: expect.stringContaining('characters') });
    for (const process of [greedy, other]) await hub.ask('mu.send', { item: bench.message(wallet, process, 'Inc').raw });
    await hub.ask('mu.idle', {});
    const { nodes } = await hub.ask('cu.state', { process: greedy, slot: toSlot(2), path: [], offset: 0, limit: 500 });
    expect(nodes.find(({ key }) => key === '.count')?.preview).toBe('1');
    expect(await hub.ask('cu.verify', { process: greedy })).toMatchObject({ firstDifference: null });
  }, 60_000);
});
