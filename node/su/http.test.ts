import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Address } from '../contract/ids.ts';
import { buildItem, type SignedItem } from '../item/build.ts';
import { trustItem } from '../item/parse.ts';
import { createWallet } from '../item/wallet.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { clockBy } from './clock.fixture.ts';
import { createSuHttp } from './http.ts';
import { DEFAULT_LIMITS } from '../contract/commands.ts';
import { openNotes } from './notes.ts';
import { openSchedule, SU_SCHEMA } from './schedule.ts';
import { openSearch } from './search.ts';
import { createSu, type SuHandlers } from './su.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'aoscope-su-http-'));
const person = createWallet();
const scheduler = createWallet();
const START_MS = 1_700_000_000_000;
const STEP_MS = 10;
const ao = [
  { name: 'Data-Protocol', value: 'ao' },
  { name: 'Variant', value: 'ao.TN.1' },
];
const spawn = buildItem(person, {
  tags: [
    ...ao,
    { name: 'Type', value: 'Process' },
    { name: 'Module', value: 'M'.repeat(43) },
    { name: 'Scheduler', value: scheduler.address },
  ],
  data: 'boot',
});
const messages = [1, 2, 3, 4, 5].map((number) =>
  buildItem(person, {
    target: spawn.id,
    tags: [...ao, { name: 'Type', value: 'Message' }],
    data: `message ${number}`,
    ...(number === 1 ? { anchor: 'a'.repeat(32) } : {}),
  }),
);
const data = trustItem(buildItem(person, { tags: [{ name: 'Title', value: 'a book' }], data: 'once upon a time' }).bytes);
let database: Database;
let app: Hono;
let handlers: SuHandlers;
let clock = START_MS;

beforeAll(async () => {
  database = openDatabase(join(dataDir, 'su.db'), SU_SCHEMA, 'normal');
  handlers = createSu({
    schedule: openSchedule(database),
    notes: openNotes(database),
    search: openSearch(database),
    limits: DEFAULT_LIMITS,
    wallet: scheduler,
    clock: clockBy(() => (clock += STEP_MS), 1_500_007),
    item: async () => data,
    settled: () => Promise.reject(new Error('nothing is assigned from the base layer')),
    rebuild: () => Promise.reject(new Error('nothing is brought back')),
    upload: async ({ item }) => ({ id: trustItem(Buffer.from(item, 'base64url')).id }),
    standIns: () => null,
    record: () => undefined,
  });
  app = createSuHttp({ handlers, address: scheduler.address as Address, itemBytes: 100_000, counts: () => new Map() });
  for (const item of [spawn, ...messages]) await post('/', item);
});
afterAll(() => {
  database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const post = async (path: string, item: SignedItem | null): Promise<Response> =>
  app.request(path, { method: 'POST', ...(item === null ? {} : { body: new Uint8Array(item.bytes) }) });

interface Entry {
  readonly message: { readonly id: string } | null;
  readonly assignment: { readonly id: string; readonly tags: readonly { readonly name: string; readonly value: string }[] };
}
interface Page {
  readonly page_info: { readonly has_next_page: boolean };
  readonly edges: readonly { readonly node: Entry; readonly cursor: string }[];
}
async function page(query: string): Promise<{ nonces: string[]; cursors: string[]; more: boolean }> {
  const response = await app.request(`/${spawn.id}?process-id=${spawn.id}${query}`);
  expect(response.status).toBe(200);
  const { edges, page_info } = (await response.json()) as Page;
  const nonces = edges.map(({ node }) => node.assignment.tags.find(({ name }) => name === 'Nonce')?.value ?? '');
  return { nonces, cursors: edges.map(({ cursor }) => cursor), more: page_info.has_next_page };
}
/** Time of a slot: each reading of the clock is a step, one per message. */
const timeOf = (slot: number): number => START_MS + STEP_MS * (slot + 1);

test('posting answers the id and the time as a number; the same item again is 400', async () => {
  const item = buildItem(person, { target: spawn.id, tags: [...ao, { name: 'Type', value: 'Message' }], data: 'again' });
  const before = clock;
  expect(await (await post('/', item)).json()).toEqual({ timestamp: before + STEP_MS, id: item.id });
  const again = await post('/', item);
  expect([again.status, await again.json()]).toMatchObject([400, { code: 'MESSAGE_DUPLICATE', error: expect.any(String) }]);
});

test('the front page and the clock give times as text, the height padded to twelve digits', async () => {
  const front = (await (await app.request('/?process-id=anything')).json()) as { timestamp: string; address: string };
  expect(front).toEqual({ timestamp: String(clock), address: scheduler.address });
  expect(await (await app.request('/timestamp')).json()).toEqual({ timestamp: String(clock), block_height: '000001500007' });
  expect((await app.request('/health')).status).toBe(200);
});

test('a message by its id or by its assignment, with every field as clients read it', async () => {
  const [first] = messages;
  const response = await app.request(`/${first?.id}?process-id=${spawn.id}`);
  const entry = (await response.json()) as Entry;
  expect(entry).toEqual({
    message: {
      id: first?.id,
      owner: { address: person.address, key: Buffer.from(person.owner).toString('base64url') },
      data: 'message 1',
      tags: [...ao, { name: 'Type', value: 'Message' }],
      signature: Buffer.from(first?.bytes.subarray(2, 66) ?? []).toString('base64url'),
      anchor: 'a'.repeat(32),
      target: spawn.id,
    },
    assignment: {
      id: expect.any(String),
      owner: { address: scheduler.address, key: Buffer.from(scheduler.owner).toString('base64url') },
      tags: [
        { name: 'Process', value: spawn.id },
        { name: 'Epoch', value: '0' },
        { name: 'Nonce', value: '1' },
        { name: 'Hash-Chain', value: expect.any(String) },
        { name: 'Block-Height', value: '000001500007' },
        { name: 'Timestamp', value: String(timeOf(1)) },
        { name: 'Data-Protocol', value: 'ao' },
        { name: 'Type', value: 'Assignment' },
        { name: 'Variant', value: 'ao.TN.1' },
        { name: 'Message', value: first?.id },
      ],
      signature: expect.any(String),
      anchor: expect.any(String),
      target: '',
    },
  });
  expect(await (await app.request(`/${entry.assignment.id}?process-id=${spawn.id}`)).json()).toEqual(entry);
});

test('an empty anchor is null, an empty target stays empty, and show-anchor gives base64url', async () => {
  const { edges } = (await (await app.request(`/${spawn.id}?process-id=${spawn.id}&limit=1&show-anchor`)).json()) as Page;
  expect(edges[0]?.node).toMatchObject({
    message: { id: spawn.id, anchor: null, target: '' },
    assignment: { anchor: expect.stringMatching(/^[\w-]{43}$/) },
  });
});

test('pages by time: from is exclusive, to inclusive, and only a page without from begins with the process', async () => {
  expect(await page(`&limit=3&to=${timeOf(5)}`)).toEqual({
    nonces: ['0', '1', '2'],
    cursors: [timeOf(0), timeOf(1), timeOf(2)].map(String),
    more: true,
  });
  expect(await page(`&limit=3&from=${timeOf(2)}&to=${timeOf(5)}`)).toMatchObject({ nonces: ['3', '4', '5'], more: false });
  expect(await page(`&from=${timeOf(1) - 1}&to=${timeOf(2) + 1}`)).toMatchObject({ nonces: ['1', '2'], more: false });
  expect(await page(`&from=0&to=${timeOf(1)}`)).toMatchObject({ nonces: ['1'], more: false });
  expect(await page(`&from=${clock + 1}`)).toEqual({ nonces: [], cursors: [], more: false });
});

test('pages by nonce', async () => {
  expect(await page('&from-nonce=-1&to-nonce=1')).toEqual({ nonces: ['0', '1'], cursors: ['0', '1'], more: false });
  expect(await page('&from-nonce=0&limit=2')).toMatchObject({ nonces: ['1', '2'], more: true });
  expect(await page('&from-nonce=4&to-nonce=5')).toMatchObject({ nonces: ['5'], more: false });
  expect(await page('&to-nonce=0')).toMatchObject({ nonces: ['0'], more: false });
});

test('following the cursors meets every slot once', async () => {
  const seen: string[] = [];
  let from = '';
  for (let more = true; more;) {
    const next = await page(`&limit=2${from}`);
    seen.push(...next.nonces);
    from = `&from=${next.cursors.at(-1)}`;
    more = next.more;
  }
  expect(seen).toEqual([...new Set(seen)]);
  expect(seen.slice(0, 6)).toEqual(['0', '1', '2', '3', '4', '5']);
});

test('the latest slot, and the process itself', async () => {
  const { slotLatest } = await handlers['su.process']({ process: spawn.id as never }, new AbortController().signal);
  const latest = (await (await app.request(`/${spawn.id}/latest`)).json()) as Entry;
  expect(latest.assignment.tags).toContainEqual({ name: 'Nonce', value: String(slotLatest) });
  expect(await (await app.request(`/processes/${spawn.id}`)).json()).toEqual({
    process_id: spawn.id,
    block: '000001500007',
    owner: { address: person.address, key: Buffer.from(person.owner).toString('base64url') },
    tags: expect.arrayContaining([{ name: 'Module', value: 'M'.repeat(43) }]),
    timestamp: timeOf(0),
    data: 'boot',
    anchor: null,
    signature: Buffer.from(spawn.bytes.subarray(2, 66)).toString('base64url'),
    target: null,
  });
});

test('assigning data answers the id of the assignment, whose entry has no message', async () => {
  const response = await post(`/?process-id=${spawn.id}&assign=${data.id}&exclude=Data,Tags`, null);
  const { id, timestamp } = (await response.json()) as { id: string; timestamp: number };
  expect([response.status, timestamp]).toEqual([200, clock]);
  const entry = (await (await app.request(`/${id}?process-id=${spawn.id}`)).json()) as Entry;
  expect(entry.message).toBeNull();
  expect(entry.assignment.id).toBe(id);
  expect(entry.assignment.tags.slice(-3)).toEqual([
    { name: 'Message', value: data.id },
    { name: 'Exclude', value: 'Data' },
    { name: 'Exclude', value: 'Tags' },
  ]);
});

test.each([
  ['an unknown message', `/${'x'.repeat(43)}?process-id=${spawn.id}`, 'MESSAGE_UNKNOWN'],
  ['an unknown process', `/${'x'.repeat(43)}?process-id=${'x'.repeat(43)}`, 'PROCESS_UNKNOWN'],
  ['a message without its process', `/${'x'.repeat(43)}`, 'PARAMETER_INVALID'],
  ['a bad number', `/${spawn.id}?process-id=${spawn.id}&from=soon`, 'PARAMETER_INVALID'],
  ['what is no id', '/processes/short', 'PROCESS_UNKNOWN'],
  ['the latest of nothing', `/${'x'.repeat(43)}/latest`, 'PROCESS_UNKNOWN'],
])('%s is 400 with the reason', async (_name, path, code) => {
  const response = await app.request(path);
  expect([response.status, await response.json()]).toMatchObject([400, { code, error: expect.any(String) }]);
});

test('half an assignment is 400, and any origin may ask', async () => {
  const response = await app.request(`/?assign=${spawn.id}`, { method: 'POST', headers: { Origin: 'https://dapp.example' } });
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([400, '*']);
});
