import { describe, expect, it, onTestFinished } from 'vitest';
import { toItemId, type ItemId } from '../../node/contract/ids.ts';
import { UNITS, type UnitName } from '../../node/contract/trace.ts';
import { newWallet, startBenchApp } from '../bench/kit.ts';

const COUNTER = 'count = 0; Handlers.add("inc", "Inc", function(msg) count = count + 1; msg.reply({ Data = tostring(count) }) end)';

/** Messages that are acknowledged before the first kill, between any two, and after the last: each hits a node at work. */
const PROGRESS = 10;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('units that are killed in the middle of work', () => {
  it('come back by themselves, and no message that was acknowledged is lost', async () => {
    const bench = await startBenchApp();
    onTestFinished(bench.stop);
    const { app } = bench;
    const wallet = newWallet();
    const process = await bench.spawn(wallet, COUNTER);
    const acknowledged: ItemId[] = [];
    const progress = async (): Promise<void> => {
      const before = acknowledged.length;
      await expect.poll(() => acknowledged.length, { timeout: 30_000, interval: 20 }).toBeGreaterThanOrEqual(before + PROGRESS);
    };
    let isOver = false;
    const sending = (async () => {
      while (!isOver) {
        const item = bench.message(wallet, process, 'Inc');
        const answer = await app.hub.ask('mu.send', { item: item.raw }).catch(() => null);
        if (answer !== null) acknowledged.push(toItemId(item.id));
        else await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    for (const unit of ['su', 'mu', 'cu', 'gateway', 'su', 'mu'] satisfies UnitName[]) {
      await progress();
      const pid = app.status().units.find((one) => one.unit === unit)?.pid;
      expect(pid, `${unit} runs`).toBeTypeOf('number');
      globalThis.process.kill(pid ?? 0, 'SIGKILL');
      await expect.poll(() => app.status().units.find((one) => one.unit === unit), { timeout: 15_000 }).toMatchObject({ state: 'up' });
    }
    await progress();
    isOver = true;
    await sending;
    const { slotLatest } = await app.hub.ask('su.process', { process });
    for (const id of acknowledged) expect((await app.hub.ask('su.find', { process, id })).assignment.message).toBe(id);
    const last = bench.message(wallet, process, 'Get');
    await app.hub.ask('mu.send', { item: last.raw });
    const { results } = await app.hub.ask('cu.results', { process, from: null, to: null, limit: 1000, order: 'desc' });
    expect(results.filter(({ error }) => error !== null)).toEqual([]);
    expect(slotLatest).toBeGreaterThanOrEqual(acknowledged.length);
    expect(await app.hub.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
  }, 120_000);

  it('leave no process behind when the app stops', async () => {
    const bench = await startBenchApp();
    const pids = bench.app.status().units.flatMap(({ pid }) => (pid === null ? [] : [pid]));
    expect(pids).toHaveLength(UNITS.length);
    await bench.stop();
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

describe('a handler that hangs inside the VM, where no instruction is counted', () => {
  it('is stopped by a person, the state is that of before it, and other processes never notice', async () => {
    const bench = await startBenchApp();
    onTestFinished(bench.stop);
    const { app } = bench;
    const wallet = newWallet();
    const stuck = await bench.spawn(
      wallet,
      `count = 0; Handlers.add("hang", "Hang", function()
      count = 99; string.find(("a"):rep(40), ("a?"):rep(40) .. ("a"):rep(40) .. "b")
    end)`,
    );
    const { slot } = await app.hub.ask('mu.send', { item: bench.message(wallet, stuck, 'Hang').raw });
    expect(slot).toBe(1);
    await expect.poll(() => app.hub.ask('cu.stop', { process: stuck }), { timeout: 10_000 }).toEqual({ isStopped: true });
    if (slot === null) return;
    const outcome = await app.hub.ask('cu.result', { process: stuck, slot });
    expect(outcome).toMatchObject({ verdict: { kind: 'stopped' }, messages: [] });
    const { nodes } = await app.hub.ask('cu.state', { process: stuck, slot, path: [], offset: 0, limit: 200 });
    expect(nodes.find(({ key }) => key === '.count')?.preview).toBe('0');
    const other = await bench.spawn(wallet, COUNTER);
    const inc = await app.hub.ask('mu.send', { item: bench.message(wallet, other, 'Inc').raw });
    const answer = await app.hub.ask('cu.result', { process: other, slot: inc.slot ?? slot });
    expect(answer.messages[0]?.Data).toBe('1');
  }, 60_000);
});
