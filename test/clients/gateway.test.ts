import type Arweave from 'arweave';
import type { JWKInterface } from 'arweave/node/lib/wallet.js';
import { ArweaveSigner, bundleAndSignData, createData } from 'arbundles';
import { Arweave as ArweaveOfArbundles } from '@irys/arweave/node/arweave';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { arweaveAt, dataOf, signedTransaction } from '../../node/gateway/arweave.fixture.ts';
import { startHost, type ClientHost } from './host/host.ts';

const FIRST_BALANCE = 1_000_000_000_000_000n;
const MiB = 1024 * 1024;
let key: JWKInterface;
let address: string;
let host: ClientHost;
let gateway: string;
let arweave: Arweave;

beforeAll(async () => {
  host = await startHost();
  gateway = host.urls.gateway;
  arweave = arweaveAt(gateway);
  key = await arweave.wallets.generate();
  address = await arweave.wallets.getAddress(key);
}, 60_000);
afterAll(() => host?.stop());

interface Answer {
  readonly status: number;
  readonly text: string;
}
async function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${gateway}${path}`, { headers });
  return { status: response.status, text: await response.text() };
}
async function postJson(path: string, body: unknown): Promise<{ status: number; code?: string; error?: string }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${gateway}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: text });
  const said = await response.text();
  return { status: response.status, ...(said.startsWith('{') ? (JSON.parse(said) as object) : {}) };
}
async function graphql<T>(query: string, variables: object = {}): Promise<T> {
  const response = await fetch(`${gateway}/graphql`, { method: 'POST', body: JSON.stringify({ query, variables }) });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

test('a small transaction: created, signed, posted with its data, and read back in every way', async () => {
  const transaction = await signedTransaction(arweave, key, 'hello weave', { 'Content-Type': 'text/plain', 'App-Name': 'test' });
  expect((await arweave.transactions.post(transaction)).status).toBe(200);
  const { id } = transaction;
  expect(await arweave.transactions.getStatus(id)).toMatchObject({
    status: 200,
    confirmed: { block_height: 1_500_000, number_of_confirmations: 1 },
  });
  expect(await arweave.transactions.getData(id, { decode: true, string: true })).toBe('hello weave');
  const again = await arweave.transactions.get(id);
  expect(await arweave.transactions.verify(again)).toBe(true);
  expect(
    again.tags.map((tag) => [tag.get('name', { decode: true, string: true }), tag.get('value', { decode: true, string: true })]),
  ).toEqual([
    ['Content-Type', 'text/plain'],
    ['App-Name', 'test'],
  ]);
  expect((await get(`/${id}`)).text).toBe('hello weave');
  expect((await get(`/raw/${id}`, { Range: 'bytes=6-10' })).text).toBe('weave');
  expect((await get(`/tx/${id}/data`)).text).toBe(Buffer.from('hello weave').toString('base64url'));
  expect((await get(`/tx/${id}/owner`)).text).toBe(key.n);
  expect((await get(`/tx/${id}/data_size`)).text).toBe('11');
  expect(await arweave.wallets.getLastTransactionID(address)).toBe(id);
  expect((await get(`/tx/${id}/nothing`)).status).toBe(404);
  const block = await arweave.blocks.getByHeight(1_500_000);
  expect(block).toMatchObject({ txs: expect.arrayContaining([id]) as string[] });
  expect(await arweave.blocks.get(block.indep_hash)).toEqual(await arweave.blocks.getCurrent());
});

test('the same transaction again is known already', async () => {
  const transaction = await signedTransaction(arweave, key, 'twice');
  const answers = [await postJson('/tx', transaction), await postJson('/tx', transaction)];
  expect(answers.map(({ status }) => status)).toEqual([200, 208]);
});

test('data of several chunks: pending until the last one, then whole, chunk by chunk and as one', async () => {
  const data = dataOf(2 * MiB + 1000);
  const transaction = await signedTransaction(arweave, key, data, { Large: 'yes' });
  const uploader = await arweave.transactions.getUploader(transaction);
  expect(uploader.totalChunks).toBe(9);
  await uploader.uploadChunk();
  const { id } = transaction;
  expect(await get(`/tx/${id}`)).toEqual({ status: 202, text: 'Pending' });
  expect((await arweave.transactions.getStatus(id)).status).toBe(202);
  expect(JSON.parse((await get('/tx/pending')).text)).toEqual([id]);
  expect((await get(`/${id}`)).status).toBe(404);
  expect(await graphql('query ($id: ID!) { transaction(id: $id) { id } }', { id })).toEqual({ transaction: null });
  while (!uploader.isComplete) {
    expect((await arweave.transactions.getStatus(id)).status).toBe(202);
    await uploader.uploadChunk();
  }
  expect((await arweave.transactions.getStatus(id)).status).toBe(200);
  const loud = vi.spyOn(console, 'warn');
  expect(Buffer.from((await arweave.transactions.getData(id, { decode: true })) as Uint8Array).equals(data)).toBe(true);
  // It would warn when it had to leave the chunks for the gateway's copy.
  expect(loud).not.toHaveBeenCalled();
  loud.mockRestore();
  const part = await fetch(`${gateway}/${id}`, { headers: { Range: 'bytes=262140-262150' } });
  expect(part.headers.get('content-range')).toBe(`bytes 262140-262150/${data.length}`);
  expect(Buffer.from(await part.arrayBuffer())).toEqual(Buffer.from(data.subarray(262_140, 262_151)));
  const offset = JSON.parse((await get(`/tx/${id}/offset`)).text) as { size: string; offset: string };
  expect(Number(offset.size)).toBe(data.length);
  expect((await get(`/chunk/${Number(offset.offset) + 1}`)).status).toBe(404);
});

test('the same data again needs no chunks: it is whole when it is posted, with proofs and offset of its own', async () => {
  const data = dataOf(MiB, 7);
  const first = await signedTransaction(arweave, key, data, { Copy: '1' });
  for (const uploader = await arweave.transactions.getUploader(first); !uploader.isComplete;) await uploader.uploadChunk();
  const second = await signedTransaction(arweave, key, data, { Copy: '2' });
  expect((await postJson('/tx', { ...second.toJSON(), data: '' })).status).toBe(200);
  expect((await arweave.transactions.getStatus(second.id)).status).toBe(200);
  expect(Buffer.from(await arweave.chunks.downloadChunkedData(second.id)).equals(data)).toBe(true);
  const late = second.getChunk(1, data);
  expect((await postJson('/chunk', late)).status).toBe(200);
});

test('a bundle that arbundles itself makes a transaction', async () => {
  const signer = new ArweaveSigner(key);
  const item = createData('within', signer, { tags: [{ name: 'By', value: 'arbundles' }] });
  await item.sign(signer);
  const bundle = await bundleAndSignData([item], signer);
  // The arweave-js that arbundles brings along.
  const client = new ArweaveOfArbundles(gateway);
  const transaction = await bundle.toTransaction({}, client, key);
  await client.transactions.sign(transaction, key);
  expect((await client.transactions.post(transaction)).status).toBe(200);
  expect((await get(`/${item.id}`)).text).toBe('within');
});

test('amounts: prices grow by chunks, rewards are spent, what is sent arrives, nothing is spent twice', async () => {
  const [small, large] = [await arweave.transactions.getPrice(1), await arweave.transactions.getPrice(MiB + 1)];
  expect(BigInt(large)).toBe(5n * BigInt(small));
  const other = 'x'.repeat(43);
  const before = BigInt(await arweave.wallets.getBalance(address));
  expect(BigInt(await arweave.wallets.getBalance(other))).toBe(FIRST_BALANCE);
  const sent = await arweave.createTransaction({ target: other, quantity: arweave.ar.arToWinston('1.5') }, key);
  await arweave.transactions.sign(sent, key);
  expect((await arweave.transactions.post(sent)).status).toBe(200);
  await arweave.transactions.post(sent);
  expect(BigInt(await arweave.wallets.getBalance(other))).toBe(FIRST_BALANCE + 1_500_000_000_000n);
  expect(BigInt(await arweave.wallets.getBalance(address))).toBe(before - 1_500_000_000_000n - BigInt(sent.reward));
  const { transaction } = await graphql<{ transaction: object }>(
    'query ($id: ID!) { transaction(id: $id) { recipient fee { winston } quantity { winston ar } } }',
    { id: sent.id },
  );
  expect(transaction).toEqual({
    recipient: other,
    fee: { winston: sent.reward },
    quantity: { winston: '1500000000000', ar: '1.500000000000' },
  });
  const much = await arweave.createTransaction({ target: other, quantity: arweave.ar.arToWinston('2000') }, key);
  await arweave.transactions.sign(much, key);
  expect(await postJson('/tx', much)).toMatchObject({ status: 400, code: 'TX_UNPAID' });
  const minted = await get(`/mint/${address}/${arweave.ar.arToWinston('3000')}`);
  expect(minted).toEqual({ status: 200, text: await arweave.wallets.getBalance(address) });
  expect((await arweave.transactions.post(much)).status).toBe(200);
  const cheap = await signedTransaction(arweave, key, 'cheap', {}, (transaction) => {
    transaction.reward = '1';
  });
  expect(await postJson('/tx', cheap)).toMatchObject({ status: 400, code: 'TX_FEE_LOW' });
});

test('two transactions at once cannot spend the same coins', async () => {
  const poor = await arweave.wallets.generate();
  const spends = await Promise.all(
    ['y', 'z'].map(async (letter) => {
      const transaction = await arweave.createTransaction({ target: letter.repeat(43), quantity: arweave.ar.arToWinston('600') }, poor);
      await arweave.transactions.sign(transaction, poor);
      return transaction;
    }),
  );
  const answers = await Promise.all(spends.map((one) => arweave.transactions.post(one)));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400]);
});

test('mining adds blocks at once, each with an id of its own and no time that goes back', async () => {
  const before = (await arweave.network.getInfo()) as { height: number };
  await arweave.api.get('mine');
  await arweave.api.get('mine/3');
  const after = (await arweave.network.getInfo()) as { height: number; current: string };
  expect(after.height).toBe(before.height + 4);
  expect(await arweave.transactions.getTransactionAnchor()).toBe(after.current);
  const { blocks } = await graphql<{ blocks: { edges: { node: { height: number; timestamp: number; previous: string; id: string } }[] } }>(
    '{ blocks(first: 5, sort: HEIGHT_ASC, height: { min: 1500000 }) { edges { node { id height timestamp previous } } } }',
  );
  const nodes = blocks.edges.map(({ node }) => node);
  expect(nodes.map(({ previous }) => previous).slice(1)).toEqual(nodes.map(({ id }) => id).slice(0, -1));
  for (const [index, { timestamp }] of nodes.entries()) expect(timestamp).toBeGreaterThanOrEqual(nodes[index - 1]?.timestamp ?? 0);
  expect((await get('/mine/0')).status).toBe(400);
  expect((await get('/mine/100001')).status).toBe(400);
});

test('the items of a bundle in a transaction are there like uploads, inline and in chunks, and name it', async () => {
  const signer = new ArweaveSigner(key);
  const items = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const item = createData(name === 'two' ? dataOf(300_000, 5) : name, signer, { tags: [{ name: 'Bundled', value: name }] });
      await item.sign(signer);
      return item;
    }),
  );
  const bundle = await bundleAndSignData(items, signer);
  const transaction = await signedTransaction(arweave, key, bundle.getRaw(), { 'Bundle-Format': 'binary', 'Bundle-Version': '2.0.0' });
  for (const uploader = await arweave.transactions.getUploader(transaction); !uploader.isComplete;) await uploader.uploadChunk();
  expect((await get(`/${items[0]?.id}`)).text).toBe('one');
  const second = Buffer.from(await (await fetch(`${gateway}/raw/${items[1]?.id}`)).arrayBuffer());
  expect(second.equals(dataOf(300_000, 5))).toBe(true);
  const { transactions } = await graphql<{ transactions: { count: string; edges: { node: object }[] } }>(
    'query ($in: [ID!]) { transactions(bundledIn: $in, sort: HEIGHT_ASC) { count edges { node { id parent { id } bundledIn { id } owner { address } block { height } } } } }',
    { in: [transaction.id] },
  );
  expect(transactions.count).toBe('2');
  expect(transactions.edges.map(({ node }) => node)).toEqual(
    items.map(({ id }) => ({
      id,
      parent: { id: transaction.id },
      bundledIn: { id: transaction.id },
      owner: { address },
      block: { height: expect.any(Number) as number },
    })),
  );
  expect((await get(`/tx/${items[0]?.id}`)).status).toBe(404);
  expect((await get(`/tx/${items[0]?.id}/status`)).status).toBe(200);
  expect((await get(`/tx/${items[0]?.id}/offset`)).status).toBe(404);
});

test('a transaction that calls something else a bundle stands, and nothing is taken from it', async () => {
  const transaction = await signedTransaction(arweave, key, 'no bundle at all', { 'Bundle-Format': 'binary', 'Bundle-Version': '2.0.0' });
  expect((await arweave.transactions.post(transaction)).status).toBe(200);
  expect((await get(`/${transaction.id}`)).text).toBe('no bundle at all');
  await expect
    .poll(() => host.facts('gateway'))
    .toContainEqual(expect.objectContaining({ kind: 'gateway.rejected', id: transaction.id, code: 'BUNDLE_BROKEN' }));
});

test('pages of GraphQL go through transactions and items alike', async () => {
  const signer = new ArweaveSigner(key);
  const ids: string[] = [];
  for (let number = 0; number < 6; number++) {
    if (number % 2 === 0) {
      const transaction = await signedTransaction(arweave, key, `n${number}`, { Mixed: 'yes' });
      await arweave.transactions.post(transaction);
      ids.push(transaction.id);
    } else {
      const item = createData(`n${number}`, signer, { tags: [{ name: 'Mixed', value: 'yes' }] });
      await item.sign(signer);
      await fetch(`${gateway}/tx`, { method: 'POST', body: new Uint8Array(item.getRaw()) });
      ids.push(item.id);
    }
  }
  const query = `query ($after: String, $sort: SortOrder) { transactions(tags: [{ name: "Mixed", values: ["yes"] }], first: 2, after: $after, sort: $sort) {
    count pageInfo { hasNextPage } edges { cursor node { id owner { address key } data { size } } } } }`;
  interface Page {
    readonly transactions: {
      count: string;
      pageInfo: { hasNextPage: boolean };
      edges: { cursor: string; node: { id: string; owner: object; data: { size: string } } }[];
    };
  }
  for (const sort of ['HEIGHT_ASC', 'HEIGHT_DESC']) {
    const seen: string[] = [];
    for (let after = '', more = true; more;) {
      const { transactions } = await graphql<Page>(query, { after, sort });
      expect(transactions.count).toBe('6');
      for (const { node } of transactions.edges) expect(node).toMatchObject({ owner: { address, key: key.n }, data: { size: '2' } });
      seen.push(...transactions.edges.map(({ node }) => node.id));
      after = transactions.edges.at(-1)?.cursor ?? '';
      more = transactions.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(sort === 'HEIGHT_ASC' ? ids : ids.toReversed());
  }
});

test('transactions that are not as they should be are refused, each with its reason', async () => {
  const good = (await signedTransaction(arweave, key, 'good', { A: 'b' })).toJSON() as Record<string, unknown>;
  const text = JSON.stringify(good);
  const cases: [unknown, number, string][] = [
    [text.slice(0, text.length / 2), 400, 'PARAMETER_INVALID'],
    ['{}', 400, 'TX_MALFORMED'],
    [{ ...good, format: 1 }, 400, 'TX_MALFORMED'],
    [{ ...good, format: '2' }, 400, 'TX_MALFORMED'],
    [{ ...good, reward: '-1' }, 400, 'TX_MALFORMED'],
    [{ ...good, quantity: '1e3' }, 400, 'TX_MALFORMED'],
    [{ ...good, quantity: '1' }, 400, 'TX_BAD_SIGNATURE'],
    [{ ...good, tags: [] }, 400, 'TX_BAD_SIGNATURE'],
    [{ ...good, id: 'A'.repeat(43) }, 400, 'TX_BAD_SIGNATURE'],
    [{ ...good, owner: 'A'.repeat(683) }, 400, 'TX_BAD_SIGNATURE'],
    [{ ...good, owner: 'AQAB' }, 400, 'TX_MALFORMED'],
    [{ ...good, target: '../../etc/passwd' }, 400, 'TX_MALFORMED'],
    [{ ...good, tags: Array.from({ length: 5000 }, () => ({ name: '', value: '' })) }, 400, 'TX_MALFORMED'],
    [{ ...good, tags: [{ name: 'QQ', value: 'A'.repeat(4000) }] }, 400, 'TX_MALFORMED'],
    [{ ...good, data: Buffer.from('evil').toString('base64url') }, 400, 'TX_DATA_ROOT'],
    [{ ...good, data: Buffer.from('longer than it says').toString('base64url') }, 400, 'TX_DATA_ROOT'],
  ];
  for (const [body, status, code] of cases) expect(await postJson('/tx', body)).toMatchObject({ status, code });
  const huge = await signedTransaction(arweave, key, 'x', {}, (transaction) => {
    Object.assign(transaction, { data_size: String(200 * MiB), reward: '900000000000000' });
  });
  expect(await postJson('/tx', { ...huge.toJSON(), data: '' })).toMatchObject({ status: 413, code: 'TX_TOO_LARGE' });
  expect(await postJson('/tx', { ...good, data: 'A'.repeat(18 * MiB) })).toMatchObject({ status: 413, code: 'TX_TOO_LARGE' });
  expect((await postJson('/tx', good)).status).toBe(200);
});

test('chunks that do not belong where they say are refused in the words that arweave-js acts on', async () => {
  const data = dataOf(600_000, 11);
  const transaction = await signedTransaction(arweave, key, data);
  const chunk = (index: number): Record<string, string> => transaction.getChunk(index, data);
  expect(await postJson('/chunk', chunk(0))).toMatchObject({ status: 400, error: 'data_root_not_found', code: 'CHUNK_REFUSED' });
  await postJson('/tx', { ...transaction.toJSON(), data: '' });
  const cases: [unknown, string][] = [
    ['{"data_root":', 'invalid_json'],
    [{ ...chunk(0), data_path: undefined }, 'invalid_json'],
    [{ ...chunk(0), data_path: '!' }, 'invalid_json'],
    [{ ...chunk(0), chunk: chunk(1)['chunk'] }, 'invalid_proof'],
    [{ ...chunk(0), data_path: chunk(1)['data_path'] }, 'invalid_proof'],
    [{ ...chunk(0), data_root: 'A'.repeat(43) }, 'invalid_proof'],
    [{ ...chunk(0), data_size: '500000' }, 'data_root_not_found'],
    [{ ...chunk(2), data_size: '700000' }, 'invalid_proof'],
    [{ ...chunk(0), offset: '600000' }, 'offset_too_big'],
    [{ ...chunk(0), data_path: 'AAAA' }, 'invalid_proof'],
    [{ ...chunk(0), data_path: 'A'.repeat(400_000) }, 'data_path_too_big'],
    [{ ...chunk(0), chunk: 'A'.repeat(400_000) }, 'chunk_too_big'],
  ];
  for (const [body, error] of cases) expect(await postJson('/chunk', body)).toMatchObject({ status: 400, error });
  expect((await postJson('/chunk', { ...chunk(0), more: 'x'.repeat(MiB) })).status).toBe(413);
  expect((await arweave.transactions.getStatus(transaction.id)).status).toBe(202);
  for (const index of [2, 0, 0, 1]) expect((await postJson('/chunk', chunk(index))).status).toBe(200);
  expect(Buffer.from(await arweave.chunks.downloadChunkedData(transaction.id)).equals(data)).toBe(true);
});
