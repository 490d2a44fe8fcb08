import { expect, it } from 'vitest';
import { UNITS } from '../../node/contract/trace.ts';
import { actionTraffic, sharedTerms } from './action-traffic.ts';
import { parseFilter, testFor } from './filter.ts';
import { hitsOf } from './hit-rows.ts';
import { ownWallets } from './own-wallets.ts';
import { fixtureRun, seeded } from './run.fixture.ts';
import { emptyWorld, reduce } from './world.ts';

const told = fixtureRun({ processes: 6, messages: 400, random: seeded(3) });
const world = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => told[unit]),
);
const ids = world.processes.map(({ id }) => id);

it('the filter for an action of several processes names them only where others take it too', () => {
  const some = ids.slice(0, 4);
  const [action = ''] = ids.slice(4).flatMap((id) => [...actionTraffic(world, id).keys()]);
  expect(sharedTerms(world, ids, action)).toEqual([`action:=${action}`]);

  const filter = parseFilter(sharedTerms(world, some, action).join(' '));
  const { rows } = hitsOf(world, testFor(world, filter, undefined, ownWallets(null, [])), null);
  const wanted = world.messages.filter((row) => row.action === action && some.some((id) => id === row.to));
  expect(wanted.length).toBeGreaterThan(0);
  expect(new Set(rows)).toEqual(new Set(wanted));
  expect(rows).toHaveLength(wanted.length);
});
