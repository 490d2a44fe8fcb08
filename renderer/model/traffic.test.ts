import { expect, it } from 'vitest';
import { toProcessId } from '../../node/contract/ids.ts';
import { UNITS, type Fact } from '../../node/contract/trace.ts';
import { isTrouble } from './rows.ts';
import { fixtureId, fixtureRun, seeded } from './run.fixture.ts';
import { GATEWAY, isOnRoute, NOWHERE, PARTIES_MAX, routeKeyOf, ROUTES_MAX, tallyOf, trafficOf } from './traffic.ts';
import { NO_WALLETS, ownWallets } from './own-wallets.ts';
import { emptyWorld, reduce } from './world.ts';

const told = fixtureRun({ processes: 6, messages: 400, random: seeded(3) });
const world = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => told[unit]),
);
const traffic = trafficOf(world, tallyOf(world, world.messages, NO_WALLETS), null);

it('every message is on exactly one route, and errors are counted where they arrived', () => {
  expect(traffic.routes.reduce((sum, { count }) => sum + count, 0)).toBe(world.messages.length);
  expect(traffic.routes.reduce((sum, { errors }) => sum + errors, 0)).toBe(world.messages.filter(isTrouble).length);
  expect(traffic.parties.reduce((sum, { got }) => sum + got, 0)).toBe(world.messages.length);
  for (const route of traffic.routes) {
    const rows = world.messages.filter((row) => isOnRoute(world, route, row));
    expect(rows).toHaveLength(route.count);
    expect(route.last).toBe(rows.at(-1));
    for (const row of rows) expect(routeKeyOf(world, traffic, row)).toBe(route.key);
  }
});

it('what is refused goes nowhere, and what is sent to a wallet that sends nothing is left on the gateway', () => {
  const kinds = new Map(traffic.parties.map(({ id, kind }) => [id, kind]));
  expect(kinds.get(NOWHERE)).toBe('nowhere');
  const [process] = world.processes;
  if (process === undefined) throw new Error('the run has no process');
  const id = fixtureId('x', 1);
  const stranger = fixtureId('stranger', 1);
  const sketch = {
    type: 'Message',
    target: stranger,
    from: process.id,
    action: 'Notice',
    name: null,
    preview: null,
    dataBytes: 0,
  } as const;
  const cause = { process: process.id, slot: process.program === null ? world.messages[0]?.slot : null, message: id, index: 0 };
  if (cause.slot === null || cause.slot === undefined) throw new Error('the run begins with a slot');
  const pushed: Fact = {
    kind: 'mu.pushed',
    id,
    sketch,
    journey: id,
    cause: { ...cause, process: toProcessId(process.id), slot: cause.slot },
    hops: 1,
    unit: 'mu',
    seq: 1_000_000,
    atMs: 1e9,
  };
  const after = reduce(world, [pushed]);
  const found = trafficOf(after, tallyOf(after, after.messages, NO_WALLETS), null);
  expect(found.parties.some((party) => party.id === stranger)).toBe(false);
  const route = found.routes.find(({ from, to }) => from === process.id && to === GATEWAY);
  expect(route?.last.id).toBe(id);
  // The own wallet stands on the map by itself.
  const own = trafficOf(after, tallyOf(after, after.messages, ownWallets(stranger, [])), null);
  expect(own.parties.find((party) => party.id === stranger)?.name).toBe('You');
});

it('of many only the busiest are taken, and always both ends of the focus', () => {
  const crowd = fixtureRun({ processes: PARTIES_MAX + 80, messages: 6_000, random: seeded(9) });
  const busy = reduce(
    emptyWorld(),
    UNITS.flatMap((unit) => crowd[unit]),
  );
  const tally = tallyOf(busy, busy.messages, NO_WALLETS);
  const shown = trafficOf(busy, tally, null);
  expect(shown.parties).toHaveLength(PARTIES_MAX);
  expect(shown.partiesInAll).toBeGreaterThan(PARTIES_MAX);
  expect(shown.routes.length).toBeLessThanOrEqual(ROUTES_MAX);
  const ids = new Set(shown.parties.map((party) => party.id));
  const left = busy.messages.find((row) => !ids.has(row.to) && busy.processById.has(row.to));
  if (left === undefined) throw new Error('nobody is left out');
  const focused = trafficOf(busy, tally, left);
  expect(focused.parties.some((party) => party.id === left.to)).toBe(true);
  expect(routeKeyOf(busy, focused, left)).not.toBeNull();
});
