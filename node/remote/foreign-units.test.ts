import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DEFAULT_LIMITS, type UnitConfig } from '../contract/commands.ts';
import type { ForeignUnit } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import { toItemId, toProcessId, toSlot } from '../contract/ids.ts';
import { DEFAULT_NETWORK } from '../contract/network.ts';
import type { UnitName } from '../contract/trace.ts';
import type { OpenUnit, UnitLinks } from '../contract/unit.ts';
import { buildItem } from '../item/build.ts';
import { createWallet } from '../item/wallet.ts';
import { openForeignCu, openForeignGateway, openForeignMu, openForeignSu } from './open.ts';

// Servers as the reference units answer, with their quirks; written by hand from protocol §2–4 and §9.

const PROCESS = 'p'.repeat(43);
const MESSAGE = 'm'.repeat(43);
const KEY = Buffer.alloc(512, 7).toString('base64url');
const OWNER = { address: 'whatever the SU says', key: KEY };

const tagsOf = (record: Record<string, string>): object[] => Object.entries(record).map(([name, value]) => ({ name, value }));
const assignmentJson = (nonce: number, message: string | null): object => ({
  id: String(nonce).padStart(43, 'a'),
  owner: OWNER,
  tags: tagsOf({
    Process: PROCESS,
    Epoch: '0',
    Nonce: String(nonce),
    'Hash-Chain': 'h',
    'Block-Height': '000001234567',
    Timestamp: String(1_700_000_000_000 + nonce),
    ...(message === null ? {} : { Message: message }),
  }),
  signature: 'c2ln',
  anchor: null,
  target: '',
});
const processJson = {
  id: PROCESS,
  owner: OWNER,
  data: '1984',
  tags: tagsOf({ Type: 'Process', Module: MESSAGE, Scheduler: 's' }),
  signature: 'x',
  anchor: null,
  target: '',
};
const messageJson = {
  id: MESSAGE,
  owner: OWNER,
  data: null,
  tags: tagsOf({ Type: 'Message' }),
  signature: 'x',
  anchor: 'anchor',
  target: PROCESS,
};
const LOG = [
  { message: processJson, assignment: assignmentJson(0, null) },
  { message: messageJson, assignment: assignmentJson(1, MESSAGE) },
];

type Answer = (request: IncomingMessage, reply: ServerResponse, body: Buffer) => void;

/** A server of the test's own; gone when it ends. */
async function serverThat(answer: Answer): Promise<string> {
  const server = createServer((request, reply) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => answer(request, reply, Buffer.concat(parts)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

const json = (reply: ServerResponse, body: unknown, status = 200): void => {
  reply.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};

/** What stands in for the unit at `url`, and how it says that it is reached. */
async function opened<U extends UnitName>(unit: U, open: OpenUnit<U>, url: string, ask?: UnitLinks['ask']) {
  const dataDir = mkdtempSync(join(tmpdir(), 'aoscope-foreign-'));
  const reach: ForeignUnit[] = [];
  const config: UnitConfig = {
    dataDir,
    walletDir: dataDir,
    assetsDir: dataDir,
    httpPort: null,
    limits: DEFAULT_LIMITS,
    network: { ...DEFAULT_NETWORK, units: { [unit]: url } },
  };
  const made = await open(config, {
    ask: ask ?? (() => Promise.reject(new Error('nobody is asked'))),
    tell: (name, body) => {
      if (name === 'beat' && 'foreign' in body && body.foreign !== undefined) reach.push(body.foreign);
    },
  });
  onTestFinished(async () => {
    await made.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { ...made, reach };
}

const NEVER = new AbortController().signal;
const process = toProcessId(PROCESS);

it('reads a log whose pages promise more than there is, behind a router that redirects', async () => {
  const own = await serverThat((request, reply) => {
    const url = new URL(request.url ?? '', 'http://su');
    if (url.pathname === '/') return json(reply, { timestamp: '1', address: 'scheduler' });
    if (url.pathname === '/timestamp') return json(reply, { timestamp: '1700000000009', block_height: '000001234567' });
    if (url.pathname === `/${PROCESS}/latest`) return json(reply, LOG[1]);
    if (url.pathname === `/${MESSAGE}`) return json(reply, LOG[1]);
    if (url.pathname !== `/${PROCESS}`) return json(reply, { error: 'Process or message not found' }, 400);
    const from = Number(url.searchParams.get('from-nonce'));
    const to = Number(url.searchParams.get('to-nonce'));
    const edges = LOG.map((node, nonce) => ({ node, cursor: String(nonce) })).filter((_, nonce) => nonce > from && nonce <= to);
    json(reply, { page_info: { has_next_page: true }, edges });
  });
  const router = await serverThat((request, reply) => {
    if (request.url === '/') return json(reply, { timestamp: '1', address: 'router' });
    reply.writeHead(307, { Location: `${own}${request.url ?? ''}` }).end();
  });
  const { handlers, opened: shown } = await opened('su', openForeignSu, router);
  expect(shown).toEqual({ url: router, address: 'router' });
  const { entries } = await handlers['su.log']({ process, from: toSlot(0), limit: 100 }, NEVER);
  expect(entries.map(({ assignment }) => assignment.slot)).toEqual([0, 1]);
  expect(entries[1]?.message).toMatchObject({ data: null, anchor: 'anchor', signatureType: 1 });
  // Not what the SU reports: computed from the key.
  expect(entries[1]?.message?.address).toHaveLength(43);
  expect((await handlers['su.log']({ process, from: toSlot(2), limit: 100 }, NEVER)).entries).toEqual([]);
  expect(await handlers['su.process']({ process }, NEVER)).toMatchObject({
    module: MESSAGE,
    slotLatest: 1,
    assignment: { blockHeight: 1_234_567 },
  });
  expect(await handlers['su.time']({}, NEVER)).toEqual({ timestampMs: 1_700_000_000_009, blockHeight: 1_234_567 });
  await expect(handlers['su.find']({ process, id: toItemId('n'.repeat(43)) }, NEVER)).rejects.toMatchObject({ code: 'MESSAGE_UNKNOWN' });
});

it('a message whose answer was lost is scheduled once', async () => {
  let posts = 0;
  const wallet = createWallet();
  const item = buildItem(wallet, { target: PROCESS, tags: [{ name: 'Type', value: 'Message' }], data: 'x' });
  const url = await serverThat((request, reply) => {
    if (request.method === 'POST') {
      posts += 1;
      if (posts === 1) return request.socket.destroy();
      return json(reply, { error: 'Deduplication: message exists' }, 400);
    }
    if (request.url?.startsWith(`/${item.id}`) === true)
      return json(reply, { message: { ...messageJson, id: item.id }, assignment: assignmentJson(1, item.id) });
    json(reply, { address: 'su' });
  });
  const { handlers } = await opened('su', openForeignSu, url);
  expect(await handlers['su.schedule']({ item: item.raw }, NEVER)).toMatchObject({ message: item.id, slot: 1 });
  expect(posts).toBe(2);
  await expect(handlers['su.schedule']({ item: item.raw }, NEVER)).rejects.toMatchObject({
    code: 'MESSAGE_DUPLICATE',
    details: { slot: 1 },
  });
});

it('waits while a compute unit says that it is busy, and takes its answers as they are', async () => {
  let asked = 0;
  const url = await serverThat((request, reply) => {
    if (request.url === '/') return json(reply, { address: 'cu', timestamp: 1 });
    if (request.url?.startsWith('/dry-run') === true) return json(reply, { error: "'Target': Required" }, 500);
    asked += 1;
    if (asked === 1) return json(reply, { message: 'Evaluation of process "p" to "m" is in progress.' }, 202);
    if (asked === 2)
      return json(reply, { Messages: [{ Target: 't', Tags: [{ name: 'A', value: 1 }], Data: null }], Output: 7, GasUsed: 5 });
    if (asked === 3) return json(reply, { Messages: [], Spawns: [], Assignments: [], Output: '', Error: 'it broke' });
    if (asked === 4) return json(reply, { error: 'Memory limit' }, 413);
    if (asked === 5) return reply.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>not a CU</html>');
    json(reply, { message: 'nothing of the kind' });
  });
  const entry = { assignment: { id: 'a'.repeat(43), slot: 1, message: MESSAGE }, message: {} };
  const ask: UnitLinks['ask'] = () => Promise.resolve({ entries: [entry] } as never);
  const { handlers } = await opened('cu', openForeignCu, url, ask);
  const result = (): ReturnType<(typeof handlers)['cu.result']> => handlers['cu.result']({ process, slot: toSlot(1) }, NEVER);
  expect(await result()).toMatchObject({
    output: '7',
    gasUsed: 5,
    messages: [{ Target: 't', Tags: [{ name: 'A', value: '1' }], Data: '' }],
  });
  expect(await result()).toMatchObject({ error: 'it broke', messages: [] });
  await expect(result()).rejects.toMatchObject({ code: 'UNIT_REFUSED', details: { reason: 'Memory limit' } });
  await expect(result()).rejects.toMatchObject({ code: 'UNIT_ANSWER_WRONG' });
  await expect(result()).rejects.toMatchObject({ code: 'UNIT_ANSWER_WRONG' });
  await expect(handlers['cu.dryRun']({ process, message: { tags: [], data: null } }, NEVER)).rejects.toMatchObject({ code: 'UNIT_FAILED' });
  await expect(handlers['cu.diff']({ process, from: null, to: toSlot(1) }, NEVER)).rejects.toMatchObject({ code: 'UNIT_FOREIGN' });
});

it('numbers the cron messages of a compute unit and fetches each once', async () => {
  const cursors = ['0-1-second', '1-5-seconds', '0-1-second'].map((cron, at) =>
    Buffer.from(JSON.stringify({ timestamp: 1_700_000_000_000 + at, ordinate: at === 2 ? '3' : '2', cron })).toString('base64'),
  );
  const asked: string[] = [];
  const url = await serverThat((request, reply) => {
    const wanted = new URL(request.url ?? '', 'http://cu');
    if (!wanted.pathname.startsWith('/cron/')) return json(reply, { address: 'cu' });
    const from = wanted.searchParams.get('from');
    asked.push(from === null ? 'all' : String(cursors.indexOf(from)));
    const after = from === null ? 0 : cursors.indexOf(from) + 1;
    const edges = cursors.slice(after, after + 2).map((cursor) => ({ cursor, node: { Messages: [], Output: cursor } }));
    json(reply, { pageInfo: { hasNextPage: after + 2 < cursors.length }, edges });
  });
  const { handlers } = await opened('cu', openForeignCu, url);
  const { ticks, newest } = await handlers['cu.cron']({ process, after: { slot: toSlot(3), tick: 0 }, limit: 10 }, NEVER);
  expect(ticks.map(({ slot, tick }) => [slot, tick])).toEqual([
    [3, 1],
    [4, 0],
  ]);
  expect(newest).toEqual({ slot: 4, tick: 0 });
  await handlers['cu.cron']({ process, after: null, limit: 1 }, NEVER);
  expect(asked).toEqual(['all', '1', '2']);
});

it('takes items from an index that leaves out what it does not keep', async () => {
  const module = toItemId('q'.repeat(43));
  const url = await serverThat((request, reply, body) => {
    if (request.url === '/info') return json(reply, { network: 'arweave.N.1', height: 1_500_000 });
    if (request.url === '/tx') return json(reply, 'Nope', 405);
    if (request.url === `/raw/${MESSAGE}`) return reply.writeHead(302, { Location: `/sandbox/${MESSAGE}` }).end();
    if (request.url === `/sandbox/${MESSAGE}`) return reply.end('the data');
    if (request.url?.startsWith('/raw/') === true) return reply.writeHead(404).end('Not Found');
    const text = body.toString();
    if (text.includes('blocks')) {
      const edges = [1, 2, 3].map((height) => ({ node: { height, timestamp: height * 60 } }));
      return json(reply, { data: { blocks: { edges } } });
    }
    const isModule = text.includes(module);
    const node = {
      id: isModule ? module : MESSAGE,
      anchor: null,
      signature: '',
      recipient: '',
      owner: { address: 'somebody', key: '' },
      data: { size: '8' },
    };
    const edges = text.includes('r'.repeat(43)) ? [] : [{ node: { ...node, tags: isModule ? tagsOf({ Type: 'Module' }) : [] } }];
    json(reply, { data: { transactions: { edges } } });
  });
  const { handlers } = await opened('gateway', openForeignGateway, url);
  expect(await handlers['gateway.item']({ id: toItemId(MESSAGE) }, NEVER)).toMatchObject({
    data: 'the data',
    dataBytes: 8,
    address: 'somebody',
    anchor: '',
  });
  expect(await handlers['gateway.item']({ id: module }, NEVER)).toMatchObject({ data: null, dataBytes: 8 });
  await expect(handlers['gateway.item']({ id: toItemId('r'.repeat(43)) }, NEVER)).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
  await expect(handlers['gateway.data']({ id: module }, NEVER)).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
  expect(await handlers['gateway.network']({}, NEVER)).toEqual({ height: 1_500_000 });
  expect((await handlers['gateway.blocks']({ after: 0, beforeMs: 180_000 }, NEVER)).blocks.map(({ blockHeight }) => blockHeight)).toEqual([
    1, 2,
  ]);
  const item = buildItem(createWallet(), { tags: [], data: 'x' });
  await expect(handlers['gateway.upload']({ item: item.raw }, NEVER)).rejects.toMatchObject({ code: 'UNIT_REFUSED' });
});

it('reads no more of the data of an item than the index says that it has, and takes no less', async () => {
  const [long, short] = [toItemId('l'.repeat(43)), toItemId('s'.repeat(43))];
  const MEGABYTES = 128;
  let sent = 0;
  const url = await serverThat((request, reply, body) => {
    if (request.url === `/raw/${short}`) return reply.end('less');
    if (request.url === `/raw/${long}`) {
      const more = (): void => {
        for (; sent < MEGABYTES; sent++) if (!reply.write(Buffer.alloc(1024 * 1024, 120))) break;
        if (++sent >= MEGABYTES) reply.end();
      };
      reply.on('drain', more);
      return more();
    }
    const id = body.toString().includes(long) ? long : short;
    const node = { id, anchor: null, signature: '', recipient: '', owner: { address: 'a', key: '' }, data: { size: '8' }, tags: [] };
    json(reply, { data: { transactions: { edges: [{ node }] } } });
  });
  const { handlers } = await opened('gateway', openForeignGateway, url);
  await expect(handlers['gateway.item']({ id: long }, NEVER)).rejects.toMatchObject({ code: 'UNIT_ANSWER_WRONG' });
  expect(sent).toBeLessThan(MEGABYTES);
  await expect(handlers['gateway.item']({ id: short }, NEVER)).rejects.toMatchObject({
    code: 'UNIT_ANSWER_WRONG',
    message: expect.stringContaining('4 bytes, and not the 8') as string,
  });
});

it('tells what a messenger refuses, in its own words', async () => {
  const url = await serverThat((request, reply) =>
    request.method === 'POST' ? json(reply, { error: 'Error: 400: scheduler says no' }, 500) : reply.end('ao messenger unit'),
  );
  let scheduler = new AoError('UNIT_UNREACHABLE', { unit: 'scheduler unit', url, reason: 'away' });
  const { handlers, opened: shown } = await opened('mu', openForeignMu, url, () => Promise.reject(scheduler));
  expect(shown.address).toBe(DEFAULT_NETWORK.authorities[0]);
  const item = buildItem(createWallet(), { target: PROCESS, tags: [], data: 'x' });
  // Whether it has arrived all the same only the scheduler knows.
  await expect(handlers['mu.send']({ item: item.raw }, NEVER)).rejects.toMatchObject({ code: 'UNIT_UNREACHABLE' });
  scheduler = new AoError('MESSAGE_UNKNOWN', { process: PROCESS, message: item.id });
  await expect(handlers['mu.send']({ item: item.raw }, NEVER)).rejects.toMatchObject({
    code: 'UNIT_REFUSED',
    details: { reason: 'Error: 400: scheduler says no' },
  });
  const { facts } = await handlers['mu.facts']({ after: 0, limit: 10 }, NEVER);
  expect(facts).toMatchObject([{ kind: 'mu.rejected', id: item.id, code: 'UNIT_REFUSED' }]);
});

it('says that a unit is not reached, and why', async () => {
  const gone = await serverThat((request) => request.socket.destroy());
  const { handlers, reach } = await opened('su', openForeignSu, gone);
  expect(reach.at(-1)).toMatchObject({ url: gone, isReachable: false, latencyMs: null, address: null });
  await expect(handlers['su.time']({}, NEVER)).rejects.toMatchObject({ code: 'UNIT_UNREACHABLE', details: { unit: 'scheduler unit' } });
  const silent = await serverThat(() => undefined);
  const cancelled = new AbortController();
  const { handlers: waiting } = await opened('su', openForeignSu, silent);
  const asked = waiting['su.find']({ process, id: toItemId(MESSAGE) }, cancelled.signal);
  cancelled.abort();
  await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
});
