import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { arweaveAt, dataOf, signedTransaction } from '../../node/gateway/arweave.fixture.ts';
import { toItemId } from '../../node/contract/ids.ts';
import { buildItem } from '../../node/item/build.ts';
import { createWallet } from '../../node/item/wallet.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const LATER = 'B'.repeat(42) + 'A';

async function two(): Promise<{ real: TestNode; local: TestNode; url: string; here: string }> {
  const real = await startNode({ http: true });
  const url = real.node.urls.gateway ?? '';
  const local = await startNode({ http: true, network: { readThrough: url } });
  return { real, local, url, here: local.node.urls.gateway ?? '' };
}

describe('a gateway behind the local one', { timeout: 120_000 }, () => {
  it('is asked for items and transactions by id, which are verified and kept', async () => {
    const { real, local, url, here } = await two();
    const item = buildItem(real.wallet, {
      tags: [{ name: 'Content-Type', value: 'text/plain' }],
      anchor: 'a'.repeat(32),
      data: 'from afar',
    });
    await real.node.ask('gateway.upload', { item: item.raw });
    const arweave = arweaveAt(url);
    const key = await arweave.wallets.generate();
    const transaction = await signedTransaction(arweave, key, dataOf(600_000), { Title: 'deep' });
    expect((await arweave.transactions.post(transaction)).status).toBe(200);
    await fetch(`${url}/mine/30`);

    expect(await (await fetch(`${here}/raw/${item.id}`)).text()).toBe('from afar');
    expect(Buffer.from(await (await fetch(`${here}/${transaction.id}`)).arrayBuffer())).toEqual(Buffer.from(dataOf(600_000)));
    const listed = await fetch(`${here}/graphql`, {
      method: 'POST',
      body: JSON.stringify({ query: `{ transactions(ids: ["${item.id}", "${transaction.id}"]) { edges { node { id } } } }` }),
    });
    expect(await listed.json()).toMatchObject({ data: { transactions: { edges: [{}, {}] } } });
    expect(await local.node.ask('gateway.settled', { id: toItemId(transaction.id) })).toEqual({ isTransaction: true, confirmations: 31 });

    const process = await local.spawn(
      'ao.addAssignable({ Title = "deep" }); Handlers.add("deep", { Title = "deep" }, function(m) Got = m.Id end)',
    );
    await local.node.ask('mu.assign', { process, message: toItemId(transaction.id), baseLayer: true, exclude: ['Data'] });
    await local.idle();
    expect(await local.evaluate(process, 'return Got')).toBe(transaction.id);

    // Kept: it is there when the other one is gone.
    await real.stop();
    expect(await (await fetch(`${here}/raw/${item.id}`)).text()).toBe('from afar');
    expect((await fetch(`${here}/raw/${LATER}`)).status).toBe(404);
    expect((await fetch(`${here}/tx/${LATER}/status`)).status).toBe(404);
  });

  it('gives nothing that is not what its signer signed', async () => {
    const honest = buildItem(createWallet(), { tags: [], data: 'true' });
    const bytes = Buffer.from(honest.bytes);
    const liar = createServer((request, response) => {
      if (request.url === '/graphql')
        response.end(
          JSON.stringify({
            data: {
              transaction: {
                signature: bytes.subarray(2, 66).toString('base64url'),
                owner: { key: bytes.subarray(66, 98).toString('base64url') },
                anchor: '',
                recipient: '',
                tags: [],
              },
            },
          }),
        );
      else if (request.url?.startsWith('/raw/') === true) response.end('false');
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
    const address = liar.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const made = await startNode({ http: true, network: { readThrough: `http://127.0.0.1:${port}` } });
    expect((await fetch(`${made.node.urls.gateway}/raw/${honest.id}`)).status).toBe(404);
    expect(await made.facts('gateway')).toContainEqual(
      expect.objectContaining({ kind: 'gateway.rejected', id: honest.id, code: 'ITEM_BAD_SIGNATURE' }),
    );
    liar.close();
    liar.closeAllConnections();
  });

  it('that has this one behind itself is not asked in a circle: each gives the other what it has, and what neither has is not there', async () => {
    const way = await startWay();
    const one = await startNode({ http: true, network: { readThrough: way.url } });
    const other = await startNode({ http: true, network: { readThrough: one.node.urls.gateway ?? '' } });
    way.leadTo(other.node.urls.gateway ?? '');
    const [here, there] = [one, other].map(({ node }) => node.urls.gateway ?? '');
    const items = [one, other].map(({ wallet }) => buildItem(wallet, { tags: [], data: 'of one of them' }));
    await one.node.ask('gateway.upload', { item: items[0]?.raw ?? '' });
    await other.node.ask('gateway.upload', { item: items[1]?.raw ?? '' });
    expect(await (await fetch(`${there}/raw/${items[0]?.id}`)).text()).toBe('of one of them');
    expect(way.asked).toEqual([]);
    expect(await (await fetch(`${here}/raw/${items[1]?.id}`)).text()).toBe('of one of them');
    expect(way.asked.splice(0)).toEqual([`/tx/${items[1]?.id}`, '/graphql', `/raw/${items[1]?.id}`]);

    // Each asks the other once, although both are asked at the same time.
    const statuses = await Promise.all([here, there, here, there].map(async (url) => (await fetch(`${url}/raw/${LATER}`)).status));
    expect(statuses).toEqual([404, 404, 404, 404]);
    expect(way.asked).toEqual([`/tx/${LATER}`, '/graphql']);
  });
});

/** An address that leads to another one, told later; it writes down what is asked for. */
async function startWay(): Promise<{ readonly url: string; readonly asked: string[]; leadTo(url: string): void }> {
  let target = '';
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { method = 'GET', headers } = request;
    const onward = ask(new URL(request.url ?? '', target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, leadTo: (url) => void (target = url) };
}
