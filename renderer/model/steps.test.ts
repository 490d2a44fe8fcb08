import { expect, it } from 'vitest';
import { toProcessId, toSlot } from '../../node/contract/ids.ts';
import { UNITS, type Cause, type Fact, type FactBody, type UnitName } from '../../node/contract/trace.ts';
import { each } from './few.ts';
import { journeyOf } from './journey.ts';
import { childrenOf, parentOf } from './lookup.ts';
import { isAssigned, senderOf, type MessageRow } from './rows.ts';
import { fixtureId, fixtureRun, seeded } from './run.fixture.ts';
import { originOf, stepsOf, stopOf, STEPS } from './steps.ts';
import { emptyWorld, reduce, type World } from './world.ts';

const P = toProcessId(fixtureId('p', 1));
const Q = toProcessId(fixtureId('q', 1));
const WALLET = 'w'.repeat(43);
const sketch = (target: string, from: string, action: string): Extract<FactBody, { kind: 'mu.received' }>['sketch'] => ({
  type: 'Message',
  target,
  from,
  action,
  name: null,
  preview: null,
  dataBytes: 0,
});

/** A world of these facts, each a millisecond after the one before. */
function worldOf(bodies: readonly FactBody[]): World {
  const seqs: Record<UnitName, number> = { gateway: 0, su: 0, cu: 0, mu: 0 };
  const facts = bodies.map((body, index): Fact => {
    const unit = body.kind.split('.')[0] as UnitName;
    seqs[unit] += 1;
    return { ...body, unit, seq: seqs[unit], atMs: 1_000 + index };
  });
  return reduce(emptyWorld(), facts);
}
const assigned = (process: typeof P, slot: number, id: number, from = WALLET): FactBody => ({
  kind: 'su.assigned',
  id: fixtureId('m', id),
  assignment: fixtureId('a', id),
  process,
  slot: toSlot(slot),
  timestampMs: 1,
  sketch: sketch(process, from, 'Go'),
});
const evaluated = (
  process: typeof P,
  slot: number,
  id: number,
  over: Partial<Extract<FactBody, { kind: 'cu.evaluated' }>> = {},
): FactBody => ({
  kind: 'cu.evaluated',
  process,
  slot: toSlot(slot),
  id: fixtureId('m', id),
  hash: 'h',
  error: null,
  output: '',
  prompt: null,
  messages: 0,
  spawns: 0,
  assignments: 0,
  gasUsed: 1,
  memoryBytes: 1,
  durationMs: 0.5,
  isCutShort: false,
  ...over,
});
const causeOf = (process: typeof P, slot: number, tick?: number): Cause => ({
  process,
  slot: toSlot(slot),
  message: fixtureId('m', 1),
  index: 0,
  ...(tick === undefined ? {} : { tick }),
});
const rowOf = (world: World, id: number): MessageRow => {
  const row = each(world.inside.byId.get(fixtureId('m', id))).at(-1);
  if (row === undefined) throw new Error(`no row of ${id}`);
  return row;
};

it('a message that went its whole way has all six steps, and none stops it', () => {
  const world = worldOf([
    { kind: 'mu.received', id: fixtureId('m', 1), sketch: sketch(P, WALLET, 'Go'), journey: fixtureId('m', 1) },
    assigned(P, 0, 1),
    evaluated(P, 0, 1),
    { kind: 'mu.pulled', process: P, slot: toSlot(0), journey: fixtureId('m', 1), entries: 0 },
    { kind: 'su.stored', stored: [{ process: P, slots: [toSlot(0)] }] },
  ]);
  const steps = stepsOf(world, rowOf(world, 1));
  expect(steps.map(({ name }) => name)).toEqual(STEPS);
  expect(steps.map(({ state }) => state)).toEqual(STEPS.map(() => 'done'));
  expect(stopOf(steps)).toBeNull();
  expect(steps[2]?.tookMs).toBe(3);
  expect(steps[5]?.words).toMatch(/returned/);
});

it('what vanished says at which step, why, and what to do', () => {
  const cases: readonly (readonly [readonly FactBody[], string, RegExp])[] = [
    [
      [
        {
          kind: 'mu.rejected',
          id: fixtureId('m', 1),
          sketch: sketch(P, WALLET, 'Go'),
          code: 'PROCESS_UNKNOWN',
          message: 'No such process.',
        },
      ],
      'received',
      /No such process/,
    ],
    [
      [
        { kind: 'mu.received', id: fixtureId('m', 1), sketch: sketch(P, WALLET, 'Go'), journey: fixtureId('m', 1) },
        { kind: 'su.rejected', id: fixtureId('m', 1), process: P, code: 'DISK_FULL', message: 'The disk is full.' },
      ],
      'slot',
      /disk is full/,
    ],
    [
      [assigned(P, 0, 1), { kind: 'cu.failed', process: P, slot: toSlot(0), code: 'EVALUATOR_DIED', message: 'The evaluator ended.' }],
      'evaluated',
      /evaluator ended/,
    ],
    [[assigned(P, 0, 1), evaluated(P, 0, 1, { error: 'a nil value' })], 'evaluated', /a nil value/],
    [
      [
        assigned(P, 0, 1),
        {
          kind: 'mu.retried',
          journey: fixtureId('m', 1),
          process: P,
          slot: toSlot(0),
          attempt: 3,
          message: 'The CU is down.',
          code: 'UNIT_DOWN',
        },
      ],
      'evaluated',
      /3 times in vain: The CU is down/,
    ],
    [
      [
        assigned(P, 0, 1),
        evaluated(P, 0, 1, { messages: 1 }),
        { kind: 'mu.pulled', process: P, slot: toSlot(0), journey: fixtureId('m', 1), entries: 1 },
        { kind: 'mu.held', journey: fixtureId('m', 1), process: P, slot: toSlot(0), hops: 9, limit: 9 },
      ],
      'pushed',
      /limit/,
    ],
  ];
  for (const [facts, name, words] of cases) {
    const world = worldOf(facts);
    const stop = stopOf(stepsOf(world, rowOf(world, 1)));
    expect(stop?.name).toBe(name);
    expect(stop?.words).toMatch(words);
    expect(stop?.cure).toEqual(expect.any(String));
  }
});

it('what was done only after some tries says how many they were and what stood in the way, at the step that they were for', () => {
  const pulled: FactBody = { kind: 'mu.pulled', process: P, slot: toSlot(0), journey: fixtureId('m', 1), entries: 1 };
  const retried: FactBody = {
    kind: 'mu.retried',
    journey: fixtureId('m', 1),
    process: P,
    slot: toSlot(0),
    attempt: 2,
    message: 'It is down.',
  };
  const [received, ran] = [assigned(P, 0, 1), evaluated(P, 0, 1, { messages: 1 })];
  for (const [facts, name] of [
    [[received, retried, ran, pulled], 'evaluated'],
    [[received, ran, retried, pulled], 'result'],
    [[received, ran, pulled, retried], 'pushed'],
  ] as const) {
    const world = worldOf(facts);
    const told = stepsOf(world, rowOf(world, 1)).filter(({ words }) => words.includes('tried 2 times in vain before: It is down.'));
    expect(told.map((step) => step.name)).toEqual([name]);
  }
});

it('what a cron message sent comes of it, and names who monitors the process', () => {
  const world = worldOf([
    assigned(P, 0, 1),
    assigned(Q, 0, 2),
    { kind: 'mu.monitored', process: P, by: WALLET },
    {
      kind: 'cu.cron',
      process: P,
      slot: toSlot(1),
      tick: 4,
      cron: '0-10-seconds',
      timestampMs: Date.UTC(2030, 0, 1),
      hash: 'h',
      error: null,
      output: '',
      messages: 1,
      spawns: 0,
      assignments: 0,
      durationMs: 1,
    },
    { kind: 'mu.received', id: fixtureId('m', 3), sketch: sketch(Q, P, 'Beat'), journey: fixtureId('m', 3), cause: causeOf(P, 1, 4) },
    assigned(Q, 1, 3, P),
  ]);
  const beat = rowOf(world, 3);
  const tick = parentOf(world, beat);
  expect(tick?.cron).toMatchObject({ slot: 1, tick: 4 });
  if (tick === null) throw new Error('nobody sent it');
  expect(childrenOf(world, tick)).toEqual([beat]);
  expect(journeyOf(world, beat).rows).toEqual([tick, beat]);
  expect(originOf(world, beat).words).toMatch(/cron 0-10-seconds at 2030-01-01 00:00:00, pushed because .* monitors/);
  // The message in the slot behind it has not sent it.
  expect(childrenOf(world, rowOf(world, 1))).toEqual([]);
});

it('an assignment comes from the process that asked for it, whoever wrote the data', () => {
  const world = worldOf([
    assigned(P, 0, 1),
    assigned(Q, 0, 2),
    assigned(Q, 1, 1),
    {
      kind: 'mu.assigned',
      id: fixtureId('m', 1),
      assignment: fixtureId('a', 1),
      process: Q,
      journey: fixtureId('m', 1),
      cause: causeOf(P, 0),
      hops: 1,
    },
  ]);
  const row = rowOf(world, 1);
  expect(row.to).toBe(Q);
  expect(isAssigned(row)).toBe(true);
  expect(senderOf(row)).toBe(P);
  expect(parentOf(world, row)?.to).toBe(P);
  expect(originOf(world, row).words).toMatch(/had it assigned in slot 0/);
});

it('however units interleave, the times of the steps are the same', () => {
  const told = fixtureRun({ processes: 3, messages: 80, random: seeded(4) });
  const stored: Fact = { kind: 'su.stored', stored: [{ process: P, slots: [toSlot(0)] }], unit: 'su', seq: 1e6, atMs: 1e7 };
  const one = reduce(
    emptyWorld(),
    UNITS.flatMap((unit) => (unit === 'su' ? [...told[unit], stored] : told[unit])),
  );
  const other = reduce(
    emptyWorld(),
    [...UNITS].toReversed().flatMap((unit) => (unit === 'su' ? [...told[unit], stored] : told[unit])),
  );
  const states = (world: World): readonly string[] =>
    world.messages.map((row) =>
      stepsOf(world, row)
        .map(({ name, state }) => `${name} ${state}`)
        .join(),
    );
  expect(states(other)).toEqual(states(one));
});
