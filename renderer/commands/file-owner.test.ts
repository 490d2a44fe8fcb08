import { beforeEach, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { PlannedProcess } from '../../node/contract/topology.ts';
import { UNITS } from '../../node/contract/trace.ts';
import { createLink } from '../link/link.ts';
import { fixtureRun, seeded } from '../model/run.fixture.ts';
import { emptyWorld, reduce } from '../model/world.ts';
import { createFocusStore } from '../stores/focus-store.ts';
import { createPlanStore } from '../stores/plan-store.ts';
import { createWorkspaceStore } from '../stores/workspace-store.ts';
import type { WorldState } from '../stores/world-store.ts';
import { evalTargets, processesOf } from './file-owner.ts';

const told = fixtureRun({ processes: 2, messages: 20, random: seeded(4) });
const { link } = createLink();
const world = createStore<WorldState>()(() => ({ world: emptyWorld(), isLoading: false, generation: 0 }));
const focus = createFocusStore(link, world);
world.setState({
  world: reduce(
    emptyWorld(),
    UNITS.flatMap((unit) => told[unit]),
  ),
});
const plan = createPlanStore(
  link,
  createWorkspaceStore(link, () => undefined),
  () => undefined,
);
const app = { world, focus, plan };

const [first, second] = world.getState().world.processes;
if (first?.name === undefined || first.name === null || second === undefined) throw new Error('the fixture has two processes with names');
const { id, name } = first;
const planned = (source: string): PlannedProcess => ({
  name: 'whatever',
  source,
  process: id,
  state: 'current',
  runs: null,
  has: null,
  files: [source],
  problem: null,
});

beforeEach(() => {
  plan.setState({ processes: [] });
  focus.getState().setFocus({ process: second.id, slot: null });
});

it('a file belongs to the process that has its name, where aoscope.json says nothing about that', () => {
  expect(processesOf(app, `lib/${name}.lua`)).toEqual([id]);
  expect(evalTargets(app, `lib/${name}.lua`)).toEqual([id]);
});

it('a library that is called as a process is not its source where aoscope.json names another file', () => {
  plan.setState({ processes: [planned(`src/${name}.lua`)] });
  expect(processesOf(app, `src/${name}.lua`)).toEqual([id]);
  expect(processesOf(app, `lib/${name}.lua`)).toEqual([]);
  // As with every library, it is evaluated where one is.
  expect(evalTargets(app, `lib/${name}.lua`)).toEqual([second.id]);
});
