import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { evaluatorThread } from '../../node/cu/evaluator/thread.ts';
import { inputAt, median, row } from './kit.ts';

const OUT = resolve(import.meta.dirname, '../../out');
const MODULE = 'M'.repeat(43);
const PROCESSES = 8;
const SLOTS = 30;
const ROUNDS = 3;
const LIMITS = { gas: 300_000_000, memoryBytes: 256 * 1024 * 1024 };
const TAGS = [
  { name: 'Type', value: 'Process' },
  { name: 'Module', value: MODULE },
  { name: 'On-Boot', value: 'Data' },
];
/** Some milliseconds of Lua for each message: what is shared out, not what sharing costs, is measured. */
const WORK = 'Sum = 0; Handlers.add("Inc", "Inc", function() for i = 1, 100000 do Sum = (Sum * 31 + i) % 1000003 end end)';

const found = await ensureModulesForTests();
if (found === undefined) throw new Error('the modules could not be fetched');
const { format, path } = found['aos-2.0.6'];
const module = { id: MODULE, format, bytes: readFileSync(path) };

const processId = (number: number): string => String(number).padStart(43, 'p');
const BOOT = { tags: TAGS, data: WORK };
const INC = { tags: [...TAGS.slice(1, 2), { name: 'Action', value: 'Inc' }], data: '1' };

/** Slots a second that so many evaluators do together, for as many processes as ever. */
async function rate(evaluators: number): Promise<number> {
  const start = () =>
    evaluatorThread(resolve(OUT, 'node/evaluator.cjs'), {
      assetsDir: resolve(OUT, 'assets'),
      givesWayTo: null,
      machines: [],
      windowBytes: 0,
    });
  const threads = Array.from({ length: evaluators }, start);
  try {
    const places = await Promise.all(
      Array.from({ length: PROCESSES }, async (_, number) => {
        const process = processId(number);
        const evaluator = threads[number % evaluators] ?? start();
        const env = { Process: { Id: process, Owner: 'owner', Tags: TAGS }, Module: { Id: MODULE, Owner: 'owner', Tags: [] } };
        const rebuild = { module, env, limits: LIMITS, from: -1, keyframes: [], hash: null, steps: [] };
        await evaluator.ask('load', { process, rebuild }, Infinity);
        const run = async (slot: number): Promise<void> => {
          const { tags, data } = slot === 0 ? BOOT : INC;
          const { outcome } = await evaluator.ask(
            'evaluate',
            { process, step: { slot, message: inputAt(process, slot, tags, data), limits: LIMITS } },
            Infinity,
          );
          if (outcome.error !== null) throw new Error(outcome.error);
        };
        await run(0);
        await run(1);
        return run;
      }),
    );
    const startedMs = performance.now();
    await Promise.all(
      places.map(async (run) => {
        for (let slot = 2; slot < SLOTS + 2; slot++) await run(slot);
      }),
    );
    return (PROCESSES * SLOTS * 1000) / (performance.now() - startedMs);
  } finally {
    await Promise.all(threads.map((one) => one.close()));
  }
}

const [one, two]: [number[], number[]] = [[], []];
for (let round = 0; round < ROUNDS; round++) {
  one.push(await rate(1));
  two.push(await rate(2));
}
row(`${PROCESSES} aos processes on one evaluator`, `${median(one).toFixed(0)} messages/s`, '1');
row('the same on two', `${median(two).toFixed(0)} messages/s`, `${(median(two) / median(one)).toFixed(2)} × (2 at best)`);
