import {
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  double,
  integer,
  jsonValue,
  nat,
  oneof,
  pre,
  record,
  string,
  uint8Array,
  webQueryParameters,
} from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arweaveAt, dataOf, signedTransaction } from './arweave.fixture.ts';
import { signed, startTestGateway, type TestGateway } from './gateway.fixture.ts';
import { createWallet } from '../item/wallet.ts';

/** Inputs per property: the bench run asks for more. */
const RUNS = Number(process.env['AOSCOPE_RUNS'] ?? 300);
const TIME = 20_000 + RUNS * 30;
let gateway: TestGateway;
let posted: Record<string, unknown>;
let chunk: Record<string, string>;
let item: Uint8Array;

beforeAll(async () => {
  gateway = await startTestGateway();
  const arweave = arweaveAt(gateway.url);
  const key = await arweave.wallets.generate();
  const data = dataOf(600_000);
  const transaction = await signedTransaction(arweave, key, data, { Fuzz: 'yes' });
  posted = { ...(transaction.toJSON() as Record<string, unknown>), data: '' };
  chunk = transaction.getChunk(0, data);
  item = signed(createWallet(), { Fuzz: 'item' }, 'content').bytes;
  const { status } = await send('POST', '/tx', JSON.stringify(posted));
  if (status !== 200) throw new Error(`the transaction that is changed below was refused: ${status}`);
}, 60_000);
afterAll(() => gateway.end());

async function send(method: string, path: string, body?: string | Uint8Array): Promise<{ status: number; text: string; headers: Headers }> {
  const init = body === undefined ? { method } : { method, body: typeof body === 'string' ? body : new Uint8Array(body) };
  const response = await fetch(`${gateway.url}${path}`, { ...init, redirect: 'manual' });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** Every answer is one a client can use: no fault of ours, a reason in JSON for what is refused, open to pages of any origin. */
function expectUsable(path: string, method: string, { status, text, headers }: Awaited<ReturnType<typeof send>>): void {
  expect([path, status < 500]).toEqual([path, true]);
  expect(headers.get('access-control-allow-origin')).toBe('*');
  if (status < 400 || method === 'HEAD' || status === 416) return;
  const said = JSON.parse(text) as { error?: unknown; errors?: unknown };
  expect(typeof said.error === 'string' || Array.isArray(said.errors)).toBe(true);
}

const word = oneof(
  constantFrom(
    'tx',
    'chunk',
    'raw',
    'block',
    'height',
    'hash',
    'wallet',
    'balance',
    'price',
    'mint',
    'mine',
    'graphql',
    'chunks',
    'v1',
    'account',
    'status',
    'offset',
    'data',
    '-1',
    '0',
    '1500000',
    '999999999999999',
    'A'.repeat(43),
    '..',
    '%2e%2e',
    '%00',
    '%ff',
    '__proto__',
    'constructor',
  ),
  string({ maxLength: 50 }).map((text) => encodeURIComponent(text)),
);
const path = array(word, { minLength: 1, maxLength: 5 }).map((words) => `/${words.join('/')}`);

test('any path, by any method, with any query and body gets a usable answer', { timeout: TIME }, async () => {
  await assert(
    asyncProperty(
      constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE'),
      path,
      webQueryParameters(),
      uint8Array({ maxLength: 200 }),
      async (method, at, query, body) => {
        expectUsable(at, method, await send(method, `${at}?${query}`, method === 'GET' || method === 'HEAD' ? undefined : body));
      },
    ),
    { numRuns: RUNS },
  );
});

test('a transaction changed in any field is never taken', { timeout: TIME }, async () => {
  const field = constantFrom(
    'id',
    'owner',
    'last_tx',
    'tags',
    'target',
    'quantity',
    'data_size',
    'data_root',
    'reward',
    'signature',
    'format',
  );
  await assert(
    asyncProperty(field, jsonValue(), async (name, value) => {
      pre(JSON.stringify(value) !== JSON.stringify(posted[name]));
      const answer = await send('POST', '/tx', JSON.stringify({ ...posted, [name]: value }));
      expectUsable('/tx', 'POST', answer);
      expect(answer.status).toBe(400);
    }),
    { numRuns: RUNS },
  );
});

test('a transaction or an item with any bit turned is never taken', { timeout: TIME }, async () => {
  await assert(
    asyncProperty(nat(), integer({ min: 1, max: 255 }), async (at, bits) => {
      const changed = Uint8Array.from(item);
      const place = at % item.length;
      changed[place] = (changed[place] ?? 0) ^ bits;
      const answer = await send('POST', '/tx', changed);
      expectUsable('/tx', 'POST', answer);
      expect(answer.status).toBe(400);
      const signature = Buffer.from(String(posted['signature']), 'base64url');
      signature[at % 512] = (signature[at % 512] ?? 0) ^ bits;
      expect((await send('POST', '/tx', JSON.stringify({ ...posted, signature: signature.toString('base64url') }))).status).toBe(400);
    }),
    { numRuns: RUNS },
  );
});

test('a chunk changed in any field or any byte of its proof is never taken', { timeout: TIME }, async () => {
  const proof = Buffer.from(chunk['data_path'] ?? '', 'base64url');
  const change = oneof(
    record({ name: constantFrom('data_root', 'data_size', 'data_path', 'chunk'), value: jsonValue() }).map(({ name, value }) => ({
      [name]: value,
    })),
    record({ at: nat(proof.length - 1), bits: integer({ min: 1, max: 255 }) }).map(({ at, bits }) => {
      const changed = Buffer.from(proof);
      changed[at] = (changed[at] ?? 0) ^ bits;
      return { data_path: changed.toString('base64url') };
    }),
    uint8Array({ maxLength: 300 }).map((bytes) => ({ data_path: Buffer.from(bytes).toString('base64url') })),
  );
  await assert(
    asyncProperty(change, async (changed) => {
      const answer = await send('POST', '/chunk', JSON.stringify({ ...chunk, ...changed }));
      expectUsable('/chunk', 'POST', answer);
      expect(answer.status).toBe(400);
    }),
    { numRuns: RUNS },
  );
  expect((await send('GET', `/tx/${String(posted['id'])}`)).status).toBe(202);
});

test('any JSON as a GraphQL request gets a usable answer', { timeout: TIME }, async () => {
  const query = oneof(
    string(),
    constant('{ transactions(first: $n, after: $c, ids: $i) { count edges { node { id } } } }'),
    constant('query ($n: Int, $c: String, $i: [ID!]) { transactions(first: $n, after: $c, ids: $i) { count edges { node { id } } } }'),
  );
  const variables = oneof(jsonValue(), record({ n: oneof(integer(), double()), c: string(), i: array(string()) }));
  await assert(
    asyncProperty(query, variables, async (text, given) => {
      expectUsable('/graphql', 'POST', await send('POST', '/graphql', JSON.stringify({ query: text, variables: given })));
    }),
    { numRuns: RUNS },
  );
});
