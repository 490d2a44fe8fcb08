import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessId } from '../../node/contract/ids.ts';
import { UNITS, type UnitName } from '../../node/contract/trace.ts';
import { median, newWallet, row, startBenchApp, type BenchApp } from './kit.ts';

const COUNTER = 'count = 0; Handlers.add("inc", "Inc", function(m) count = count + 1; m.reply({ Data = tostring(count) }) end)';
/** `npm run bench -- leaks`; `AOSCOPE_ROUNDS` says how many rounds. The first half fills the caches and is not counted. */
const ROUNDS = Number(process.env['AOSCOPE_ROUNDS'] ?? 40);
const SPAWNS = 5;
const SENDS = 20;
const OPERATIONS = SPAWNS * (1 + SENDS * 2);

interface Held {
  readonly residentMiB: number;
  readonly handles: number;
  readonly threads: number;
}

function heldBy(pid: number): Held {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { residentMiB: field('VmRSS') / 1024, handles: readdirSync(`/proc/${pid}/fd`).length, threads: field('Threads') };
}

function pidsOf({ app }: BenchApp): ReadonlyMap<UnitName | 'host', number> {
  return new Map([['host', process.pid], ...app.status().units.map(({ unit, pid }) => [unit, pid ?? 0] as const)]);
}

/** What one more round adds: the middle of all slopes between two rounds, which a collection of garbage in between does not bend. */
function growth(values: readonly number[]): number {
  const slopes = values.flatMap((late, to) => values.slice(0, to).map((early, from) => (late - early) / (to - from)));
  return slopes.length === 0 ? Number.NaN : median(slopes);
}

/** Processes that are spawned, sent to and tried, side by side. */
async function round(bench: BenchApp): Promise<void> {
  const { hub } = bench.app;
  const wallet = newWallet();
  const one = async (): Promise<void> => {
    const process = await bench.spawn(wallet, COUNTER);
    for (let times = 0; times < SENDS; times++) {
      await hub.ask('mu.send', { item: bench.message(wallet, process, 'Inc').raw });
      await tryOne(bench, process);
    }
  };
  await Promise.all(Array.from({ length: SPAWNS }, one));
  await hub.ask('mu.idle', {});
}

async function tryOne({ app }: BenchApp, process: ProcessId): Promise<void> {
  const cu = app.status().units.find(({ unit }) => unit === 'cu')?.url ?? '';
  const body = JSON.stringify({ Tags: [{ name: 'Action', value: 'Inc' }] });
  const response = await fetch(`${cu}/dry-run?process-id=${process}`, { method: 'POST', body });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

const bench = await startBenchApp();
try {
  const pids = pidsOf(bench);
  const seen = new Map([...pids.keys()].map((name) => [name, [] as Held[]]));
  for (let times = 0; times < ROUNDS; times++) {
    await round(bench);
    for (const [name, pid] of pids) seen.get(name)?.push(heldBy(pid));
  }
  const slots = ROUNDS * OPERATIONS;
  for (const name of ['host', ...UNITS] as const) {
    const late = (seen.get(name) ?? []).slice(Math.floor(ROUNDS / 2));
    const [first, last] = [late[0], late.at(-1)];
    if (first === undefined || last === undefined) continue;
    const perThousand = (growth(late.map(({ residentMiB }) => residentMiB)) / OPERATIONS) * 1_000;
    row(
      `${name}: resident memory in the second half of ${slots.toLocaleString('en-US')} spawns, messages and dry runs`,
      `${first.residentMiB.toFixed(0)} → ${last.residentMiB.toFixed(0)} MiB`,
      `${perThousand.toFixed(2)} MiB for each 1,000`,
    );
    row(`${name}: open files and sockets, threads`, `${first.handles} → ${last.handles}, ${first.threads} → ${last.threads}`, '');
  }
} finally {
  await bench.stop();
}
