import { expect, test } from 'vitest';
import { UNITS } from '../../../node/contract/trace.ts';
import { fixtureRun, seeded } from '../../model/run.fixture.ts';
import { emptyWorld, reduce } from '../../model/world.ts';
import { createListing } from './listed.ts';

test('what happens to processes leaves their list alone; one that comes leaves the others as they are', () => {
  const told = fixtureRun({ processes: 4, messages: 60, random: seeded(3) });
  const facts = UNITS.flatMap((unit) => told[unit]).toSorted((a, b) => a.atMs - b.atMs);
  const list = createListing();
  let world = emptyWorld();
  let before = list({ world });
  let same = 0;
  for (const fact of facts) {
    world = reduce(world, [fact]);
    const now = list({ world });
    expect(now).toEqual(world.processes.map(({ id, name }) => ({ id, name })));
    if (now === before) same += 1;
    for (const one of before) if (now.some(({ id, name }) => id === one.id && name === one.name)) expect(now).toContain(one);
    before = now;
  }
  expect(before).toHaveLength(4);
  // Four processes come, and no more often does the list change, but for names that are told a little later.
  expect(facts.length - same).toBeLessThanOrEqual(8);
});
