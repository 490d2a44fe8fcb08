import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { toItemId, toProcessId, toSlot, type ItemId } from '../contract/ids.ts';
import { readBundle } from '../item/bundle.ts';
import { buildItem, type SignedItem } from '../item/build.ts';
import { trustItem } from '../item/parse.ts';
import { createWallet } from '../item/wallet.ts';
import { openDatabase } from '../store/database.ts';
import { clockBy } from './clock.fixture.ts';
import { DEFAULT_LIMITS } from '../contract/commands.ts';
import { openNotes } from './notes.ts';
import { openSchedule, SU_SCHEMA } from './schedule.ts';
import { openSearch } from './search.ts';
import { createSu, type SuHandlers } from './su.ts';

const person = createWallet();
const AO = [{ name: 'Data-Protocol', value: 'ao' }];
const SPAWN: SignedItem = buildItem(person, {
  tags: [...AO, { name: 'Type', value: 'Process' }, { name: 'Module', value: `${'m'.repeat(42)}A` }, { name: 'Scheduler', value: 'here' }],
  data: '',
});
const PROCESS = toProcessId(SPAWN.id);
const OTHER: SignedItem = buildItem(person, {
  tags: [...AO, { name: 'Type', value: 'Process' }, { name: 'Module', value: `${'m'.repeat(42)}A` }, { name: 'Scheduler', value: 'here' }],
  data: 'another',
});
const MESSAGE = buildItem(person, { target: SPAWN.id, tags: [...AO, { name: 'Type', value: 'Message' }], data: 'hello' });
const signal = new AbortController().signal;

function openSu(): { readonly su: SuHandlers; readonly onGateway: ItemId[] } {
  const dir = mkdtempSync(join(tmpdir(), 'aoscope-su-'));
  const database = openDatabase(join(dir, 'su.db'), SU_SCHEMA, 'normal');
  onTestFinished(() => {
    database.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const onGateway: ItemId[] = [];
  const wallet = createWallet();
  const su = createSu({
    schedule: openSchedule(database),
    clock: clockBy(() => 1_700_000_000_000, 1_500_000),
    notes: openNotes(database),
    search: openSearch(database),
    limits: DEFAULT_LIMITS,
    wallet,
    item: () => Promise.reject(new Error('the gateway was asked for what the log holds')),
    settled: () => Promise.reject(new Error('nothing is assigned from the base layer')),
    rebuild: () => Promise.reject(new Error('nothing is brought back')),
    async upload({ item }) {
      const outer = Buffer.from(item, 'base64url');
      onGateway.push(...readBundle(outer.subarray(outer.length - trustItem(outer).dataBytes)).map(({ id }) => toItemId(id)));
      return { id: trustItem(outer).id };
    },
    standIns: () => null,
    record: () => undefined,
  });
  return { su, onGateway };
}

it('a process that was spawned a moment ago can be asked for at once, with slots that are on disk', async () => {
  const { su } = openSu();
  const spawning = su['su.schedule']({ item: SPAWN.raw }, signal);
  expect(await su['su.process']({ process: PROCESS }, signal)).toMatchObject({ process: PROCESS, slotLatest: 0 });
  await spawning;
  const sending = su['su.schedule']({ item: MESSAGE.raw }, signal);
  const { slotLatest } = await su['su.process']({ process: PROCESS }, signal);
  expect((await su['su.log']({ process: PROCESS, from: slotLatest, limit: 1 }, signal)).entries).toHaveLength(1);
  await sending;
});

it('a message that was scheduled a moment ago is on the gateway, in its bundle, before another process is assigned it', async () => {
  const { su, onGateway } = openSu();
  await su['su.schedule']({ item: SPAWN.raw }, signal);
  await su['su.schedule']({ item: OTHER.raw }, signal);
  const { id: assignment } = await su['su.schedule']({ item: MESSAGE.raw }, signal);
  const wish = { process: toProcessId(OTHER.id), message: toItemId(MESSAGE.id), baseLayer: false, exclude: [], request: null };
  expect(await su['su.assign'](wish, signal)).toMatchObject({ slot: 1, message: MESSAGE.id });
  expect(onGateway).toEqual([assignment, MESSAGE.id]);
});

it('the same request gets the same assignment, however often it is made; otherwise a message stands in a log only once', async () => {
  const { su } = openSu();
  await su['su.schedule']({ item: SPAWN.raw }, signal);
  await su['su.schedule']({ item: OTHER.raw }, signal);
  await su['su.schedule']({ item: MESSAGE.raw }, signal);
  const wish = { process: toProcessId(OTHER.id), message: toItemId(MESSAGE.id), baseLayer: false, exclude: [] };
  const first = await su['su.assign']({ ...wish, request: 'P 1 0' }, signal);
  expect(await su['su.assign']({ ...wish, request: 'P 1 0' }, signal)).toEqual(first);
  for (const request of ['P 1 1', null])
    await expect(su['su.assign']({ ...wish, request }, signal)).rejects.toMatchObject({ code: 'MESSAGE_DUPLICATE', details: { slot: 1 } });
  await expect(su['su.assign']({ ...wish, process: PROCESS, request: null }, signal)).rejects.toMatchObject({ code: 'MESSAGE_DUPLICATE' });
});

it('a log of large messages is read in pages that fit into one message between processes', async () => {
  const { su } = openSu();
  await su['su.schedule']({ item: SPAWN.raw }, signal);
  const megabytes = 6 * 1024 * 1024;
  for (let n = 0; n < 3; n++) {
    const large = buildItem(person, {
      target: SPAWN.id,
      tags: [...AO, { name: 'Type', value: 'Message' }],
      data: String(n).repeat(megabytes),
    });
    await su['su.schedule']({ item: large.raw }, signal);
  }
  const slots: number[] = [];
  let pages = 0;
  for (let from = 0; from < 4; from = (slots.at(-1) ?? 0) + 1) {
    const { entries } = await su['su.log']({ process: PROCESS, from: toSlot(from), limit: 100 }, signal);
    expect(entries.reduce((sum, { message }) => sum + (message?.dataBytes ?? 0), 0)).toBeLessThanOrEqual(16 * 1024 * 1024);
    slots.push(...entries.map(({ assignment }) => assignment.slot));
    pages++;
  }
  expect(slots).toEqual([0, 1, 2, 3]);
  expect(pages).toBe(2);
});
