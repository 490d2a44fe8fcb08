import { describe, expect, it } from 'vitest';
import { arweaveAt, dataOf, signedTransaction } from '../../node/gateway/arweave.fixture.ts';
import { toItemId } from '../../node/contract/ids.ts';
import { buildItem } from '../../node/item/build.ts';
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

  it('gives nothing that is not what its signer signed, and two that name each other end', async () => {
    const { createServer } = await import('node:http');
    const { createWallet } = await import('../../node/item/wallet.ts');
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
});
