import { expect, it } from 'vitest';
import { UNITS } from '../../node/contract/trace.ts';
import { ownWallets, whoOf, whoWithin } from './own-wallets.ts';
import { fixtureId, fixtureRun, seeded } from './run.fixture.ts';
import { emptyWorld, reduce } from './world.ts';

const told = fixtureRun({ processes: 2, messages: 8, random: seeded(1) });
const world = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => told[unit]),
);
const [dev, anna, stranger] = [fixtureId('dev', 1), fixtureId('anna', 1), fixtureId('stranger', 1)];
const own = ownWallets(dev, [
  { name: 'dev', address: dev },
  { name: 'anna', address: anna },
]);

it('only the development wallet is You; other own wallets have their names, and strangers their ids', () => {
  expect(whoOf(world, dev, own)).toBe('You');
  expect(whoWithin(world, dev, own)).toBe('you');
  expect(whoOf(world, anna, own)).toBe('anna');
  expect(whoOf(world, stranger, own)).toBe(`${stranger.slice(0, 6)}…`);
  expect(whoOf(world, null, own)).toBe('unknown');
});

it('a process has its own name', () => {
  const [process] = world.processes;
  if (process === undefined) throw new Error('the run has no process');
  expect(whoOf(world, process.id, own)).toBe(process.name ?? `${process.id.slice(0, 6)}…`);
});
