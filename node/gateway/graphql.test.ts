import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWallet } from '../item/wallet.ts';
import { bundled, signed, startTestGateway, type TestGateway } from './gateway.fixture.ts';

const [alice, bob] = [createWallet(), createWallet()];
const ao = { 'Data-Protocol': 'ao', Variant: 'ao.TN.1' };
const module = signed(alice, {
  ...ao,
  Type: 'Module',
  'Module-Format': 'lua',
  'Input-Encoding': 'JSON-1',
  'Output-Encoding': 'JSON-1',
  'Content-Type': 'text/plain',
});
const process = signed(alice, { ...ao, Type: 'Process', Name: 'default', Module: module.id });
const messages = Array.from({ length: 7 }, (_, index) =>
  signed(bob, { ...ao, Type: 'Message', Action: index % 2 === 0 ? 'Even' : 'Odd', Number: String(index) }, 'x', process.id),
);
let gateway: TestGateway;

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean };
  readonly count?: string;
}

interface Answer {
  readonly data?: { readonly transactions?: Page; readonly blocks?: Page };
  readonly errors?: readonly { readonly message: string }[];
}

beforeAll(async () => {
  gateway = await startTestGateway();
  for (const { raw } of [module, process, ...messages])
    await gateway.handlers['gateway.upload']({ item: raw }, new AbortController().signal);
});
afterAll(() => gateway.end());

async function ask(query: string, variables: object = {}): Promise<Answer> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}
async function find(args: string, variables: object = {}, head = ''): Promise<Page> {
  const { data, errors } = await ask(
    `query ${head} { transactions(${args}) { count pageInfo { hasNextPage } edges { cursor node { id } } } }`,
    variables,
  );
  expect(errors).toBeUndefined();
  return data?.transactions ?? { edges: [], pageInfo: { hasNextPage: false } };
}
const idsOf = (page: Page): string[] => page.edges.map(({ node }) => node.id);

test('what aoconnect asks of a module before it spawns', async () => {
  const query = `query GetTransactions ($transactionIds: [ID!]!) {
    transactions(ids: $transactionIds) { edges { node { owner { address } tags { name value } block { id height timestamp } } } }
  }`;
  const { data } = await ask(query, { transactionIds: [module.id] });
  const height = (await gateway.handlers['gateway.network']({}, new AbortController().signal)).height;
  expect(data).toEqual({
    transactions: {
      edges: [
        {
          node: {
            owner: { address: alice.address },
            tags: expect.arrayContaining([
              { name: 'Module-Format', value: 'lua' },
              { name: 'Data-Protocol', value: 'ao' },
            ]),
            block: { id: expect.any(String), height, timestamp: expect.any(Number) },
          },
        },
      ],
    },
  });
});

test('what aos asks to find a process by name, with an empty owner among the owners', async () => {
  const args = `first: 10, owners: $owners, tags: [
    { name: "Data-Protocol", values: ["ao"] }, { name: "Type", values: ["Process"] }, { name: "Name", values: ["default"] }]`;
  expect(idsOf(await find(args, { owners: [alice.address, ''] }, '($owners: [String!]!)'))).toEqual([process.id]);
  expect(idsOf(await find(args, { owners: [bob.address, ''] }, '($owners: [String!]!)'))).toEqual([]);
});

test('every field of a node', async () => {
  const { data } = await ask(
    `query ($id: ID!) { transaction(id: $id) { id anchor signature recipient owner { address key } fee { winston ar } quantity { winston }
      data { size type } tags { name value } block { height previous } parent { id } bundledIn { id } } }`,
    { id: messages[0]?.id },
  );
  expect(data).toMatchObject({
    transaction: {
      id: messages[0]?.id,
      anchor: '',
      recipient: process.id,
      owner: { address: bob.address, key: Buffer.from(bob.owner).toString('base64url') },
      fee: { winston: '0', ar: '0.000000000000' },
      data: { size: '1', type: null },
      tags: expect.arrayContaining([{ name: 'Number', value: '0' }]),
      parent: null,
      bundledIn: null,
    },
  });
});

test.each(['HEIGHT_ASC', 'HEIGHT_DESC'])('pages in %s meet every item once and say when they end', async (sort) => {
  const seen: string[] = [];
  let after = '';
  for (let page = 0; page < 4; page++) {
    const found = await find(
      `recipients: $to, first: 3, after: $after, sort: ${sort}`,
      { to: [process.id], after },
      '($to: [String!], $after: String)',
    );
    seen.push(...idsOf(found));
    expect(found.count).toBe('7');
    after = found.edges.at(-1)?.cursor ?? '';
    if (!found.pageInfo.hasNextPage) break;
  }
  const inOrder = messages.map(({ id }) => id);
  expect(seen).toEqual(sort === 'HEIGHT_ASC' ? inOrder : inOrder.toReversed());
});

test('tags are all required, values of one tag are alternatives, NEQ excludes, wildcards match', async () => {
  const tags = async (filter: string): Promise<string[]> => idsOf(await find(`sort: HEIGHT_ASC, tags: [${filter}]`));
  const numbers = (...wanted: number[]): string[] => wanted.map((number) => messages[number]?.id ?? '');
  expect(await tags('{ name: "Number", values: ["1", "2"] }')).toEqual(numbers(1, 2));
  expect(await tags('{ name: "Number", values: ["1", "2"] }, { name: "Action", values: ["Odd"] }')).toEqual(numbers(1));
  expect(await tags('{ name: "Type", values: ["Message"] }, { name: "Action", values: ["Odd"], op: NEQ }')).toEqual(numbers(0, 2, 4, 6));
  expect(await tags('{ name: "Action", values: ["O*"], match: WILDCARD }')).toEqual(numbers(1, 3, 5));
  expect(await tags('{ name: "Action", values: ["[O]dd", "?dd"], match: WILDCARD }')).toEqual([]);
  expect(await tags('{ name: "Number", values: [] }')).toEqual([]);
});

test('blocks: the current one by height range and by id, and items by block', async () => {
  const { data } = await ask(
    'query { blocks(height: { min: 1500000 }, first: 5, sort: HEIGHT_ASC) { edges { cursor node { id timestamp height previous } } } }',
  );
  const edge = data?.blocks?.edges[0];
  expect(edge?.node).toMatchObject({ height: 1_500_000, previous: '', timestamp: expect.any(Number) });
  const again = await ask('query ($id: String!) { block(id: $id) { height } }', { id: edge?.node.id });
  expect(again.data).toEqual({ block: { height: 1_500_000 } });
  expect(idsOf(await find('block: { max: 1499999 }'))).toEqual([]);
  expect(idsOf(await find('block: { min: 1500000, max: 1500000 }, ids: $ids', { ids: [module.id] }, '($ids: [ID!])'))).toEqual([module.id]);
});

test('the items of a bundle name it', async () => {
  const inner = signed(bob, { Inner: 'yes' });
  const outer = await bundled(alice, [inner]);
  await gateway.handlers['gateway.upload']({ item: outer.raw }, new AbortController().signal);
  expect(idsOf(await find('bundledIn: $ids', { ids: [outer.id] }, '($ids: [ID!])'))).toEqual([inner.id]);
  const { data } = await ask('query ($id: ID!) { transaction(id: $id) { bundledIn { id } tags { name } } }', { id: inner.id });
  expect(data).toEqual({ transaction: { bundledIn: { id: outer.id }, tags: [{ name: 'Inner' }] } });
});

test('directives with variables, and GET, work', async () => {
  const query = 'query ($ids: [ID!], $skip: Boolean!) { transactions(ids: $ids) { edges { node { id recipient @skip(if: $skip) } } } }';
  const variables = JSON.stringify({ ids: [module.id], skip: true });
  const response = await fetch(`${gateway.url}/graphql/?query=${encodeURIComponent(query)}&variables=${encodeURIComponent(variables)}`);
  expect(await response.json()).toEqual({ data: { transactions: { edges: [{ node: { id: module.id } }] } } });
});

test('a query that cannot be read is 400 with the reason', async () => {
  const post = (body: string): Promise<Response> => fetch(`${gateway.url}/graphql`, { method: 'POST', body });
  const wrong = await post(JSON.stringify({ query: '{ nothing }' }));
  expect([wrong.status, ((await wrong.json()) as { errors: { message: string }[] }).errors[0]?.message]).toEqual([
    400,
    expect.stringContaining('nothing'),
  ]);
  expect((await post('{')).status).toBe(400);
  expect((await post('{"variables":{}}')).status).toBe(400);
  const cursor = await ask('{ transactions(after: "%%%") { edges { cursor } } }');
  expect(cursor.errors?.[0]?.message).toContain('cursor');
});

test('a request for more lists than one may ask for is refused before any is read', async () => {
  const lists = (count: number): string =>
    `{ ${Array.from({ length: count }, (_, at) => `a${at}: transactions(first: 1) { edges { node { id } } }`).join(' ')} }`;
  expect((await ask(lists(20))).errors).toBeUndefined();
  expect((await ask(lists(21))).errors?.[0]?.message).toContain('20');
});

test('introspection gives a client the whole schema', async () => {
  const { data, errors } = (await ask(getIntrospectionQuery())) as { data?: IntrospectionQuery; errors?: unknown };
  expect(errors).toBeUndefined();
  const schema = buildClientSchema(data as IntrospectionQuery);
  expect(Object.keys(schema.getQueryType()?.getFields() ?? {}).toSorted()).toEqual(['block', 'blocks', 'transaction', 'transactions']);
});
