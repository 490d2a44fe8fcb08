import { expect, it } from 'vitest';
import { UNITS } from '../../node/contract/trace.ts';
import { hopsOf, journeyOf, unfolded } from './journey.ts';
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
    const { nodes, letters } = journeyOf(world, row);
    const rows = nodes.map((node) => node.row);
    expect(rows).toContain(row);
    expect(new Set(rows).size).toBe(rows.length);
    expect(parentOf(world, rows[0] ?? row)).toBeNull();
    for (const node of nodes) {
      expect(childrenOf(world, node.row).every((child) => rows.includes(child))).toBe(true);
      expect(letters.has(node.row.to)).toBe(true);
    }
    expect(nodes[0]?.below).toBe(nodes.length - 1);
    expect(nodes[0]?.isCritical).toBe(true);
  }
});

it('what is folded keeps all below it to itself', () => {
  const journeys = world.messages.map((row) => journeyOf(world, row));
  const largest = journeys.reduce((a, b) => (b.nodes.length > a.nodes.length ? b : a));
  expect(largest.nodes.length).toBeGreaterThan(5);
  expect(unfolded(largest, new Set())).toEqual(largest.nodes);
  expect(unfolded(largest, new Set([largest.nodes[0]?.key ?? '']))).toHaveLength(1);
  const inner = largest.nodes.find((node) => node.depth > 0 && node.below > 0);
  if (inner === undefined) throw new Error('the run has no journey with two levels');
  expect(unfolded(largest, new Set([inner.key]))).toHaveLength(largest.nodes.length - inner.below);
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
