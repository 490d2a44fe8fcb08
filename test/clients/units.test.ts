import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildItem, type SignedItem } from '../../node/item/build.ts';
import { startNode } from '../kit/node.ts';
import { startHost, type ClientHost } from './host/host.ts';

const SOURCE = `
Count = Count or 0
Handlers.add("add", "Add", function(msg)
  Count = Count + 1; Secret = "kept in memory " .. msg.Data
  msg.reply({ Data = tostring(Count), At = tostring(msg.Timestamp), Height = tostring(msg["Block-Height"]), Of = msg.Id })
end)
Handlers.add("relay", "Relay", function(msg) ao.send({ Target = msg.Tags.To, Action = "Add", Data = "relayed" }) end)`;
const AO = [
  { name: 'Data-Protocol', value: 'ao' },
  { name: 'Variant', value: 'ao.TN.1' },
  { name: 'Type', value: 'Message' },
];
let made: ClientHost;
let process: string;
let other: string;
let [mu, cu, su, gateway] = ['', '', '', ''];

beforeAll(async () => {
  made = await startHost();
  ({ mu, cu, su, gateway } = made.urls);
  process = await made.spawn(SOURCE);
  other = await made.spawn(SOURCE);
});
afterAll(() => made?.stop());

let anchors = 0;
const item = (target: string, action: string, data = 'x', tags: { name: string; value: string }[] = []): SignedItem =>
  buildItem(made.wallet, {
    target,
    anchor: String(++anchors).padStart(32, 'u'),
    tags: [{ name: 'Action', value: action }, ...tags, ...AO],
    data,
  });
const post = (url: string, body?: Uint8Array | string): Promise<Response> =>
  fetch(url, { method: 'POST', ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }) });
async function send(target: string, action: string, data?: string, tags?: { name: string; value: string }[]): Promise<string> {
  const one = item(target, action, data, tags);
  expect((await post(mu, one.bytes)).status).toBe(202);
  return one.id;
}
const result = async (id: string, of = process): Promise<{ Messages: { Data: string; Tags: { name: string; value: string }[] }[] }> =>
  (await fetch(`${cu}/result/${id}?process-id=${of}`)).json() as never;
const dryRun = async (body: object, query = ''): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await post(`${cu}/dry-run?process-id=${process}${query}`, JSON.stringify(body));
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const add = { Tags: [{ name: 'Action', value: 'Add' }, ...AO], Data: 'tried' };
const counted = (answer: { body: Record<string, unknown> }): unknown => (answer.body['Messages'] as { Data: string }[])[0]?.Data;

describe('the compute unit', () => {
  it('gives the whole memory after any message, with the place it belongs to', async () => {
    const first = await send(process, 'Add', 'one');
    await result(first);
    const early = await fetch(`${cu}/state/${process}?to=${first}`);
    const bytes = Buffer.from(await early.arrayBuffer());
    const second = await send(process, 'Add', 'two');
    const late = await fetch(`${cu}/state/${process}`);
    const lateBytes = Buffer.from(await late.arrayBuffer());
    expect([early.status, early.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
    expect(bytes.length).toBe(Number(early.headers.get('content-length')));
    expect(bytes.length % 65_536).toBe(0);
    expect([bytes.includes('kept in memory one'), bytes.includes('kept in memory two')]).toEqual([true, false]);
    expect(lateBytes.includes('kept in memory two')).toBe(true);
    const { assignment } = (await (await fetch(`${su}/${second}?process-id=${process}`)).json()) as {
      assignment: { tags: { name: string; value: string }[] };
    };
    const tag = (name: string): string | undefined => assignment.tags.find((one) => one.name === name)?.value;
    expect(late.headers.get('last-timestamp')).toBe(tag('Timestamp'));
    expect(late.headers.get('last-ordinate')).toBe(tag('Nonce'));
    expect(late.headers.get('last-block-height')).toBe(String(Number(tag('Block-Height'))));
  });

  it('tries a message on the state after an earlier one', async () => {
    const [first, last] = [await send(process, 'Add'), await send(process, 'Add')];
    const after = async (id: string): Promise<number> => Number((await result(id)).Messages[0]?.Data);
    expect(Number(counted(await dryRun(add, `&to=${first}`)))).toBe((await after(first)) + 1);
    expect(Number(counted(await dryRun(add, `&to=${last}`)))).toBe((await after(last)) + 1);
    expect(counted(await dryRun(add))).toBe(counted(await dryRun(add, `&to=${last}`)));
    expect(await dryRun(add, `&to=${'n'.repeat(43)}`)).toMatchObject({ status: 404, body: { code: 'MESSAGE_UNKNOWN' } });
  });

  it("what a dry run's body says of id, time and height stands above what the newest slot says", async () => {
    const { body } = await dryRun({ ...add, Id: 'mine', Timestamp: 12_345, 'Block-Height': '77' });
    expect((body['Messages'] as { Tags: object[] }[])[0]?.Tags).toEqual(
      expect.arrayContaining([
        { name: 'At', value: '12345' },
        { name: 'Height', value: '77' },
        { name: 'Of', value: 'mine' },
      ]),
    );
  });
});

describe('the messenger unit', () => {
  it('traces what was sent on, from the first message to the last and back', async () => {
    const id = await send(process, 'Relay', 'go', [{ name: 'To', value: other }]);
    await fetch(`${mu}/idle`);
    const traces = async (query: string): Promise<{ pageInfo: object; edges: { cursor: string; node: Record<string, unknown> }[] }> =>
      (await fetch(`${mu}/?debug&${query}`)).json() as never;
    const { edges } = await traces(`process=${process}&message=${id}`);
    expect(edges[0]?.node).toEqual({
      relation: 'root',
      id: edges[0]?.cursor,
      messageId: id,
      processId: process,
      wallet: made.wallet.address,
      ip: null,
      parentId: null,
      timestamp: expect.any(Number) as number,
      type: 'MESSAGE',
    });
    const pushed = edges.find(({ node }) => node['processId'] === other)?.node;
    expect(pushed).toMatchObject({ relation: 'descendant', parentId: id, wallet: process });
    const back = await traces(`process=${other}&message=${String(pushed?.['messageId'])}`);
    expect(back.edges.map(({ node }) => [node['relation'], node['messageId']])).toContainEqual(['ancestor', id]);
    const page = await traces(`process=${process}&page-size=1`);
    expect(page).toMatchObject({ pageInfo: { hasNextPage: true }, edges: [{ node: { processId: process } }] });
    expect((await traces(`process=${process}&page-size=1&page=2`)).edges[0]?.cursor).not.toBe(page.edges[0]?.cursor);
    expect((await traces(`process=${process}&spawn=${process}`)).edges).toMatchObject([{ node: { type: 'SPAWN', messageId: process } }]);
    expect((await traces(`process=${process}&wallet=${'n'.repeat(43)}`)).edges).toEqual([]);
    const both = await fetch(`${mu}/?debug=1&process=${process}&message=a&spawn=b`);
    expect([both.status, await both.json()]).toMatchObject([
      422,
      { error: 'Only one of message, assign, or spawn query parameters can be provided' },
    ]);
    expect((await fetch(`${mu}/?debug`)).status).toBe(500);
  });

  it('pushes an entry again without giving it twice, and says where there is none', async () => {
    const id = await send(process, 'Relay', 'once', [{ name: 'To', value: other }]);
    await fetch(`${mu}/idle`);
    const latest = async (): Promise<string> => (await fetch(`${su}/${other}/latest`)).text();
    const before = await latest();
    const again = await post(`${mu}/push/${id}/0?process-id=${process}`);
    expect([again.status, await again.json()]).toEqual([202, { message: 'Processing Message Result', id }]);
    expect(await latest()).toBe(before);
    expect((await post(`${mu}/push/${id}/x?process-id=${process}`)).status).toBe(400);
    expect((await post(`${mu}/push/${id}/7?process-id=${process}`)).status).toBe(500);
    expect((await post(`${mu}/push-result/${id}`)).status).toBe(501);
  });

  it('what was dropped because its target was not there goes through when it is pushed again', async () => {
    const spawn = buildItem(made.wallet, {
      tags: [
        ...AO.slice(0, 2),
        { name: 'Type', value: 'Process' },
        { name: 'Module', value: made.module },
        { name: 'Scheduler', value: made.scheduler },
        { name: 'Authority', value: made.authority },
        { name: 'On-Boot', value: 'Data' },
      ],
      data: `${SOURCE} -- another`,
    });
    const id = await send(process, 'Relay', 'early', [{ name: 'To', value: spawn.id }]);
    await fetch(`${mu}/idle`);
    expect((await post(mu, spawn.bytes)).status).toBe(202);
    expect((await post(`${mu}/push/${id}/0?process-id=${process}`)).status).toBe(202);
    await fetch(`${mu}/idle`);
    const { assignment, message } = (await (await fetch(`${su}/${spawn.id}/latest`)).json()) as {
      assignment: object;
      message: { data: string };
    };
    expect([message.data, assignment]).toMatchObject(['relayed', { owner: { address: made.scheduler } }]);
  });

  it('mixes the order of an outbox by a number, the same every time, and keeps it without', async () => {
    const source = `Handlers.add("many", "Many", function(msg) for n = 1, 8 do ao.send({ Target = msg.Tags.To, Action = "Add", Data = tostring(n) }) end end)`;
    const orderOf = async (shuffle: number | null): Promise<string[]> => {
      const one = await startNode({ http: true, network: { shuffle } });
      const [from, to] = [await one.spawn(source), await one.spawn(SOURCE)];
      await one.send(from, 'Many', '', [{ name: 'To', value: to }]);
      await one.idle();
      const page = (await (await fetch(`${one.node.urls.su}/${to}?process-id=${to}&from-nonce=0`)).json()) as {
        edges: { node: { message: { data: string } } }[];
      };
      return page.edges.map(({ node }) => node.message.data);
    };
    const straight = ['1', '2', '3', '4', '5', '6', '7', '8'];
    expect(await orderOf(null)).toEqual(straight);
    const mixed = await orderOf(7);
    expect(mixed).not.toEqual(straight);
    expect(mixed.toSorted()).toEqual(straight);
  });
});

it('every unit tells in numbers what it did', async () => {
  const id = await send(process, 'Add');
  await result(id);
  for (const [url, kind] of [
    [mu, 'mu.received'],
    [cu, 'cu.evaluated'],
    [su, 'su.assigned'],
    [gateway, 'gateway.accepted'],
  ] as const) {
    const response = await fetch(`${url}/metrics`);
    const [, count] =
      new RegExp(`aoscope_facts_total\\{unit="${kind.split('.')[0]}",kind="${kind}"\\} (\\d+)`).exec(await response.text()) ?? [];
    expect([kind, Number(count) > 0]).toEqual([kind, true]);
    expect(response.headers.get('content-type')).toContain('version=0.0.4');
  }
});
