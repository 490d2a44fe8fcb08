import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWallet } from '../item/wallet.ts';
import { signed, startTestGateway, type TestGateway } from './gateway.fixture.ts';

const wallet = createWallet();
const TEXT = 'The quick brown fox';
const page = signed(wallet, { 'Content-Type': 'text/html; charset=utf-8' }, TEXT);
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
  await post('/tx', page.bytes);
});
afterAll(() => gateway.end());

function post(path: string, body: Uint8Array | string, type = 'application/octet-stream'): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'Content-Type': type },
  });
}
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(`${gateway.url}${path}`, { headers });

test.each(['/tx', '/tx/arweave', '/v1/tx', '/v1/tx/matic', '//tx/'])(
  'POST %s takes a data item and answers with a receipt',
  async (path) => {
    const { bytes, id } = signed(wallet, { Via: path });
    const response = await post(path, bytes);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id, timestamp: expect.any(Number), owner: wallet.address, winc: '0', version: '1.0.0' });
  },
);

test('data comes back as it is, with its type, from both addresses', async () => {
  for (const path of [`/${page.id}`, `/raw/${page.id}`]) {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    // It is somebody's page, and not one of this computer's.
    expect(response.headers.get('content-security-policy')).toMatch(/^sandbox (?!.*allow-same-origin)/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-length')).toBe(String(TEXT.length));
    expect(await response.text()).toBe(TEXT);
  }
});

test('HEAD tells type and length without the data', async () => {
  const response = await fetch(`${gateway.url}/${page.id}`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe(String(TEXT.length));
  expect(response.headers.get('accept-ranges')).toBe('bytes');
  expect(await response.text()).toBe('');
});

test.each([
  ['bytes=4-8', 'quick', 'bytes 4-8/19'],
  ['bytes=16-', 'fox', 'bytes 16-18/19'],
  ['bytes=-3', 'fox', 'bytes 16-18/19'],
  ['bytes=10-900', 'brown fox', 'bytes 10-18/19'],
])('range %s gives just that part', async (range, part, contentRange) => {
  const response = await get(`/raw/${page.id}`, { Range: range });
  expect(response.status).toBe(206);
  expect(response.headers.get('content-range')).toBe(contentRange);
  expect(await response.text()).toBe(part);
});

test('a range outside the data is 416, one that cannot be read gives the whole', async () => {
  const outside = await get(`/${page.id}`, { Range: 'bytes=19-30' });
  expect([outside.status, outside.headers.get('content-range')]).toEqual([416, 'bytes */19']);
  const odd = await get(`/${page.id}`, { Range: 'lines=1-2' });
  expect([odd.status, await odd.text()]).toEqual([200, TEXT]);
});

test('a tag that no header may carry is served as plain bytes; an empty item as nothing', async () => {
  const odd = signed(wallet, { 'Content-Type': 'text/plain\r\nSet-Cookie: a=b' }, '');
  await post('/tx', odd.bytes);
  const response = await get(`/${odd.id}`);
  expect(response.headers.get('content-type')).toBe('application/octet-stream');
  expect(response.headers.get('set-cookie')).toBeNull();
  expect([response.status, await response.text()]).toEqual([200, '']);
});

test('bad uploads are refused, each with its code', async () => {
  const whole = signed(wallet, { Action: 'Bad' }, 'content').bytes;
  const changed = Uint8Array.from(whole);
  changed[changed.length - 1] = 0;
  const unsigned = Uint8Array.from(whole);
  unsigned.fill(0, 2, 66);
  const endless = Uint8Array.from(whole);
  // The length of the first name, below zero.
  endless[2 + 64 + 32 + 2 + 16 + 1] = 5;
  const cases: [Uint8Array, string][] = [
    [endless, 'ITEM_MALFORMED'],
    [changed, 'ITEM_BAD_SIGNATURE'],
    [unsigned, 'ITEM_UNSIGNED'],
    [whole.subarray(0, 80), 'ITEM_TRUNCATED'],
    [new Uint8Array(), 'ITEM_TRUNCATED'],
    [Buffer.from('not an item at all'), 'ITEM_MALFORMED'],
  ];
  for (const [bytes, code] of cases) {
    const response = await post('/tx', bytes);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, code]);
  }
});

test('an upload over the limit is refused by its announced length and the gateway goes on', async () => {
  const response = await fetch(`${gateway.url}/tx`, { method: 'POST', body: new Uint8Array(100 * 1024 * 1024 + 1) });
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ code: 'ITEM_TOO_LARGE', error: expect.stringMatching(/at most 104,?857,?600/) });
  expect((await get('/info')).status).toBe(200);
});

test('the network tells one height everywhere', async () => {
  const info = (await (await get('/info')).json()) as { height: number; current: string };
  expect(await (await get('/')).json()).toEqual(info);
  expect(info.height).toBe(1_500_000);
  expect(await (await get('/tx_anchor')).text()).toBe(info.current);
  const status = await (await get(`/tx/${page.id}/status`)).json();
  expect(status).toEqual({ block_height: info.height, block_indep_hash: info.current, number_of_confirmations: 1 });
  expect(await (await get('/block/current')).json()).toMatchObject({ height: info.height, indep_hash: info.current });
});

test('what is not there is 404 with JSON', async () => {
  for (const path of [
    `/${'A'.repeat(43)}`,
    `/raw/${'A'.repeat(43)}`,
    `/tx/${'A'.repeat(43)}/status`,
    '/no/such/route',
    '/block/height/7',
  ]) {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: expect.any(String), cure: expect.any(String) });
  }
});

test('pages of any origin may ask, with any header, and read every header', async () => {
  const preflight = await fetch(`${gateway.url}/tx`, {
    method: 'OPTIONS',
    headers: {
      Origin: 'https://dapp.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type,x-own',
      'Access-Control-Request-Private-Network': 'true',
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type,x-own');
  expect(preflight.headers.get('access-control-allow-private-network')).toBe('true');
  for (const path of ['/info', '/no/such/route', `/${page.id}`]) {
    const response = await get(path, { Origin: 'https://dapp.example' });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-expose-headers')).toBe('*');
  }
});
