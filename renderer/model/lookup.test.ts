import { expect, it } from 'vitest';
import { UNITS } from '../../node/contract/trace.ts';
import { distinctNames, nameOf } from './lookup.ts';
import { fixtureRun, seeded } from './run.fixture.ts';
import { emptyWorld, reduce } from './world.ts';

const told = fixtureRun({ processes: 3, messages: 30, random: seeded(6) });
const facts = UNITS.flatMap((unit) => told[unit]);
const world = reduce(emptyWorld(), facts);
const [one, two, three] = world.processes.map(({ id }) => id);
if (one === undefined || two === undefined || three === undefined) throw new Error('the fixture has three processes');
const name = nameOf(world, one);
/** The first two are called the same. */
const twins = reduce(
  emptyWorld(),
  facts.map((fact) =>
    fact.kind === 'su.assigned' && fact.slot === 0 && fact.process === two ? { ...fact, sketch: { ...fact.sketch, name } } : fact,
  ),
);

it('processes with names of their own are told by these', () => {
  expect(distinctNames(world, [one, two, three])).toEqual([one, two, three].map((id) => nameOf(world, id)));
});

it('of two that are called the same each can be chosen', () => {
  expect([nameOf(twins, one), nameOf(twins, two)]).toEqual([name, name]);
  const all = distinctNames(twins, [one, two, three]);
  expect(new Set(all).size).toBe(3);
  expect(all[0]).toContain(one.slice(0, 6));
  expect(all[1]).toContain(two.slice(0, 6));
  expect(all[2]).toBe(nameOf(twins, three));
});

it('one that is called as another answer is told apart from that', () => {
  expect(distinctNames(world, [one, two], [name])).toEqual([expect.stringContaining(`${name} (`), nameOf(world, two)]);
});
