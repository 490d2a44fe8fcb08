import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AoError, ERRORS } from '../../node/contract/errors.ts';
import { toProcessId, toSlot } from '../../node/contract/ids.ts';
import { UNITS, type Fact } from '../../node/contract/trace.ts';
import { consoleOf } from './console.ts';
import { hintsOf } from './hints.ts';
import { childrenOf, deliveriesOf, parentOf, rowAt } from './lookup.ts';
import { problemsOf } from './problems.ts';
import { keyOf } from './rows.ts';
import { fixtureId, fixtureRun, seeded, type Told } from './run.fixture.ts';
import { emptyWorld, reduce, type World } from './world.ts';

/** One after the other from the four units, as `turns` says; what is left comes at the end. */
function interleave(told: Told, turns: readonly number[]): Fact[] {
  const rest = UNITS.map((unit) => [...told[unit]]);
  const facts: Fact[] = [];
  for (const turn of turns) {
    const fact = rest[turn % rest.length]?.shift();
    if (fact !== undefined) facts.push(fact);
  }
  return [...facts, ...rest.flat()];
}

function inBatches(facts: readonly Fact[], size: number): World {
  let world = emptyWorld();
  for (let at = 0; at < facts.length; at += size) world = reduce(world, facts.slice(at, at + size));
  return world;
}

/** Everything that a person can see of a world. */
function seen(world: World): unknown {
  return {
    processes: world.processes,
    waiting: world.waiting.map(({ id, row }) => [id, keyOf(row)]),
    held: [...world.held].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    rows: world.messages.map((row) => ({
      ...row,
      key: keyOf(row),
      parent: parentOf(world, row)?.at ?? null,
      children: childrenOf(world, row).map((child) => child.at),
    })),
    consoles: world.processes.map((process) => consoleOf(world, process.id)),
    problems: problemsOf(world),
  };
}

const inOrder = (told: Told): Fact[] => UNITS.flatMap((unit) => told[unit]);

describe('reduce', () => {
  it('gives the same world however the units interleave and the facts are batched', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(3), { maxLength: 400 }), fc.integer({ min: 1, max: 80 }), (seed, turns, size) => {
        const told = fixtureRun({ processes: 4, messages: 80, random: seeded(seed) });
        expect(seen(inBatches(interleave(told, turns), size))).toEqual(seen(inBatches(inOrder(told), 100_000)));
      }),
      { numRuns: 60 },
    );
  });

  it('says of an unhandled message which action it had, also where its evaluation is heard of before itself', () => {
    const told = fixtureRun({ processes: 2, messages: 30, random: seeded(3) });
    const cu = told.cu.map((fact): Fact =>
      fact.kind === 'cu.evaluated' && fact.error === null ? { ...fact, output: 'New Message From abc: Action = X' } : fact,
    );
    const wordsIn = (order: readonly Fact[]): string[] => hintsOf(inBatches(order, 7)).map(({ message, count }) => `${count} ${message}`);
    const inTime = wordsIn([...told.mu, ...told.su, ...cu]);
    expect(inTime.length).toBeGreaterThan(0);
    expect(wordsIn([...cu, ...told.mu, ...told.su]).toSorted()).toEqual(inTime.toSorted());
  });

  it('keeps every place right: rows rise, and each knows where it stands', () => {
    const told = fixtureRun({ processes: 3, messages: 300, random: seeded(7) });
    const world = inBatches(
      interleave(
        told,
        Array.from({ length: 900 }, (_, index) => index * 7),
      ),
      11,
    );
    expect(world.messages.map((row) => row.at)).toEqual(world.messages.map((_, index) => index));
    for (const process of world.processes) {
      const slots = world.messages.filter((row) => row.slot !== null && row.to === process.id).map((row) => row.slot);
      expect(slots).toEqual(slots.map((_, index) => index));
    }
  });

  it('joins what the units say of one message', () => {
    const told = fixtureRun({ processes: 2, messages: 0, random: () => 0.5 });
    const world = inBatches(inOrder(told), 10);
    const row = deliveriesOf(world, fixtureId('p', 0))[0];
    expect(row).toMatchObject({ status: 'evaluated', slot: 0, type: 'Process', output: 'slot 0' });
    expect(world.processes.map((process) => process.name)).toEqual(['process 0', 'process 1']);
  });

  it('marks a held slot until the journey goes on', () => {
    const told = fixtureRun({ processes: 1, messages: 0, random: () => 0.5 });
    const process = fixtureId('p', 0);
    let world = inBatches(inOrder(told), 10);
    const at = { seq: 2, atMs: 2_000, unit: 'mu' as const };
    const owner = world.processes[0];
    const slot = rowAt(world, process, 0)?.slot;
    if (owner === undefined || slot === undefined || slot === null) throw new Error('the fixture has a process');
    world = reduce(world, [{ ...at, kind: 'mu.held', journey: process, process: owner.id, slot, hops: 100, limit: 100 }]);
    expect(rowAt(world, process, 0)?.status).toBe('held');
    expect(problemsOf(world)[0]).toMatchObject({ code: 'HOP_LIMIT', journey: process });
    world = reduce(world, [{ ...at, seq: 3, kind: 'mu.continued', journey: process, limit: 200 }]);
    expect(rowAt(world, process, 0)?.status).toBe('evaluated');
    expect(problemsOf(world)).toEqual([]);
  });

  it('shows the gap in a log once, with its cure, until what was missing is there', () => {
    const [first, ...rest] = inOrder(fixtureRun({ processes: 1, messages: 0, random: () => 0.5 }));
    const process = toProcessId(fixtureId('p', 0));
    const told = (seq: number): Fact => {
      const { code, message } = new AoError('LOG_GAP', { process, slot: 0, reason: 'the gateway does not have it' });
      return { unit: 'su', seq, atMs: 500, kind: 'su.gap', process, slot: toSlot(0), code, message };
    };
    // A process whose first slot is missing is not known; each attempt to bring it back tells it again.
    const world = reduce(emptyWorld(), [told(1), told(2)]);
    expect(problemsOf(world)).toMatchObject([
      { code: 'LOG_GAP', message: expect.stringContaining('from slot 0 on') as string, cure: ERRORS.LOG_GAP.cure, process: null },
    ]);
    const later = [first, ...rest].flatMap((fact) => (fact === undefined ? [] : [{ ...fact, seq: fact.seq + 2 }]));
    expect(problemsOf(reduce(world, later))).toEqual([]);
  });

  it('takes in a hundred thousand messages in seconds', () => {
    const told = fixtureRun({ processes: 50, messages: 100_000, random: seeded(1) });
    // Time of the processor: the machine may be busy with other things.
    const before = process.cpuUsage();
    const world = inBatches(inOrder(told), 10_000);
    expect(world.messages.length).toBeGreaterThan(80_000);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(8_000);
  });
});

describe('what went wrong', () => {
  const told = fixtureRun({ processes: 2, messages: 40, random: seeded(3) });
  const failing = (slot: number, error: string, isCutShort: boolean): string | null | undefined => {
    const facts = inOrder(told).map((fact) => (fact.kind === 'cu.evaluated' && fact.slot === slot ? { ...fact, error, isCutShort } : fact));
    return reduce(emptyWorld(), facts).messages.find((row) => row.slot === slot && row.error === error)?.code;
  };

  it('a limit has its own code, but not where a process only says the same words', () => {
    const words = 'Slot 1 ran 300,000,000 instructions, its limit, and was stopped.';
    expect(failing(1, words, true)).toBe('EVALUATION_GAS');
    expect(failing(1, words, false)).toBeNull();
  });

  it('a first slot that failed is told from the others', () => {
    expect(failing(0, 'main.lua:1: boom', false)).toBe('BOOT_ERROR');
  });
});
