import { ArweaveSigner, bundleAndSignData, createData, type DataItem } from 'arbundles';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import wabt from 'wabt';
import { arweaveAt, signedTransaction } from '../../node/gateway/arweave.fixture.ts';
import { startHost, type ClientHost } from './host/host.ts';
import { createPerson, idOf, legacy, placesOf } from './aoconnect.ts';

const COUNTER = resolve(import.meta.dirname, '../../node/cu/vm/wasm/counter.wat');
const jwk = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' });
const signer = new ArweaveSigner(jwk as ConstructorParameters<typeof ArweaveSigner>[0]);
let made: ClientHost;
let gateway = '';
let bundler = '';

beforeAll(async () => {
  made = await startHost();
  [gateway, bundler] = [made.urls.gateway, made.bundler];
});
afterAll(() => made?.stop());

async function signedItem(data: string | Buffer, tags: { name: string; value: string }[] = []): Promise<DataItem> {
  const item = createData(data, signer, { tags });
  await item.sign(signer);
  return item;
}
const upload = async (url: string, item: DataItem): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: new Uint8Array(item.getRaw()),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

it.each(['/tx', '/tx/arweave', '/tx/matic', '/v1/tx', '/v1/tx/arweave', '/v1/tx/solana'])(
  'an item of arbundles is taken at %s of the upload port, and is there at both',
  async (path) => {
    const item = await signedItem(`through ${path}`, [{ name: 'Content-Type', value: 'text/plain' }]);
    const { status, body } = await upload(`${bundler}${path}`, item);
    expect([status, body['id'], typeof body['timestamp']]).toEqual([200, item.id, 'number']);
    for (const url of [gateway, bundler]) expect(await (await fetch(`${url}/${item.id}`)).text()).toBe(`through ${path}`);
  },
);

it('what is asked before an upload is answered at the upload port: who it is, what it costs, what one has', async () => {
  const { address } = { address: await arweaveAt(gateway).wallets.jwkToAddress(jwk as never) };
  expect(await (await fetch(`${bundler}/info`)).json()).toMatchObject({ version: 5, addresses: {} });
  expect(await (await fetch(`${bundler}/v1/info`)).json()).toMatchObject({ addresses: {} });
  expect(await (await fetch(`${bundler}/price/arweave/1000`)).text()).toBe('0');
  expect(await (await fetch(`${bundler}/v1/price/bytes/1000`)).json()).toMatchObject({ winc: '0' });
  expect(await (await fetch(`${bundler}/account/balance/arweave?address=${address}`)).json()).toMatchObject({ balance: '0' });
  expect(await (await fetch(`${bundler}/v1/account/balance/arweave?address=${address}`)).json()).toMatchObject({ winc: '0' });
});

it('a bundle of arbundles brings every item in it', async () => {
  const items = await Promise.all(['first', 'second'].map((text) => signedItem(text)));
  const bundle = await bundleAndSignData(items, signer);
  const tags = [
    { name: 'Bundle-Format', value: 'binary' },
    { name: 'Bundle-Version', value: '2.0.0' },
  ];
  expect((await upload(`${bundler}/tx`, await signedItem(bundle.getRaw(), tags))).status).toBe(200);
  for (const [at, text] of ['first', 'second'].entries()) expect(await (await fetch(`${gateway}/raw/${items[at]?.id}`)).text()).toBe(text);
});

it('a changed item is refused with its reason', async () => {
  const item = await signedItem('good');
  const raw = item.getRaw();
  raw[raw.length - 1] = 0;
  const response = await fetch(`${bundler}/tx`, { method: 'POST', body: new Uint8Array(raw) });
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { code: 'ITEM_BAD_SIGNATURE', error: expect.any(String) as string },
  ]);
});

it('aoconnect assigns data, and a transaction of the base layer once it is settled deep enough', { timeout: 60_000 }, async () => {
  const ao = legacy(placesOf(made.urls));
  const source = `ao.addAssignable("any", function() return true end)
    Handlers.add("given", function(msg) return msg.Target ~= ao.id end, function(msg) print("was given " .. msg.Data) end)`;
  const process = await made.spawn(source, [{ name: 'Settlement-Depth', value: '3' }]);
  const item = await signedItem('an item');
  await upload(`${bundler}/tx`, item);
  const output = async (assigned: unknown): Promise<string> => {
    const id = typeof assigned === 'string' ? assigned : (assigned as { id: string }).id;
    return JSON.stringify((await ao.result({ process, message: id })).Output);
  };
  expect(await output(await ao.assign({ process, message: item.id }))).toContain('was given an item');
  const arweave = arweaveAt(gateway);
  const transaction = await signedTransaction(arweave, jwk as never, 'a transaction');
  expect((await arweave.transactions.post(transaction)).status).toBe(200);
  await fetch(`${gateway}/mine/5`);
  expect(await output(await ao.assign({ process, message: transaction.id, baseLayer: true }))).toContain('was given a transaction');
  await expect(ao.assign({ process, message: 'x'.repeat(43), baseLayer: true })).rejects.toThrow(/^500: /);
});

it('a module that arweave-js puts on the base layer is one to spawn on', { timeout: 60_000 }, async () => {
  const ao = legacy(placesOf(made.urls));
  const arweave = arweaveAt(gateway);
  const { parseWat } = await wabt();
  const program = parseWat('counter.wat', readFileSync(COUNTER, 'utf8')).toBinary({}).buffer;
  const transaction = await signedTransaction(arweave, jwk as never, program, {
    'Data-Protocol': 'ao',
    Variant: 'ao.TN.1',
    Type: 'Module',
    'Module-Format': 'wasm32-unknown-unknown',
    'Input-Encoding': 'JSON-1',
    'Output-Encoding': 'JSON-1',
    'Memory-Limit': '64-mb',
    'Compute-Limit': '9000000000',
    'Content-Type': 'application/wasm',
  });
  expect((await arweave.transactions.post(transaction)).status).toBe(200);
  await fetch(`${gateway}/mine`);
  const process = idOf(await ao.spawn({ module: transaction.id, scheduler: made.scheduler, signer: createPerson() }));
  expect((await ao.result({ process, message: process })).Output).toEqual({ data: 'counted 1' });
});
