import { readFileSync } from 'node:fs';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import type { ProcessId } from '../../node/contract/ids.ts';
import { median, newWallet, row, startBenchApp, treeMemoryMiB, uploadModule, type BenchApp } from './kit.ts';

const COUNTER = 'Counter = 0; Handlers.add("Inc", "Inc", function(m) Counter = Counter + 1; m.reply({ Data = tostring(Counter) }) end)';
const PROCESSES = 1_000;
const SPAWNERS = 4;
const WOKEN = 25;
const AIM_MIB = 1.5 * 1024;
const WAKE_AIM_MS = 60;

async function count(bench: BenchApp, process: ProcessId): Promise<string> {
  const { slot } = await bench.app.hub.ask('mu.send', { item: bench.message(wallet, process, 'Inc').raw });
  if (slot === null) throw new Error('no slot');
  const { error, messages } = await bench.app.hub.ask('cu.result', { process, slot });
  if (error !== null) throw new Error(error);
  return messages[0]?.Data ?? '';
}

const modules = await ensureModulesForTests();
if (modules === undefined) throw new Error('the modules could not be fetched');
const wallet = newWallet();
const bench = await startBenchApp();
try {
  const { format, path } = modules['aos-2.0.6'];
  const module = await uploadModule(bench, wallet, format, readFileSync(path));
  await bench.spawn(wallet, COUNTER, module);
  const processes: ProcessId[] = [];
  const start = performance.now();
  const spawner = async (): Promise<void> => {
    while (processes.length < PROCESSES) {
      const place = processes.length;
      // Its place is taken before it is there, so that no two spawners take the same.
      processes.length = place + 1;
      processes[place] = await bench.spawn(wallet, COUNTER, module);
    }
  };
  await Promise.all(Array.from({ length: SPAWNERS }, spawner));
  const seconds = (performance.now() - start) / 1000;
  row(
    `${PROCESSES} aos processes spawned, each with its first result`,
    `${seconds.toFixed(0)} s`,
    `${((seconds * 1000) / PROCESSES).toFixed(0)} ms each`,
  );
  const memory = treeMemoryMiB();
  row(
    `resident memory then, of host, four units and evaluators`,
    memory === null ? 'not measured here' : `${memory.toFixed(0)} MiB`,
    memory === null ? '' : `${(memory / AIM_MIB).toFixed(2)} of ${AIM_MIB} MiB`,
  );
  // The oldest have been put on disk to make room for the others.
  const woken: number[] = [];
  const again: number[] = [];
  for (const process of processes.slice(0, WOKEN)) {
    for (const [took, expected] of [
      [woken, '1'],
      [again, '2'],
    ] as const) {
      const sent = performance.now();
      const found = await count(bench, process);
      took.push(performance.now() - sent);
      if (found !== expected) throw new Error(`a process counted ${found}, not ${expected}`);
    }
  }
  const wakeMs = median(woken) - median(again);
  row(
    `an aos process on disk woken: first message ${median(woken).toFixed(0)} ms, the next ${median(again).toFixed(0)} ms`,
    `${wakeMs.toFixed(0)} ms`,
    `${(wakeMs / WAKE_AIM_MS).toFixed(2)} × ${WAKE_AIM_MS} ms`,
  );
} finally {
  await bench.stop();
}
