import { expect, it } from 'vitest';
import { UNITS } from '../../node/contract/trace.ts';
import { criticalPathOf, endOf, hopsOf, journeyOf, unfolded } from './journey.ts';
import { childrenOf, parentOf } from './lookup.ts';
import { fixtureRun, seeded } from './run.fixture.ts';
import { emptyWorld, reduce } from './world.ts';

const told = fixtureRun({ processes: 4, messages: 300, random: seeded(11) });
const world = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => told[unit]),
);

it('a journey holds a message of outside and all that followed, each once and below its cause', () => {
  for (const row of world.messages) {
    const { rows, letters, depth, below, critical } = journeyOf(world, row);
    expect(rows).toContain(row);
    expect(new Set(rows).size).toBe(rows.length);
    expect(parentOf(world, rows[0] ?? row)).toBeNull();
    for (const [place, one] of rows.entries()) {
      expect(childrenOf(world, one).every((child) => rows.includes(child))).toBe(true);
      expect(letters.has(one.to)).toBe(true);
      const parent = parentOf(world, one);
      if (parent !== null) expect(depth[place]).toBe((depth[rows.indexOf(parent)] ?? 0) + 1);
    }
    expect(below[0]).toBe(rows.length - 1);
    expect(critical[0]).toBe(1);
  }
});

it('the critical path leads to the end of the journey, and its stretches are no longer than the whole', () => {
  for (const row of world.messages) {
    const journey = journeyOf(world, row);
    const { places, workMs, waitMs } = criticalPathOf(world, journey);
    expect(places[0]).toBe(0);
    expect(Math.max(...places.map((place) => endOf(journey.rows[place] ?? row)))).toBe(journey.endMs);
    expect(workMs + waitMs).toBeLessThanOrEqual(journey.endMs - journey.startMs + 1e-6);
  }
});

it('what is folded keeps all below it to itself', () => {
  const journeys = world.messages.map((row) => journeyOf(world, row));
  const largest = journeys.reduce((a, b) => (b.rows.length > a.rows.length ? b : a));
  const { rows, depth, below } = largest;
  expect(rows.length).toBeGreaterThan(5);
  expect(unfolded(largest, new Set())).toHaveLength(rows.length);
  expect(unfolded(largest, new Set(rows.slice(0, 1)))).toHaveLength(1);
  const inner = rows.findIndex((_, place) => (depth[place] ?? 0) > 0 && (below[place] ?? 0) > 0);
  if (inner < 0) throw new Error('the run has no journey with two levels');
  expect(unfolded(largest, new Set(rows.slice(inner, inner + 1)))).toHaveLength(rows.length - (below[inner] ?? 0));
});

it('the stretches of a way follow each other without gaps', () => {
  for (const row of world.messages) {
    const hops = hopsOf(world, row);
    for (const [index, hop] of hops.entries()) {
      expect(hop.toMs).toBeGreaterThan(hop.fromMs);
      if (index > 0) expect(hop.fromMs).toBe(hops[index - 1]?.toMs);
    }
  }
});
