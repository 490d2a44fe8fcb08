import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildItem, type SignedItem } from '../../node/item/build.ts';
import { nodeIn, type TestNode } from '../kit/node.ts';

const SOURCE = `
Handlers.add("ping", "Ping", function(msg) print("pinged " .. msg.Data); msg.reply({ Action = "Pong", Data = "pong " .. msg.Data }) end)
Handlers.add("fail", "Fail", function(msg) error("on purpose") end)
Handlers.add("who", "Who", function(msg) ao.send({ Target = msg.From, Data = msg.Owner .. "|" .. msg.From }) end)`;
const PROTOCOL = [
  { name: 'Data-Protocol', value: 'ao' },
  { name: 'Variant', value: 'ao.TN.1' },
  { name: 'Type', value: 'Message' },
];
const dataDir = mkdtempSync(join(tmpdir(), 'aoscope-routes-'));
let made: TestNode;
let process: string;
let [mu, cu, su, gateway] = ['', '', '', ''];

beforeAll(async () => {
  made = await nodeIn(dataDir, { http: true });
  const { urls } = made.node;
  [mu, cu, su, gateway] = [urls.mu ?? '', urls.cu ?? '', urls.su ?? '', urls.gateway ?? ''];
  process = await made.spawn(SOURCE);
});
afterAll(async () => {
  await made?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

let anchors = 0;
/** Always a new item: the anchor counts up, and the same content would have the same id. */
const message = (action: string, data = 'x'): SignedItem =>
  buildItem(made.wallet, {
    target: process,
    anchor: String(++anchors).padStart(32, '0'),
    tags: [{ name: 'Action', value: action }, ...PROTOCOL],
    data,
  });
/** As aoconnect: no slash between the host and the query. */
const post = (url: string, bytes: Uint8Array | string | null): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream', Accept: 'application/json' },
    body: bytes === null ? null : typeof bytes === 'string' ? bytes : new Uint8Array(bytes),
  });
const json = async (response: Promise<Response>): Promise<{ status: number; body: Record<string, unknown> }> => {
  const answer = await response;
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
async function send(action: string, data?: string): Promise<string> {
  const item = message(action, data);
  expect(await json(post(mu, item.bytes))).toEqual({ status: 202, body: { message: 'Processing DataItem', id: item.id } });
  return item.id;
}
const result = (id: string): ReturnType<typeof json> => json(fetch(`${cu}/result/${id}?process-id=${process}`));

interface Results {
  readonly pageInfo: { readonly hasNextPage: boolean };
  readonly edges: readonly { readonly node: Record<string, unknown>; readonly cursor: string }[];
}
const results = async (query: string): Promise<Results> => (await fetch(`${cu}/results/${process}?${query}`)).json() as Promise<Results>;
const slotsOf = (page: Results): number[] =>
  page.edges.map(({ cursor }) => Number((JSON.parse(atob(cursor)) as { ordinate: string }).ordinate));

test('a message is taken by the MU and its result waits for at the CU', async () => {
  const { status, body } = await result(await send('Ping', 'one'));
  expect(status).toBe(200);
  expect(Object.keys(body).toSorted()).toEqual(['Assignments', 'GasUsed', 'Messages', 'Output', 'Spawns']);
  expect(body['Messages']).toMatchObject([
    {
      Target: made.wallet.address,
      Data: 'pong one',
      Anchor: expect.any(String),
      Tags: expect.arrayContaining([{ name: 'Action', value: 'Pong' }]),
    },
  ]);
  expect(JSON.stringify(body['Output'])).toContain('pinged one');
  expect(body['GasUsed']).toEqual(expect.any(Number));
});

test('an error is a result with status 200, empty outboxes and the text', async () => {
  const { status, body } = await result(await send('Fail'));
  expect(status).toBe(200);
  expect(body).toMatchObject({ Messages: [], Spawns: [], Assignments: [], Output: '', Error: expect.stringContaining('on purpose') });
});

test('results page both ways by cursor, leave errors out, and evaluate nothing', async () => {
  const ids = [await send('Ping', 'a'), await send('Fail'), await send('Ping', 'b')];
  for (const id of ids) await result(id);
  await made.idle();
  const all = await results('limit=1000');
  const slots = slotsOf(all);
  expect(slots).toEqual(slots.toSorted((a, b) => a - b));
  expect(all.edges.every(({ node }) => node['Error'] === undefined)).toBe(true);
  expect(all.pageInfo.hasNextPage).toBe(false);
  const newest = await results('limit=1&sort=DESC');
  expect(slotsOf(newest)).toEqual(slots.slice(-1));
  expect(newest.pageInfo.hasNextPage).toBe(true);
  expect(JSON.parse(atob(newest.edges[0]?.cursor ?? ''))).toEqual({
    timestamp: expect.any(Number) as number,
    ordinate: String(slots.at(-1)),
    sort: 'DESC',
  });
  const from = encodeURIComponent(all.edges[0]?.cursor ?? '');
  expect(slotsOf(await results(`from=${from}&limit=1000`))).toEqual(slots.slice(1));
  expect(slotsOf(await results(`to=${from}`))).toEqual(slots.slice(0, 1));
  const { timestamp } = JSON.parse(atob(all.edges[1]?.cursor ?? '')) as { timestamp: number };
  expect(slotsOf(await results(`from=${timestamp}&limit=1000`))).toEqual(slots.slice(2));
  expect(slotsOf(await results(`from=${timestamp - 1}&to=${timestamp}`))).toEqual(slots.slice(1, 2));
});

test('a dry run answers like a result and leaves nothing behind', async () => {
  const before = await json(fetch(`${su}/${process}/latest`));
  const body = {
    Id: '1234',
    Target: process,
    Owner: 'SOMEBODY',
    Anchor: '0',
    Data: '1234',
    Tags: [{ name: 'Action', value: 'Who' }, ...PROTOCOL],
  };
  const dryRun = await json(
    fetch(`${cu}/dry-run?process-id=${process}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  expect(dryRun).toMatchObject({ status: 200, body: { Messages: [{ Target: 'SOMEBODY', Data: 'SOMEBODY|SOMEBODY' }] } });
  expect(await json(fetch(`${su}/${process}/latest`))).toEqual(before);
  const bad = await json(post(`${cu}/dry-run?process-id=${process}`, '{"Tags":[{"name":1}]}'));
  expect(bad).toMatchObject({ status: 500, body: { error: expect.stringContaining("'Tags.0.name'") } });
});

test('assigning a message to another process answers the assignment, whose result can be asked for by both ids', async () => {
  const other = await made.spawn(SOURCE);
  const item = message('Ping', 'shared');
  await post(mu, item.bytes);
  // What is assigned is taken from the gateway, which is given it behind the answer.
  await expect.poll(async () => (await fetch(`${gateway}/${item.id}`)).status, { timeout: 10_000 }).toBe(200);
  const { status, body } = await json(post(`${mu}?process-id=${other}&assign=${item.id}`, null));
  expect([status, body['message']]).toEqual([202, 'Processing Assignment']);
  const byAssignment = await json(fetch(`${cu}/result/${body['id']}?process-id=${other}`));
  expect(byAssignment.status).toBe(200);
  expect(await json(fetch(`${cu}/result/${item.id}?process-id=${other}`))).toEqual(byAssignment);
});

test('the MU refuses as the reference does, with our reason beside it', async () => {
  const item = message('Ping');
  const changed = Uint8Array.from(item.bytes);
  changed[changed.length - 1] = 0;
  const invalid = "'body': A valid and signed data item must be provided as the body.";
  expect(await json(post(mu, changed))).toMatchObject({
    status: 500,
    body: { error: invalid, code: 'ITEM_BAD_SIGNATURE', detail: expect.any(String) },
  });
  expect(await json(post(mu, ''))).toMatchObject({ status: 500, body: { error: invalid, code: 'ITEM_TRUNCATED' } });
  expect(await json(post(`${mu}?process-id=${process}`, null))).toMatchObject({
    status: 400,
    body: { error: 'You must set both process-id and assign to send an assignment, not just one' },
  });
  expect((await post(mu, item.bytes)).status).toBe(202);
  expect(await json(post(mu, item.bytes))).toMatchObject({
    status: 500,
    body: { code: 'MESSAGE_DUPLICATE', error: expect.stringMatching(/^Error: 400: /) },
  });
  expect(await (await post(`${mu}//monitor/${process}`, item.bytes)).text()).toBe('Monitoring process');
  expect(await json(post(`${mu}/monitor/${process}`, item.bytes))).toMatchObject({ status: 500, body: { code: 'MONITOR_EXISTS' } });
  expect(await json(post(`${mu}/monitor/${'n'.repeat(43)}`, item.bytes))).toMatchObject({
    status: 500,
    body: { code: 'PARAMETER_INVALID' },
  });
  expect((await post(`${mu}/monitor/${process}`, null)).status).toBe(400);
  expect(await (await fetch(mu)).text()).toBe('ao messenger unit');
});

test('the SU is a door of its own: it verifies, and what it takes is evaluated', async () => {
  const item = message('Ping', 'directly');
  const changed = Uint8Array.from(item.bytes);
  changed[changed.length - 1] = 0;
  expect(await json(post(su, changed))).toMatchObject({ status: 400, body: { code: 'ITEM_BAD_SIGNATURE' } });
  expect(await json(post(su, item.bytes))).toMatchObject({ status: 200, body: { id: item.id, timestamp: expect.any(Number) } });
  expect((await result(item.id)).body['Messages']).toMatchObject([{ Data: 'pong directly' }]);
});

test('what the CU cannot answer it says with a status and JSON', async () => {
  const nothing = 'n'.repeat(43);
  expect(await json(fetch(`${cu}/result/${nothing}?process-id=${process}`))).toMatchObject({
    status: 404,
    body: { code: 'MESSAGE_UNKNOWN', error: expect.any(String) },
  });
  expect(await json(fetch(`${cu}/result/${nothing}?process-id=${nothing}`))).toMatchObject({
    status: 404,
    body: { code: 'PROCESS_UNKNOWN' },
  });
  expect(await json(fetch(`${cu}/result/${nothing}`))).toMatchObject({ status: 500, body: { error: "'process-id': Required." } });
  expect(await json(fetch(`${cu}/results/${nothing}`))).toMatchObject({ status: 404, body: { code: 'PROCESS_UNKNOWN' } });
  expect(await json(fetch(`${cu}/results/${process}?from=rubbish`))).toMatchObject({ status: 500, body: { code: 'PARAMETER_INVALID' } });
  expect(await json(fetch(`${cu}/state/${nothing}`))).toMatchObject({ status: 404, body: { code: 'PROCESS_UNKNOWN' } });
  expect(await json(fetch(cu))).toMatchObject({ status: 200, body: { timestamp: expect.any(Number) } });
});

test('the gateway finds what the SU took: process, message and assignment', async () => {
  const id = await send('Ping', 'indexed');
  const query = `{ transactions(tags: [{ name: "Message", values: ["${id}"] }, { name: "Type", values: ["Assignment"] }]) { edges { node { id } } } }`;
  await expect.poll(async () => (await fetch(`${gateway}/raw/${id}`)).status, { timeout: 10_000 }).toBe(200);
  await expect
    .poll(async () => (await fetch(`${gateway}/graphql?query=${encodeURIComponent(query)}`)).text(), { timeout: 10_000 })
    .toContain('"node":{"id":');
  expect((await fetch(`${gateway}/${process}`)).status).toBe(200);
});

test('a body that is too large is refused with 413 by every unit, announced or not', async () => {
  const size = 11 * 1024 * 1024;
  const chunk = new Uint8Array(64 * 1024).fill(0x20);
  const unannounced = (): ReadableStream<Uint8Array> => {
    let sent = 0;
    return new ReadableStream({
      pull(controller) {
        if (sent >= size) return controller.close();
        sent += chunk.length;
        controller.enqueue(chunk);
      },
    });
  };
  for (const url of [mu, su, `${cu}/dry-run?process-id=${process}`, `${gateway}/graphql`]) {
    const whole = await post(url, new Uint8Array(size));
    expect([url, whole.status, await whole.json()]).toMatchObject([
      url,
      413,
      { code: expect.stringMatching(/_TOO_LARGE$/), cure: expect.any(String) },
    ]);
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: unannounced(), duplex: 'half' };
    const streamed = await fetch(url, init);
    expect([url, streamed.status]).toEqual([url, 413]);
  }
});

test('an upload of one byte more than 100 MiB is refused, as it is announced or when it has come', async () => {
  const limit = 100 * 1024 * 1024;
  const chunk = Buffer.alloc(1024 * 1024);
  /** @param announced nothing follows then. */
  const upload = (bytes: number, announced: boolean): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const headers = announced ? { 'Content-Length': bytes } : {};
      const sent = request(`${gateway}/tx`, { method: 'POST', headers }, (answer) => {
        answer.setEncoding('utf8').once('data', (text: string) => resolve((JSON.parse(text) as { readonly code: string }).code));
        answer.once('end', () => sent.destroy());
      });
      sent.on('error', reject).flushHeaders();
      for (let left = announced ? 0 : bytes; left > 0; left -= chunk.length) sent.write(chunk.subarray(0, Math.min(left, chunk.length)));
      if (!announced) sent.end();
    });
  expect(await upload(limit + 1, true)).toBe('ITEM_TOO_LARGE');
  expect(await upload(limit + 1, false)).toBe('ITEM_TOO_LARGE');
}, 60_000);

test('a cursor at the end of all numbers is a page without edges or a fault that is told', async () => {
  const cursor = Buffer.from(JSON.stringify({ ordinate: String(Number.MAX_SAFE_INTEGER), sort: 'ASC' })).toString('base64');
  expect(await json(fetch(`${cu}/results/${process}?from=${cursor}`))).toMatchObject({ body: { code: 'PARAMETER_INVALID' } });
});
