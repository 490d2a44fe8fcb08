import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'libsql';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import type { ProcessId } from '../../node/contract/ids.ts';
import { startLive } from '../../node/cu/evaluator/live.ts';
import { createAosMachine } from '../../node/cu/vm/aos/aos-machine.ts';
import type { Instance, MessageInput, ProcessEnv } from '../../node/cu/vm/machine.ts';
import type { ClientOrder } from './client.ts';
import {
  inputAt,
  median,
  newWallet,
  row,
  startBenchApp,
  startClients,
  treeCpuMs,
  uploadModule,
  urlOf,
  type BenchApp,
  type Clients,
} from './kit.ts';

const LOADER = resolve(import.meta.dirname, '../../node_modules/@permaweb/ao-loader/dist/index.cjs');
const COUNTER = `
Counter = 0
Handlers.add("Inc", "Inc", function(m) Counter = Counter + 1; m.reply({ Data = tostring(Counter) }) end)`;
const LIMITS = { gas: 300_000_000, memoryBytes: 256 * 1024 * 1024 };
const ID = 'P'.repeat(43);
const MODULE = 'M'.repeat(43);
const LOOP_MESSAGES = 40;
const HOT_MESSAGES = 2_000;
const NODE_MESSAGES = 500;
const WARM_MESSAGES = 300;
const RSA_MESSAGES = 200;
const ROUNDS = 3;
const SPAWNS = 7;
const CLIENTS = [1, 8] as const;
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
  return slot === 0 ? inputAt(ID, slot, TAGS, COUNTER) : inputAt(ID, slot, tags, '1');
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

function medianMs(times: number, work: () => void): number {
  return median(
    Array.from({ length: times }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    }),
  );
}

/** The share of its time that a process spends on keyframes: the same messages with and without them, in turns. */
async function keyframeShare(bytes: Uint8Array, format: string): Promise<number> {
  const machine = createAosMachine(() => readFileSync(LOADER, 'utf8'));
  const module = { id: MODULE, format, bytes };
  const live = await startLive(machine, { module, env: ENV, limits: LIMITS, from: -1, keyframes: [], hash: null, steps: [] });
  const start = performance.now();
  let evaluatingMs = 0;
  for (let slot = 0; slot < HOT_MESSAGES; slot++)
    evaluatingMs += (await live.evaluate({ slot, message: message(slot), limits: LIMITS })).durationMs;
  const wholeMs = performance.now() - start;
  live.close();
  return (wholeMs - evaluatingMs) / wholeMs;
}

interface EndToEnd {
  readonly rate: number;
  /** Of the node's five processes, for one message. */
  readonly cpuMs: number | null;
  readonly clientCpuMs: number;
  readonly latencyMs: number;
}

/** A counter on one process after another, over HTTP as any client does it, history on. */
async function endToEnd(
  bench: BenchApp,
  clients: Clients,
  order: Pick<ClientOrder, 'process' | 'clients' | 'items' | 'count'>,
): Promise<EndToEnd> {
  const count = order.items?.length ?? order.count;
  const before = treeCpuMs([clients.pid]);
  const { ms, cpuMs, latenciesMs } = await clients.run({ ...order, mu: urlOf(bench, 'mu'), cu: urlOf(bench, 'cu') });
  // What a message costs behind its answer belongs to it too.
  await bench.app.hub.ask('mu.idle', {});
  const after = treeCpuMs([clients.pid]);
  return {
    rate: (count * 1000) / ms,
    cpuMs: before === null || after === null ? null : (after - before) / count,
    clientCpuMs: cpuMs / count,
    latencyMs: median(latenciesMs),
  };
}

/** Several rounds of both numbers of clients in turns, so that the machine's other work falls on both alike. */
async function measureNode(
  bench: BenchApp,
  clients: Clients,
  name: string,
  bytes: Uint8Array,
  format: string,
  loop: number,
): Promise<void> {
  const wallet = newWallet();
  const module = await uploadModule(bench, wallet, format, bytes);
  const process = await bench.spawn(wallet, COUNTER, module);
  const spawns: number[] = [];
  for (let n = 0; n < SPAWNS; n++) {
    const start = performance.now();
    await bench.spawn(wallet, COUNTER, module);
    spawns.push(performance.now() - start);
  }
  row(`${name}: spawn to first result`, `${median(spawns).toFixed(0)} ms`, 'aim: 150 ms');
  const signed = (count: number): string[] => Array.from({ length: count }, () => bench.message(wallet, process, 'Inc').raw);
  await endToEnd(bench, clients, { process, clients: 1, items: signed(WARM_MESSAGES), count: 0 });
  const found = new Map<number, EndToEnd[]>(CLIENTS.map((count) => [count, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const count of CLIENTS)
      found.get(count)?.push(await endToEnd(bench, clients, { process, clients: count, items: signed(NODE_MESSAGES), count: 0 }));
  for (const [count, rounds] of found) show(`${name}: whole node, signed beforehand, ${plural(count)}`, rounds, loop);
  for (const count of CLIENTS)
    show(
      `${name}: whole node, RSA-4096 signed on the way, ${plural(count)}`,
      [await endToEnd(bench, clients, { process, clients: count, items: null, count: RSA_MESSAGES })],
      loop,
    );
  await measureHistory(bench, name, process);
}

function show(what: string, rounds: readonly EndToEnd[], loop: number): void {
  const rate = median(rounds.map((one) => one.rate));
  const cpu = rounds.map((one) => one.cpuMs).filter((one) => one !== null);
  const of =
    cpu.length === 0 ? '' : `, ${median(cpu).toFixed(1)} ms CPU each (clients ${median(rounds.map((one) => one.clientCpuMs)).toFixed(1)})`;
  row(
    what,
    `${perSecond(rate)}${of}, ${median(rounds.map((one) => one.latencyMs)).toFixed(1)} ms`,
    `${(rate / loop).toFixed(1)} × the loader (aim: ${SLOWEST_AIM} ×)`,
  );
}

/** What a slot leaves on disk: the log, outcome, keyframes and facts of every unit but the gateway. */
async function measureHistory(bench: BenchApp, name: string, process: ProcessId): Promise<void> {
  const { slotLatest } = await bench.app.hub.ask('su.process', { process });
  const units = bench.app.workspace.unitData().dataDir;
  const sums = (file: string, sql: string): number => {
    const database = new Database(join(units, file), { readonly: true });
    try {
      return Number((database.prepare(sql).get(process) as { readonly bytes: number }).bytes);
    } finally {
      database.close();
    }
  };
  const log = sums(
    'su.db',
    'SELECT sum(length(assignment_bytes) + coalesce(length(message_bytes), 0)) AS bytes FROM log WHERE process = ?',
  );
  const outcomes = sums('cu.db', 'SELECT sum(length(outcome)) AS bytes FROM outcomes WHERE process = ?');
  const keyframes = sums('cu.db', 'SELECT sum(length(blob)) AS bytes FROM keyframes WHERE process = ?');
  const each = (bytes: number): string => (bytes / 1024 / (slotLatest + 1)).toFixed(1);
  row(
    `${name}: history of ${slotLatest + 1} slots: log ${each(log)}, outcomes ${each(outcomes)}, keyframes ${each(keyframes)} KiB a slot`,
    `${each(log + outcomes + keyframes)} KiB`,
    'aim: 6 KiB',
  );
}

const plural = (clients: number): string => `${clients} client${clients === 1 ? '' : 's'}`;
const perSecond = (rate: number): string => `${rate.toFixed(0)} messages/s`;

const modules = await ensureModulesForTests();
if (modules === undefined) throw new Error('the modules could not be fetched');
const bench = await startBenchApp();
const clients = startClients();
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
      `${medianMs(20, () => void instance.image()).toFixed(1)} ms`,
      '',
    );
    row(`${name}: the same put back`, `${medianMs(20, () => instance.restore(image)).toFixed(1)} ms`, '');
    row(`${name}: share of keyframes in a process's time`, `${((await keyframeShare(bytes, format)) * 100).toFixed(1)} %`, 'aim: 8 %');
    await measureNode(bench, clients, name, bytes, format, loop);
  }
} finally {
  clients.stop();
  await bench.stop();
}
