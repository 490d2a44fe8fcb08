import { expect, it } from 'vitest';
import { toProcessId, toSlot } from '../../node/contract/ids.ts';
import { UNITS, type Fact } from '../../node/contract/trace.ts';
import { nameOf } from './lookup.ts';
import { isOnlyOwn, ownWallets, whoGets, whoOf, whoWithin } from './own-wallets.ts';
import { fixtureId, fixtureRun, seeded } from './run.fixture.ts';
import { layOut, wholeWish } from './scene.ts';
import { emptyWorld, named, reduce } from './world.ts';

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
  expect(whoGets(world, '', own)).toBe('nobody');
});

it('a process has its own name', () => {
  const [process] = world.processes;
  if (process === undefined) throw new Error('the run has no process');
  expect(whoOf(world, process.id, own)).toBe(process.name ?? `${process.id.slice(0, 6)}…`);
});

it('a name of the address book stands wherever there is none besides, and goes on standing there', () => {
  const [process] = world.processes;
  if (process === undefined || process.name === null) throw new Error('the run has no process with a name');
  const book = [
    { name: 'the stranger', address: stranger },
    { name: 'not shown', address: process.id },
  ];
  const known = named(world, new Map(book.map(({ address, name }) => [address, name])));
  const withBook = ownWallets(dev, [], book);
  for (const id of [stranger, process.id]) expect(whoOf(known, id, withBook)).toBe(nameOf(known, id));
  expect(nameOf(known, stranger)).toBe('the stranger');
  expect(nameOf(known, process.id)).toBe(process.name);
  expect(nameOf(reduce(known, []), stranger)).toBe('the stranger');
  named(world, new Map());
});

it('another wallet that is called You is not the person', () => {
  const namesake = ownWallets(dev, [{ name: 'You', address: anna }]);
  expect(whoWithin(world, anna, namesake)).toBe('You');
});

it('only those who send from outside count: a stranger who only gets something takes nothing from the person', () => {
  const scene = layOut(world, wholeWish(world));
  const person = world.messages.find(({ from }) => from !== null && from !== '' && !world.processById.has(from))?.from ?? '';
  expect(isOnlyOwn(world, own, scene)).toBe(false);
  expect(isOnlyOwn(world, ownWallets(person, []), scene)).toBe(true);
  expect(isOnlyOwn(world, ownWallets(dev, [{ name: 'second', address: person }]), scene)).toBe(true);
  const [process] = world.processes;
  if (process === undefined) throw new Error('the run has no process');
  const mail = reduce(world, [mailTo(stranger, process.id)]);
  expect(mail.messages.some(({ to }) => to === stranger)).toBe(true);
  expect(isOnlyOwn(mail, ownWallets(person, []), layOut(mail, wholeWish(mail)))).toBe(true);
});

/** What a process sends to an address that is no process. */
function mailTo(target: string, process: string): Fact {
  const id = fixtureId('x', 1);
  const sketch = { type: 'Message', target, from: process, action: 'Notice', name: null, preview: null, dataBytes: 0 } as const;
  const cause = { process: toProcessId(process), slot: toSlot(0), message: id, index: 0 };
  return { kind: 'mu.pushed', id, sketch, journey: id, cause, hops: 1, unit: 'mu', seq: 1_000_000, atMs: 1e9 };
}
