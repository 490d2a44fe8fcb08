import type { ProcessId } from '../../node/contract/ids.ts';
import type { SignedItem } from '../../node/item/build.ts';
import { median, newWallet, row, startBenchApp, type BenchApp } from './kit.ts';

const COUNTER = 'count = 0; Handlers.add("inc", "Inc", function(m) count = count + 1; m.reply({ Data = tostring(count) }) end)';
const LOOP = 'Handlers.add("loop", "Loop", function() while true do end end)';
const OTHERS = 10;
const MESSAGES_EACH = 100;
const ROUNDS = 5;
const AIM = 0.8;

/** Sends and waits for the result. */
async function one(bench: BenchApp, process: ProcessId, item: SignedItem): Promise<void> {
  const { slot } = await bench.app.hub.ask('mu.send', { item: item.raw });
  if (slot === null) throw new Error('no slot');
  await bench.app.hub.ask('cu.result', { process, slot });
}

/** Messages a second that the others reach together, each with one client; and the slowest of them all, ms. */
async function throughput(
  bench: BenchApp,
  others: readonly ProcessId[],
  items: readonly SignedItem[][],
): Promise<{ readonly rate: number; readonly slowestMs: number }> {
  let slowestMs = 0;
  const start = performance.now();
  await Promise.all(
    others.map(async (process, index) => {
      for (const item of items[index] ?? []) {
        const sent = performance.now();
        await one(bench, process, item);
        slowestMs = Math.max(slowestMs, performance.now() - sent);
      }
    }),
  );
  return { rate: (OTHERS * MESSAGES_EACH * 1000) / (performance.now() - start), slowestMs };
}

const bench = await startBenchApp();
try {
  const wallet = newWallet();
  const others: ProcessId[] = [];
  for (let n = 0; n < OTHERS; n++) others.push(await bench.spawn(wallet, COUNTER));
  const looping = await bench.spawn(wallet, LOOP);
  const signed = (): SignedItem[][] =>
    others.map((process) => Array.from({ length: MESSAGES_EACH }, () => bench.message(wallet, process, 'Inc')));
  await throughput(bench, others, signed());
  const alone: number[] = [];
  const beside: number[] = [];
  const slowest: number[] = [];
  let loops = 0;
  for (let round = 0; round < ROUNDS; round++) {
    alone.push((await throughput(bench, others, signed())).rate);
    let isOver = false;
    const loop = (async () => {
      // Each ends at its limit of instructions; the next one begins at once.
      for (; !isOver; loops++) await one(bench, looping, bench.message(wallet, looping, 'Loop'));
    })();
    const { rate, slowestMs } = await throughput(bench, others, signed());
    beside.push(rate);
    slowest.push(slowestMs);
    isOver = true;
    await bench.app.hub.ask('cu.stop', { process: looping });
    await loop;
  }
  const kept = median(beside) / median(alone);
  row(`${OTHERS} processes, each with one client`, `${median(alone).toFixed(0)} messages/s`, '1');
  row(
    `the same beside one in an endless loop (${loops} slots of it ended); slowest message ${median(slowest).toFixed(0)} ms`,
    `${median(beside).toFixed(0)} messages/s`,
    `${(kept * 100).toFixed(0)} % kept (aim: ${AIM * 100} %)`,
  );
} finally {
  await bench.stop();
}
