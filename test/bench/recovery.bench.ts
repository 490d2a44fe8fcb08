import type { ProcessId } from '../../node/contract/ids.ts';
import type { UnitName } from '../../node/contract/trace.ts';
import { newWallet, row, startBenchApp, type BenchApp } from './kit.ts';

const COUNTER = 'count = 0; Handlers.add("inc", "Inc", function(m) count = count + 1 end)';
const SLOTS = Number(process.argv[2] ?? 50_000);
const SENDERS = 64;
const UNITS: readonly UnitName[] = ['gateway', 'su', 'cu', 'mu'];

async function fill(bench: BenchApp, counter: ProcessId): Promise<number> {
  const wallet = newWallet();
  const start = performance.now();
  let left = SLOTS - 1;
  const sender = async (): Promise<void> => {
    while (left-- > 0) await bench.app.hub.ask('mu.send', { item: bench.message(wallet, counter, 'Inc').raw });
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  await bench.app.hub.ask('mu.idle', {});
  return (SLOTS * 1000) / (performance.now() - start);
}

/** Until `work` succeeds: a unit that is being started refuses, and is asked again. */
async function until<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await new Promise((done) => setTimeout(done, 10));
    }
  }
}

const bench = await startBenchApp();
try {
  const wallet = newWallet();
  const counter = await bench.spawn(wallet, COUNTER);
  const rate = await fill(bench, counter);
  row(
    `${SLOTS.toLocaleString('en-US')} slots of our Lua module written, ${SENDERS} senders, everything pushed`,
    `${rate.toFixed(0)} messages/s`,
    '',
  );
  const { slotLatest } = await bench.app.hub.ask('su.process', { process: counter });
  const pids = new Map(bench.app.status().units.map(({ unit, pid }) => [unit, pid]));
  const killed = performance.now();
  for (const unit of UNITS) {
    const pid = pids.get(unit);
    if (pid !== null && pid !== undefined) process.kill(pid, 'SIGKILL');
  }
  // The old ones may still seem to be there for a moment: what counts is the answer of new ones.
  await until(async () => {
    const units = bench.app.status().units;
    if (!units.every(({ unit, state, pid }) => state === 'up' && pid !== pids.get(unit))) throw new Error('not yet');
  });
  const { slotLatest: after } = await until(() => bench.app.hub.ask('su.process', { process: counter }));
  if (after !== slotLatest) throw new Error(`the log ended at ${slotLatest} and ends at ${after} now`);
  row(
    `kill -9 of every unit → the node answers, with ${SLOTS.toLocaleString('en-US')} slots in the log`,
    `${(performance.now() - killed).toFixed(0)} ms`,
    '',
  );
  const { slot } = await bench.app.hub.ask('mu.send', { item: bench.message(wallet, counter, 'Inc').raw });
  if (slot === null) throw new Error('no slot');
  const { error } = await bench.app.hub.ask('cu.result', { process: counter, slot });
  if (error !== null) throw new Error(error);
  row('kill -9 of every unit → the first new result', `${(performance.now() - killed).toFixed(0)} ms`, '');
} finally {
  await bench.stop();
}
