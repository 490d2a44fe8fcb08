import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { toModuleId } from '../../node/contract/ids.ts';
import { createAosMachine } from '../../node/cu/vm/aos/aos-machine.ts';
import type { Instance, MessageInput, ProcessEnv } from '../../node/cu/vm/machine.ts';
import { buildItem, type SignedItem } from '../../node/item/build.ts';
import { newWallet, startBenchApp, type BenchApp } from './kit.ts';

const LOADER = resolve(import.meta.dirname, '../../node_modules/@permaweb/ao-loader/dist/index.cjs');
const COUNTER = `
Counter = 0
Handlers.add("Inc", "Inc", function(m) Counter = Counter + 1; m.reply({ Data = tostring(Counter) }) end)`;
const LIMITS = { gas: 300_000_000, memoryBytes: 256 * 1024 * 1024 };
const ID = 'P'.repeat(43);
const MODULE = 'M'.repeat(43);
const LOOP_MESSAGES = 40;
const HOT_MESSAGES = 2_000;
const NODE_MESSAGES = 1_500;
const SLOWEST_AIM = 20;

const TAGS = [
  { name: 'Type', value: 'Process' },
  { name: 'Module', value: MODULE },
  { name: 'On-Boot', value: 'Data' },
];
const ENV: ProcessEnv = { Process: { Id: ID, Owner: 'owner', Tags: TAGS }, Module: { Id: MODULE, Owner: 'owner', Tags: [] } };

function message(slot: number): MessageInput {
  const tags = [
    { name: 'Type', value: 'Message' },
    { name: 'Action', value: 'Inc' },
  ];
  return {
    Id: slot === 0 ? ID : String(slot).padStart(43, 'm'),
    Data: slot === 0 ? COUNTER : '1',
    Owner: 'owner',
    From: 'owner',
    Anchor: null,
    Tags: slot === 0 ? TAGS : tags,
    Target: ID,
    Epoch: 0,
    Nonce: slot,
    Timestamp: 1_700_000_000_000 + slot,
    'Block-Height': 1,
    'Hash-Chain': '',
    Cron: false,
    'Read-Only': false,
  };
}

/** The published loader as its README uses it: memory in, memory out. In a thread of its own, since it changes its realm. */
function loaderLoop(bytes: Uint8Array, format: string): Promise<number> {
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { loader, bytes, format, messages, env } = workerData;
    const now = performance.now.bind(performance);
    const post = parentPort.postMessage.bind(parentPort);
    // Node 24 takes the pages of a 64-bit memory as a BigInt only; the loader gives a number.
    const { grow } = WebAssembly.Memory.prototype;
    WebAssembly.Memory.prototype.grow = function (pages) {
      try { return grow.call(this, Math.floor(pages)); } catch (error) { if (!(error instanceof TypeError)) throw error; return Number(grow.call(this, BigInt(Math.floor(pages)))); }
    };
    (async () => {
      const handle = await require(loader)(Buffer.from(bytes), { format, memoryLimit: '17179869184', computeLimit: 9e12, extensions: [] });
      let memory = null, from = 0;
      for (const [index, message] of messages.entries()) {
        if (index === 5) from = now();
        const result = await handle(memory, message, env);
        if (result.Error) throw new Error(result.Error);
        memory = result.Memory;
      }
      post((messages.length - 5) * 1000 / (now() - from));
    })();`;
  const messages = Array.from({ length: LOOP_MESSAGES + 5 }, (_, slot) => message(slot));
  const worker = new Worker(script, { eval: true, workerData: { loader: LOADER, bytes, format, messages, env: ENV } });
  return new Promise<number>((done, failed) => {
    worker.once('message', done);
    worker.once('error', failed);
  }).finally(() => void worker.terminate());
}

/** The machine alone: no signatures, no disk, no history. @returns messages a second, and the instance as it is then */
async function bareLoop(bytes: Uint8Array, format: string): Promise<{ readonly rate: number; readonly instance: Instance }> {
  const machine = createAosMachine(() => readFileSync(LOADER, 'utf8'));
  const instance = await machine.create({ id: MODULE, format, bytes }, LIMITS);
  const run = (from: number, count: number): void => {
    for (let slot = from; slot < from + count; slot++) {
      const { outcome } = instance.evaluate(message(slot), ENV, LIMITS);
      if (outcome.error !== null) throw new Error(outcome.error);
    }
  };
  run(0, 300);
  const start = performance.now();
  run(300, HOT_MESSAGES);
  return { rate: (HOT_MESSAGES * 1000) / (performance.now() - start), instance };
}

function median(times: number, work: () => void): number {
  const all = Array.from({ length: times }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return all.sort((a, b) => a - b)[times >> 1] ?? 0;
}

/** Messages a second through the whole node, history on, items signed beforehand. */
async function endToEnd(
  bench: BenchApp,
  bytes: Uint8Array,
  format: string,
  clients: number,
): Promise<{ readonly rate: number; readonly spawnMs: number }> {
  const wallet = newWallet();
  const tags = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Module' },
    { name: 'Module-Format', value: format },
  ];
  const { id } = await bench.app.hub.ask('gateway.upload', { item: buildItem(wallet, { tags, data: bytes }).raw });
  // The first one compiles the module.
  await bench.spawn(wallet, COUNTER, toModuleId(id));
  const startSpawn = performance.now();
  const process = await bench.spawn(wallet, COUNTER, toModuleId(id));
  const spawnMs = performance.now() - startSpawn;
  const items = Array.from({ length: NODE_MESSAGES }, () => bench.message(wallet, process, 'Inc'));
  const warm = items.splice(0, 300);
  const run = async (queue: SignedItem[]): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const { slot } = await bench.app.hub.ask('mu.send', { item: item.raw });
      if (slot === null) throw new Error('no slot');
      const { error } = await bench.app.hub.ask('cu.result', { process, slot });
      if (error !== null) throw new Error(error);
    }
  };
  await run(warm);
  const count = items.length;
  const start = performance.now();
  await Promise.all(Array.from({ length: clients }, () => run(items)));
  return { rate: (count * 1000) / (performance.now() - start), spawnMs };
}

const row = (what: string, value: string, ratio: string): void => console.log([what, value, ratio].join(' | '));
const perSecond = (rate: number): string => `${rate.toFixed(0)} messages/s`;

const modules = await ensureModulesForTests();
if (modules === undefined) throw new Error('the modules could not be fetched');
const bench = await startBenchApp();
try {
  for (const name of ['aos-2.0.6', 'aos-2.0.4-32'] as const) {
    const { format, path } = modules[name];
    const bytes = readFileSync(path);
    const bits = format.startsWith('wasm64') ? '64-bit' : '32-bit';
    const loop = await loaderLoop(bytes, format);
    row(`${name} (${bits}): the published loader's own loop`, perSecond(loop), '1');
    const { rate: bare, instance } = await bareLoop(bytes, format);
    row(
      `${name}: bare loop in our machine`,
      `${perSecond(bare)}, ${(1000 / bare).toFixed(2)} ms each`,
      `${(bare / loop).toFixed(0)} × the loader`,
    );
    const image = instance.image();
    row(
      `${name}: image of ${(image.bytes.length / 1_048_576).toFixed(1)} MiB in ${(image.byteLength / 1_048_576).toFixed(0)} MiB`,
      `${median(20, () => void instance.image()).toFixed(1)} ms`,
      '',
    );
    row(`${name}: the same put back`, `${median(20, () => instance.restore(image)).toFixed(1)} ms`, '');
    for (const clients of [1, 8]) {
      const { rate, spawnMs } = await endToEnd(bench, bytes, format, clients);
      row(
        `${name}: whole node, durable, history on, signed beforehand, ${clients} client${clients === 1 ? '' : 's'}`,
        perSecond(rate),
        `${(rate / loop).toFixed(1)} × the loader (aim: ${SLOWEST_AIM} ×)`,
      );
      if (clients === 1) row(`${name}: spawn to first result`, `${spawnMs.toFixed(0)} ms`, 'aim: 150 ms');
    }
  }
} finally {
  await bench.stop();
}
