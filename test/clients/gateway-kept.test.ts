import type { JWKInterface } from 'arweave/node/lib/wallet.js';
import { beforeAll, expect, test } from 'vitest';
import { join } from 'node:path';
import { arweaveAt, dataOf, signedTransaction } from '../../node/gateway/arweave.fixture.ts';
import { createChunkStore, openChunk } from '../../node/gateway/chunks.ts';
import { startTestGateway } from '../../node/gateway/gateway.fixture.ts';
import { GATEWAY_SCHEMA } from '../../node/gateway/shelf.ts';
import { openDatabase } from '../../node/store/database.ts';

// What arweave-js posted, seen from within: over a restart, and as other units get it.

let key: JWKInterface;
let address: string;

beforeAll(async () => {
  const { wallets } = arweaveAt('http://127.0.0.1:1');
  key = await wallets.generate();
  address = await wallets.getAddress(key);
}, 60_000);

test('what was posted, pending or whole, survives', async () => {
  const folder = await startTestGateway();
  const client = arweaveAt(folder.url);
  const data = dataOf(600_000, 3);
  const transaction = await signedTransaction(client, key, data);
  const uploader = await client.transactions.getUploader(transaction);
  await uploader.uploadChunk();
  await uploader.uploadChunk();
  await client.api.get('mine/5');
  const { height } = (await client.network.getInfo()) as { height: number };
  const balance = await client.wallets.getBalance(address);
  await folder.close();
  const reopened = await startTestGateway(folder.dataDir);
  const later = arweaveAt(reopened.url);
  expect(await later.network.getInfo()).toMatchObject({ height });
  expect(await later.wallets.getBalance(address)).toBe(balance);
  expect((await later.transactions.getStatus(transaction.id)).status).toBe(202);
  for (let chunk = 1; chunk < 3; chunk++) expect((await later.api.post('chunk', transaction.getChunk(chunk, data))).status).toBe(200);
  expect(Buffer.from(await later.chunks.downloadChunkedData(transaction.id)).equals(data)).toBe(true);
  await reopened.end();
});

test('chunks in any order and at once; one that was complete when the gateway died is whole when it is back', async () => {
  const folder = await startTestGateway();
  const client = arweaveAt(folder.url);
  const [data, other] = [dataOf(1_500_000, 21), dataOf(600_000, 22)];
  const transaction = await signedTransaction(client, key, data);
  await client.api.post('tx', { ...(transaction.toJSON() as object), data: '' });
  const order = [3, 1, 5, 0, 2, 4, 5, 0];
  const answers = await Promise.all(order.map((index) => client.api.post('chunk', transaction.getChunk(index, data))));
  expect(answers.map(({ status }) => status)).toEqual(order.map(() => 200));
  expect(Buffer.from(await client.chunks.downloadChunkedData(transaction.id)).equals(data)).toBe(true);
  const killed = await signedTransaction(client, key, other);
  await client.api.post('tx', { ...(killed.toJSON() as object), data: '' });
  for (const index of [0, 1]) await client.api.post('chunk', killed.getChunk(index, other));
  await folder.close();
  // The last chunk is on disk; what follows from it is not.
  const database = openDatabase(join(folder.dataDir, 'gateway.db'), GATEWAY_SCHEMA, 'full');
  const last = await openChunk(killed.getChunk(2, other));
  createChunkStore(database).put(last.data, last.chunk);
  database.close();
  const reopened = await startTestGateway(folder.dataDir);
  const later = arweaveAt(reopened.url);
  expect((await later.transactions.getStatus(killed.id)).status).toBe(200);
  expect(Buffer.from(await later.chunks.downloadChunkedData(killed.id)).equals(other)).toBe(true);
  await reopened.end();
});

test('other units get a transaction in the form of an item', async () => {
  const gateway = await startTestGateway();
  const arweave = arweaveAt(gateway.url);
  const transaction = await signedTransaction(arweave, key, 'for a process', { Name: 'base layer' });
  await arweave.transactions.post(transaction);
  const found = await gateway.handlers['gateway.item']({ id: transaction.id as never }, new AbortController().signal);
  expect(found).toMatchObject({
    id: transaction.id,
    address,
    owner: key.n,
    signatureType: 1,
    data: 'for a process',
    tags: [{ name: 'Name', value: 'base layer' }],
  });
  await gateway.end();
});
