import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWallet } from '../item/wallet.ts';
import { signed, startTestGateway, type TestGateway } from './gateway.fixture.ts';

const wallet = createWallet();
const { bytes, id } = signed(wallet, { Parted: 'yes' }, 'p'.repeat(50_000));
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.end());

async function ask(path: string, body?: Uint8Array | string): Promise<{ status: number; body: Record<string, unknown> }> {
  const init =
    body === undefined
      ? {}
      : {
          method: 'POST',
          body: typeof body === 'string' ? body : new Uint8Array(body),
          headers: { 'Content-Type': 'application/octet-stream' },
        };
  const response = await fetch(`${gateway.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text } };
}

test('what the SDKs ask before they upload: nothing costs, nobody needs credits', async () => {
  expect((await ask('/price/ethereum/1000?address=0x00')).body).toEqual({ text: '0' });
  expect((await ask('/v1/price/bytes/1000')).body).toEqual({ winc: '0', adjustments: [], fees: [] });
  for (const root of ['', '/v1'])
    expect((await ask(`${root}/account/balance/arweave?address=x`)).body).toMatchObject({ winc: '0', balance: '0' });
  for (const path of ['/info', '/v1/info']) expect((await ask(path)).body).toMatchObject({ addresses: {} });
});

test('an upload in parts, in any order, ended as Turbo does', async () => {
  const { body: begun } = await ask('/v1/chunks/arweave/-1/-1?chunkSize=20000');
  expect(begun).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{32}$/) as string, chunkSize: 20_000 });
  const upload = String(begun['id']);
  for (const offset of [40_000, 0, 20_000])
    expect((await ask(`/v1/chunks/arweave/${upload}/${offset}`, bytes.subarray(offset, offset + 20_000))).status).toBe(200);
  expect((await ask(`/v1/chunks/arweave/${upload}/status`)).body).toMatchObject({ status: 'ASSEMBLING' });
  expect((await ask(`/v1/chunks/arweave/${upload}/finalize`, '')).status).toBe(200);
  expect((await ask(`/v1/chunks/arweave/${upload}/status`)).body).toMatchObject({
    status: 'FINALIZED',
    receipt: { id, owner: wallet.address },
  });
  expect((await ask(`/${id}`)).body['text']).toBe('p'.repeat(50_000));
});

test('an upload in parts that is gone on with, ended as Irys does', async () => {
  const other = signed(wallet, { Parted: 'irys' }, 'q'.repeat(50_000));
  const upload = String((await ask('/chunks/ethereum/-1/-1')).body['id']);
  await ask(`/chunks/ethereum/${upload}/0`, other.bytes.subarray(0, 30_000));
  expect((await ask(`/chunks/ethereum/${upload}/-1`)).body).toMatchObject({ size: 30_000, chunks: [[0, 30_000]] });
  await ask(`/chunks/ethereum/${upload}/30000`, other.bytes.subarray(30_000));
  expect(await ask(`/chunks/ethereum/${upload}/-1`, '')).toMatchObject({ status: 200, body: { id: other.id } });
});

test('parts that do not fit are refused: unknown uploads, gaps, too much, what is no item', async () => {
  const none = '0'.repeat(32);
  for (const [path, body] of [
    [`/chunks/a/${none}/-1`],
    [`/chunks/a/${none}/0`, 'x'],
    [`/chunks/a/${none}/finalize`, ''],
    [`/chunks/a/${none}/status`],
  ] as const)
    expect(await ask(path, body)).toMatchObject({ status: 404, body: { code: 'UPLOAD_UNKNOWN' } });
  const upload = String((await ask('/chunks/a/-1/-1')).body['id']);
  expect(await ask(`/chunks/a/${upload}/200000000`, 'x')).toMatchObject({ status: 413, body: { code: 'ITEM_TOO_LARGE' } });
  await ask(`/chunks/a/${upload}/10`, bytes.subarray(10, 20));
  expect(await ask(`/chunks/a/${upload}/finalize`, '')).toMatchObject({ status: 400, body: { code: 'ITEM_TRUNCATED' } });
  await ask(`/chunks/a/${upload}/0`, bytes.subarray(0, 10));
  expect((await ask(`/chunks/a/${upload}/finalize`, '')).status).toBe(400);
  expect(await ask('/chunks/a/-1/0', 'x')).toMatchObject({ status: 404, body: { code: 'UPLOAD_UNKNOWN' } });
});

test('many uploads that nobody ends make room for new ones', async () => {
  const first = String((await ask('/chunks/a/-1/-1')).body['id']);
  for (let count = 0; count < 64; count++) await ask('/chunks/a/-1/-1');
  expect((await ask(`/chunks/a/${first}/-1`)).status).toBe(404);
});
