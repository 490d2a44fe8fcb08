import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { UNITS, type Fact } from '../../node/contract/trace.ts';
import { fixtureRun, seeded } from './run.fixture.ts';
import { layOut, wholeWish, type Scene } from './scene.ts';
import { emptyWorld, reduce } from './world.ts';

const AXES = ['order', 'time'] as const;

/** Everything that is drawn, for each way to lay it out. */
function drawn(facts: readonly (readonly Fact[])[], isLookedAt: boolean): unknown {
  let world = emptyWorld();
  for (const batch of facts) {
    world = reduce(world, batch);
    if (isLookedAt) layOut(world, wholeWish(world));
  }
  const first = world.processes[0]?.id ?? '';
  const scenes = AXES.flatMap((axis) => [
    layOut(world, { ...wholeWish(world), axis }),
    layOut(world, { ...wholeWish(world), axis, rows: world.messages.filter(({ at }) => at % 3 > 0) }),
    layOut(world, { ...wholeWish(world), axis, hidden: new Set([first]) }),
  ]);
  return scenes.map(({ rows, ...scene }: Scene) => ({ ...scene, rows: rows.map(({ at, id }) => [at, id]) }));
}

it('draws the same, whether it was looked at all the while or only at the end', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat(3), { maxLength: 300 }), fc.integer({ min: 1, max: 60 }), (seed, turns, size) => {
      const told = fixtureRun({ processes: 4, messages: 80, random: seeded(seed) });
      const rest = UNITS.map((unit) => [...told[unit]]);
      const facts = [...turns.flatMap((turn) => rest[turn % rest.length]?.shift() ?? []), ...rest.flat()];
      const batches = Array.from({ length: Math.ceil(facts.length / size) }, (_, at) => facts.slice(at * size, (at + 1) * size));
      expect(drawn(batches, true)).toEqual(drawn([facts], false));
    }),
    { numRuns: 40 },
  );
});
