import { expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { UNITS } from '../../node/contract/trace.ts';
import { createLink } from '../link/link.ts';
import { fixtureRun, seeded } from '../model/run.fixture.ts';
import { emptyWorld, reduce } from '../model/world.ts';
import { createUiStore } from '../stores/ui-store.ts';
import type { WorldState } from '../stores/world-store.ts';
import { askWhich } from './evaluate.ts';

it('of two processes that are called the same the code goes into the one that was chosen', async () => {
  const told = fixtureRun({ processes: 2, messages: 10, random: seeded(3) });
  const facts = UNITS.flatMap((unit) => told[unit]);
  const world = reduce(
    emptyWorld(),
    facts.map((fact) => (fact.kind === 'su.assigned' && fact.slot === 0 ? { ...fact, sketch: { ...fact.sketch, name: 'shard' } } : fact)),
  );
  const app = {
    world: createStore<WorldState>()(() => ({ world, isLoading: false, generation: 0 })),
    ui: createUiStore(createLink().link, 'dark'),
  };
  const targets = world.processes.map(({ id }) => id);
  expect(world.processes.map(({ name }) => name)).toEqual(['shard', 'shard']);
  for (const [at, target] of targets.entries()) {
    const chosen = askWhich(app, 'shard.lua', targets);
    const { question } = app.ui.getState();
    question?.answer(question.answers[at] ?? null);
    expect(await chosen).toEqual([target]);
  }
  const all = askWhich(app, 'shard.lua', targets);
  app.ui.getState().question?.answer('All 2');
  expect(await all).toEqual(targets);
});
