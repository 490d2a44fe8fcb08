import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Tag } from '../../node/contract/item.ts';
import { createLuaMachine } from '../../node/cu/vm/lua/lua-machine.ts';
import { buildLuaModule } from '../../node/lua/module.ts';
import type { MessageInput } from '../../node/cu/vm/machine.ts';
import { inputAt, newWallet, startBenchApp, treeMemoryMiB, type BenchApp } from './kit.ts';

const ASSETS = resolve(import.meta.dirname, '../../out/assets');
const COUNTER = `
count = 0
Handlers.add("inc", "Inc", function(msg) count = count + 1; msg.reply({ Data = tostring(count) }) end)`;
const SECONDS = 6;

/** Messages a second that one client sees: sign, send, wait for the result, again. */
async function endToEnd(bench: BenchApp, clients: number): Promise<number> {
  const wallets = Array.from({ length: clients }, newWallet);
  const first = wallets[0];
  if (first === undefined) return 0;
  const process = await bench.spawn(first, COUNTER);
  const run = async (untilMs: number): Promise<number> => {
    let done = 0;
    const client = async (wallet: (typeof wallets)[number]): Promise<void> => {
      while (performance.now() < untilMs) {
        const { slot } = await bench.app.hub.ask('mu.send', { item: bench.message(wallet, process, 'Inc').raw });
        if (slot === null) throw new Error('no slot');
        const { error } = await bench.app.hub.ask('cu.result', { process, slot });
        if (error !== null) throw new Error(error);
        done++;
      }
    };
    await Promise.all(wallets.map(client));
    return done;
  };
  await run(performance.now() + 1500);
  const start = performance.now();
  const done = await run(start + SECONDS * 1000);
  return (done * 1000) / (performance.now() - start);
}

/** The same handler in the bare machine: no signatures, no disk, no other process. */
async function bareLoop(): Promise<number> {
  const machine = createLuaMachine(readFileSync(join(ASSETS, 'glue.wasm')));
  const { bytes, format, tags } = buildLuaModule(join(ASSETS, 'lua'));
  const limits = { gas: 300_000_000, memoryBytes: 256 * 1024 * 1024 };
  const id = 'P'.repeat(43);
  const instance = await machine.create({ id: 'M'.repeat(43), format, bytes }, limits);
  const env = {
    Process: { Id: id, Owner: 'owner', Tags: [{ name: 'On-Boot', value: 'Data' }] },
    Module: { Id: 'M'.repeat(43), Owner: 'owner', Tags: tags },
  };
  const message = (slot: number, type: string, tagged: readonly Tag[], data: string): MessageInput =>
    inputAt(id, slot, [...tagged, { name: 'Type', value: type }], data);
  instance.evaluate(message(0, 'Process', env.Process.Tags, COUNTER), env, limits);
  const run = (from: number, count: number): void => {
    for (let slot = from; slot < from + count; slot++) {
      const { outcome } = instance.evaluate(message(slot, 'Message', [{ name: 'Action', value: 'Inc' }], '1'), env, limits);
      if (outcome.error !== null || outcome.messages.length !== 1) throw new Error(outcome.error ?? 'no answer');
    }
  };
  run(1, 500);
  const start = performance.now();
  run(501, 5_000);
  const rate = 5_000_000 / (performance.now() - start);
  instance.close();
  return rate;
}

/** Resident memory that each idle process adds, after `count` were spawned. */
async function memoryPerProcess(bench: BenchApp, count: number): Promise<number | null> {
  const before = treeMemoryMiB();
  const wallet = newWallet();
  for (let n = 0; n < count; n++) await bench.spawn(wallet, COUNTER);
  await bench.app.hub.ask('mu.idle', {});
  const after = treeMemoryMiB();
  return before === null || after === null ? null : (after - before) / count;
}

const row = (what: string, value: string, ratio: string): void => console.log([what, value, ratio].join(' | '));

const bare = await bareLoop();
row('bare loop in the Lua VM, full runtime', `${bare.toFixed(0)} messages/s`, '1');
const bench = await startBenchApp();
try {
  const idle = treeMemoryMiB();
  row('memory of the node idle (host and four units)', idle === null ? 'not measured here' : `${idle.toFixed(0)} MiB`, '');
  for (const clients of [1, 4]) {
    const rate = await endToEnd(bench, clients);
    row(
      `end to end, durable, signed: ${clients} client${clients === 1 ? '' : 's'}`,
      `${rate.toFixed(0)} messages/s`,
      `1 : ${(bare / rate).toFixed(1)} of the bare loop`,
    );
  }
  for (const count of [10, 100]) {
    const each = await memoryPerProcess(bench, count);
    row(`memory per process, ${count} spawned`, each === null ? 'not measured here' : `${each.toFixed(1)} MiB`, '');
  }
} finally {
  await bench.stop();
}
