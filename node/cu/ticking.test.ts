import { expect, it, onTestFinished } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS, type Commands } from '../contract/commands.ts';
import { toProcessId, toSlot } from '../contract/ids.ts';
import { openDatabase } from '../store/database.ts';
import { parseCrons, type CronPlan, type Moment } from '../contract/cron.ts';
import { cronOutcome } from './outcome.ts';
import { dueTicks, TICKS_MAX, type TickingPorts } from './ticking.ts';
import { CU_SCHEMA, openMemory } from './timeline/memory.ts';
import type { Ticks } from './timeline/ticks.ts';

const PROCESS = toProcessId(`${'p'.repeat(42)}A`);
const ORIGIN: Moment = { timestampMs: 1_000_000, blockHeight: 10 };
const BLOCKS: readonly Moment[] = Array.from({ length: 2_500 }, (_, index) => ({
  blockHeight: 11 + index,
  timestampMs: 1_000_000 + (index + 1) * 10_000,
}));

const planOf = (interval: string): CronPlan => {
  const plan = parseCrons([{ name: 'Cron-Interval', value: interval }], ORIGIN);
  if (plan === null) throw new Error('no cron');
  return plan;
};

/** A gateway with blocks, in pages of a thousand, and a CU that remembers. */
function world(): TickingPorts & { readonly memory: { readonly ticks: Ticks } } {
  const dir = mkdtempSync(join(tmpdir(), 'aoscope-ticking-'));
  const database = openDatabase(join(dir, 'cu.db'), CU_SCHEMA, 'normal');
  const memory = openMemory(database, DEFAULT_LIMITS.keyframeBytes);
  onTestFinished(() => {
    memory.close();
    database.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return {
    memory,
    assignment: async () => ORIGIN,
    blocks: async ({ after, beforeMs }: Commands['gateway.blocks']['args']) => ({
      blocks: BLOCKS.filter(({ blockHeight, timestampMs }) => blockHeight > after && timestampMs < beforeMs).slice(0, 1_000),
    }),
  };
}

it('of a long absence the newest are run, and it is said how many were left out', async () => {
  const due = await dueTicks(world(), PROCESS, planOf('1-second'), 1, null, { timestampMs: ORIGIN.timestampMs + 25_001_000 });
  expect(due.skipped).toBe(25_001 - 1 - TICKS_MAX);
  expect(due.ticks).toHaveLength(TICKS_MAX);
  expect(due.ticks.at(-1)?.timestampMs).toBe(ORIGIN.timestampMs + 25_000_000);
  expect(due.ticks[0]?.timestampMs).toBe(ORIGIN.timestampMs + 25_000_000 - (TICKS_MAX - 1) * 1_000);
});

it('every block is heard of, however many pages the gateway gives them in', async () => {
  const due = await dueTicks(world(), PROCESS, planOf('1-block'), 1, null, { timestampMs: ORIGIN.timestampMs + 30_000_000 });
  expect(due.ticks.map(({ blockHeight }) => blockHeight)).toEqual(BLOCKS.map(({ blockHeight }) => blockHeight));
});

it('what has been run is not due again, also when its second goes on after the next message', async () => {
  const ports = world();
  const plan = planOf('1-second');
  const until = { timestampMs: ORIGIN.timestampMs + 3_500 };
  const { ticks } = await dueTicks(ports, PROCESS, plan, 1, null, until);
  expect(ticks.map(({ timestampMs }) => timestampMs - ORIGIN.timestampMs)).toEqual([1_000, 2_000, 3_000]);
  for (const [tick, { cron, timestampMs, blockHeight }] of ticks.entries()) {
    const outcome = { output: '', messages: [], spawns: [], assignments: [], error: null, gasUsed: 0, verdict: null };
    const at = { process: PROCESS, slot: toSlot(1), tick, cron, timestampMs, blockHeight };
    ports.memory.ticks.keep(cronOutcome(at, outcome, { memoryBytes: 0, durationMs: 0 }), { gas: 1, memoryBytes: 1 });
  }
  expect((await dueTicks(ports, PROCESS, plan, 1, null, until)).ticks).toEqual([]);
  const next = await dueTicks(
    ports,
    PROCESS,
    plan,
    2,
    { ...ORIGIN, timestampMs: ORIGIN.timestampMs + 3_500 },
    { timestampMs: ORIGIN.timestampMs + 4_600 },
  );
  expect(next.ticks.map(({ timestampMs }) => timestampMs - ORIGIN.timestampMs)).toEqual([4_500]);
});
