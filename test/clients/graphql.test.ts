import { afterAll, beforeAll, expect, it } from 'vitest';
import { toProcessId } from '../../node/contract/ids.ts';
import { buildItem } from '../../node/item/build.ts';
import { startHost, type ClientHost } from './host/host.ts';

/**
 * The queries that the network's own programs send, as they send them (protocol §9.1), against a node on which things
 * have happened.
 */
const tag = (name: string, value: string): { name: string; value: string } => ({ name, value });
const AO = [tag('Data-Protocol', 'ao'), tag('Variant', 'ao.TN.1')];
let made: ClientHost;
let process: string;
let message: string;
let gateway: string;

interface Node {
  readonly id: string;
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  readonly [field: string]: unknown;
}
interface Page {
  readonly pageInfo: { readonly hasNextPage: boolean };
  readonly count?: string;
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
}
async function ask(query: string, variables: object = {}, root = 'transactions'): Promise<Page> {
  const response = await fetch(`${gateway}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Record<string, Page>; errors?: unknown };
  expect(errors).toBeUndefined();
  const page = data[root];
  if (page === undefined) throw new Error(`the answer has no ${root}`);
  return page;
}
const idsOf = (page: Page): string[] => page.edges.map(({ node }) => node.id);

beforeAll(async () => {
  made = await startHost();
  gateway = made.urls.gateway;
  process = await made.spawn('Handlers.add("ping", "Ping", function(msg) ao.send({ Target = ao.id, Action = "Echo", Data = "x" }) end)', [
    tag('Name', 'named'),
    tag('aos-Version', '2.0.4'),
  ]);
  message = await made.send(toProcessId(process), 'Ping', 'asked for');
  await made.idle();
  for (const tags of [
    [tag('Type', 'Checkpoint'), tag('Process', process), tag('Nonce', '1'), tag('Timestamp', '5'), ...AO.slice(0, 1)],
    [tag('Type', 'Attestation'), tag('Message', message), ...AO.slice(0, 1)],
    [tag('Data-Protocol', 'WeaveDrive'), tag('Type', 'Available'), tag('ID', message)],
    [tag('Type', 'Module'), tag('Name', 'my-module'), ...AO.slice(0, 1)],
  ]) {
    await made.upload(buildItem(made.wallet, { tags, data: 'x' }));
  }
  const assigned = `{ transactions(tags: [{ name: "Process", values: ["${process}"] }, { name: "Type", values: ["Assignment"] }]) { edges { node { id tags { name value } } } } }`;
  // The SU gives its log to the gateway behind its answers: process, message and the pushed echo.
  while ((await ask(assigned)).edges.length < 3) await made.idle();
});
afterAll(() => made?.stop());

it('the SU: an item to be assigned', async () => {
  const page = await ask(
    `query { transactions(ids: ["${message}"]) { edges { node { id signature anchor owner { address key } tags { name value } recipient } } } }`,
  );
  expect(page.edges.map(({ node }) => node)).toMatchObject([
    { id: message, recipient: process, owner: { address: made.wallet.address }, anchor: expect.any(String), signature: expect.any(String) },
  ]);
});

it('the CU: an assigned item with and without what is excluded', async () => {
  const query = `query GetProcesses ($processIds: [ID!]!, $skipTags: Boolean!, $skipSignature: Boolean!, $skipAnchor: Boolean!) {
    transactions(ids: $processIds) { edges { node {
      id signature @skip (if: $skipSignature) anchor @skip (if: $skipAnchor) owner { address key } tags @skip (if: $skipTags) { name value } recipient } } } }`;
  const skip = (isSkipped: boolean): object => ({
    processIds: [message],
    skipTags: isSkipped,
    skipSignature: isSkipped,
    skipAnchor: isSkipped,
  });
  expect(Object.keys((await ask(query, skip(false))).edges[0]?.node ?? {})).toEqual([
    'id',
    'signature',
    'anchor',
    'owner',
    'tags',
    'recipient',
  ]);
  expect(Object.keys((await ask(query, skip(true))).edges[0]?.node ?? {})).toEqual(['id', 'owner', 'recipient']);
});

it('the CU: blocks upwards from a height, and where the chain is', async () => {
  const info = (await (await fetch(gateway)).json()) as { height: number };
  await fetch(`${gateway}/mine/3`);
  const query = `query GetBlocks($min: Int!, $limit: Int!) { blocks(height: { min: $min }, first: $limit, sort: HEIGHT_ASC) {
    pageInfo { hasNextPage } edges { node { timestamp height } } } }`;
  const page = await ask(query, { min: info.height, limit: 3 }, 'blocks');
  expect(page.edges.map(({ node }) => node['height'])).toEqual([info.height, info.height + 1, info.height + 2]);
  expect(page.pageInfo.hasNextPage).toBe(true);
});

it('the CU: checkpoints of a process by those it trusts', async () => {
  const query = `query GetAoProcessCheckpoints($owners: [String!]!, $processId: String!, $limit: Int!) { transactions(
    tags: [ { name: "Process", values: [$processId] } { name: "Type", values: ["Checkpoint"] } { name: "Data-Protocol", values: ["ao"] } ],
    owners: $owners, first: $limit, sort: HEIGHT_DESC) { edges { node { id owner { address } tags { name value } } } } }`;
  expect((await ask(query, { owners: [made.wallet.address], processId: process, limit: 5 })).edges).toHaveLength(1);
  expect((await ask(query, { owners: ['n'.repeat(43)], processId: process, limit: 5 })).edges).toEqual([]);
});

it('the MU: every scheduler, page by page', async () => {
  const query = `query GetSchedulerLocations($cursor: String) { transactions(
    tags: [ { name: "Type", values: ["Scheduler-Location"] } { name: "Data-Protocol", values: ["ao"] } ], first: 100 after: $cursor) {
    edges { node { id owner { address } tags { name value } block { id height timestamp } } cursor } pageInfo { hasNextPage } } }`;
  const page = await ask(query, { cursor: null });
  expect(page.edges.map(({ node }) => node)).toMatchObject([
    {
      owner: { address: made.scheduler },
      block: { height: expect.any(Number) },
      tags: expect.arrayContaining([tag('Url', made.urls.su)]),
    },
  ]);
  expect((await ask(query, { cursor: page.edges.at(-1)?.cursor })).edges).toEqual([]);
});

it('ao-scheduler-utils: a process with everything that can be asked of it', async () => {
  const query = `query ($ids: [ID!]!) { transactions(ids: $ids) { pageInfo { hasNextPage } edges { cursor node {
    id anchor signature recipient block { timestamp } owner { address key } fee { winston ar } quantity { winston ar } data { size type }
    tags { name value } block { id timestamp height previous } parent { id } } } } }`;
  const page = await ask(query, { ids: [process] });
  expect(page.edges[0]?.node).toMatchObject({
    id: process,
    recipient: '',
    fee: { winston: '0', ar: '0.000000000000' },
    data: { size: expect.any(String), type: null },
    block: { id: expect.any(String), timestamp: expect.any(Number), height: expect.any(Number), previous: expect.any(String) },
  });
  const scheduler = `query GetTransactions ($transactionIds: [ID!]!) { transactions(ids: $transactionIds tags: [ { name: "Data-Protocol", values: ["ao"] } ]) {
    edges { node { tags { name value } } } } }`;
  expect((await ask(scheduler, { transactionIds: [process] })).edges[0]?.node.tags).toContainEqual(tag('Scheduler', made.scheduler));
});

it('gotcha 46: aos finds a process by its name with an empty owner among the owners, lists all, and finds a module by name', async () => {
  const byName = `query ($owners: [String!]!) { transactions( first: 10, owners: $owners, tags: [
    { name: "Data-Protocol", values: ["ao"] }, { name: "Type", values: ["Process"]}, { name: "Name", values: ["named"]} ]) { edges { node { id tags { name value } } } } }`;
  expect(idsOf(await ask(byName, { owners: [made.wallet.address, ''] }))).toEqual([process]);
  const list = `query ($owners: [String!]!) { transactions( first: 100, owners: $owners, tags: [ { name: "Data-Protocol", values: ["ao"] }, { name: "Type", values: ["Process"]} ]) {
    edges { node { id owner { address } tags { name value } } } } }`;
  expect(idsOf(await ask(list, { owners: [made.wallet.address] }))).toEqual([process]);
  const module = `query FindAoModuleByName($name: String!) { transactions( tags: [ { name: "Type", values: ["Module"] }, { name: "Data-Protocol", values: ["ao"] }, { name: "Name", values: [$name] } ],
    sort: HEIGHT_DESC, first: 100 ) { edges { node { id tags { name value } block { timestamp } } } } }`;
  expect((await ask(module, { name: 'my-module' })).edges[0]?.node['block']).toEqual({ timestamp: expect.any(Number) as number });
});

it('WeaveDrive: what is attested and what is available, up to a block', async () => {
  const query = (tags: string, max: number): string =>
    `query { transactions( first: 1, block: { min: 0, max: ${max} }, owners: ["${made.wallet.address}"], tags: [ ${tags} ]) { edges { node { id } } } }`;
  const attested = `{ name: "Type", values: ["Attestation"] }, { name: "Message", values: ["${message}"] }, { name: "Data-Protocol", values: ["ao"] }`;
  const available = `{ name: "Data-Protocol", values: ["WeaveDrive"] }, { name: "Type", values: ["Available"] }, { name: "ID", values: ["${message}"] }`;
  for (const tags of [attested, available]) {
    expect((await ask(query(tags, 9_999_999))).edges).toHaveLength(1);
    expect((await ask(query(tags, 1_000_000))).edges).toEqual([]);
  }
});

it('explorers: by recipient, sender and journey, with counts and pages', async () => {
  const to = `query ($to: [String!]!, $after: String) { transactions(recipients: $to, first: 1, after: $after, sort: INGESTED_AT_ASC) { count pageInfo { hasNextPage } edges { cursor node { id } } } }`;
  const first = await ask(to, { to: [process] });
  expect([first.count, first.pageInfo.hasNextPage, idsOf(first)]).toEqual(['2', true, [message]]);
  const second = await ask(to, { to: [process], after: first.edges[0]?.cursor });
  const echo = idsOf(second);
  expect(second.pageInfo.hasNextPage).toBe(false);
  const sent = (name: string, value: string): string =>
    `{ transactions(tags: [{ name: "${name}", values: ["${value}"] }, { name: "Action", values: ["Echo"] }]) { edges { node { id } } } }`;
  expect(idsOf(await ask(sent('From-Process', process)))).toEqual(echo);
  expect(idsOf(await ask(sent('Pushed-For', message)))).toEqual(echo);
});

it('one item by its id, a block by its id, and the same by GET and with a slash at the end', async () => {
  const query = `query One($id: ID!, $withTags: Boolean = false) { transaction(id: $id) { id owner { address } tags @include(if: $withTags) { name } block { id height } } }`;
  const get = `${gateway}/graphql/?query=${encodeURIComponent(query)}&operationName=One&variables=${encodeURIComponent(JSON.stringify({ id: message, withTags: true }))}`;
  const { data } = (await (await fetch(get)).json()) as {
    data: { transaction: { id: string; tags: object[]; block: { id: string; height: number } } };
  };
  expect(data.transaction).toMatchObject({ id: message, tags: expect.arrayContaining([{ name: 'Action' }]) });
  const { id, height } = data.transaction.block;
  expect(await ask('query ($id: String!) { block(id: $id) { id height } }', { id }, 'block')).toEqual({ id, height });
  expect(await ask(query, { id: message }, 'transaction')).not.toHaveProperty('tags');
});
