import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWallet } from '../item/wallet.ts';
import { signed, startTestGateway, type TestGateway } from './gateway.fixture.ts';

const wallet = createWallet();
const [page, script, lost] = ['page', 'script', 'lost'].map((text) => signed(wallet, { 'Content-Type': `text/${text}` }, text));
const ids = { page: page?.id ?? '', script: script?.id ?? '', lost: lost?.id ?? '' };
const nowhere = 'N'.repeat(43);
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
  for (const item of [page, script, lost])
    if (item !== undefined) await gateway.handlers['gateway.upload']({ item: item.raw }, new AbortController().signal);
});
afterAll(() => gateway.end());

async function manifest(content: unknown, type = 'application/x.arweave-manifest+json'): Promise<string> {
  const { raw, id } = signed(wallet, { 'Content-Type': type }, typeof content === 'string' ? content : JSON.stringify(content));
  await gateway.handlers['gateway.upload']({ item: raw }, new AbortController().signal);
  return id;
}
async function get(path: string, init: RequestInit = {}): Promise<{ status: number; text: string; type: string | null }> {
  const response = await fetch(`${gateway.url}${path}`, init);
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
}
const paths = {
  'index.html': { id: ids.page },
  'js/app.js': { id: ids.script },
  'a b/ü.txt': { id: ids.script },
  gone: { id: nowhere },
  ['__proto__']: { id: ids.script },
};
const site = { manifest: 'arweave/paths', version: '0.2.0', index: { path: 'index.html' }, fallback: { id: ids.lost }, paths };

test('a manifest is its index behind a slash, each path its item, and anything else its fallback', async () => {
  const id = await manifest(site);
  const bare = await fetch(`${gateway.url}/${id}?a=b`, { redirect: 'manual' });
  expect([bare.status, bare.headers.get('location')]).toEqual([301, `/${id}/?a=b`]);
  expect(await get(`/${id}`)).toEqual({ status: 200, text: 'page', type: 'text/page' });
  expect(await get(`/${id}/`)).toMatchObject({ text: 'page' });
  expect(await get(`/${id}/index.html`)).toMatchObject({ text: 'page' });
  expect(await get(`/${id}/js/app.js?v=1`)).toMatchObject({ text: 'script', type: 'text/script' });
  expect(await get(`/${id}/js/app.js/`)).toMatchObject({ text: 'script' });
  expect(await get(`/${id}/a%20b/%C3%BC.txt`)).toMatchObject({ text: 'script' });
  expect(await get(`/${id}/js//app.js`)).toMatchObject({ text: 'lost' });
  expect(await get(`/${id}/constructor`)).toMatchObject({ text: 'lost' });
  expect(await get(`/${id}/js/app.js`, { headers: { Range: 'bytes=0-2' } })).toMatchObject({ status: 206, text: 'scr' });
  expect((await fetch(`${gateway.url}/${id}/js/app.js`, { method: 'HEAD' })).headers.get('content-length')).toBe('6');
});

test('/raw gives the manifest itself', async () => {
  const id = await manifest(site);
  expect(JSON.parse((await get(`/raw/${id}`)).text)).toMatchObject({ manifest: 'arweave/paths' });
});

test('paths that lead nowhere are 404: unknown without a fallback, items that are not there, no index', async () => {
  const id = await manifest({ manifest: 'arweave/paths', version: '0.1.0', paths });
  for (const path of ['', '/', '/unknown', '/gone', '/constructor', '/..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/index.html']) {
    expect([path, (await get(`/${id}${path}`)).status]).toEqual([path, 404]);
  }
  expect((await get(`/${id}/%ff`)).status).toBe(400);
  expect((await get(`/${ids.page}/index.html`)).status).toBe(404);
  expect((await get(`/${nowhere}/index.html`)).status).toBe(404);
});

test('an index by id, and the manifests of Irys', async () => {
  expect((await get(`/${await manifest({ ...site, index: { id: ids.script } })}/`)).text).toBe('script');
  expect((await get(`/${await manifest({ ...site, manifest: 'irys/paths' }, 'application/x.irys-manifest+json')}/`)).text).toBe('page');
});

test.each([
  '{',
  '[]',
  'null',
  '{"manifest":"arweave/paths"}',
  JSON.stringify({ ...site, manifest: 'other' }),
  JSON.stringify({ ...site, paths: { x: { id: 'short' } } }),
  JSON.stringify({ ...site, paths: { x: 1 } }),
  JSON.stringify({ ...site, fallback: 'x' }),
])('a manifest that cannot be read leads nowhere and stays readable as it is: %s', async (content) => {
  const id = await manifest(content);
  expect((await get(`/${id}`)).status).toBe(404);
  expect((await get(`/${id}/index.html`)).status).toBe(404);
  expect((await get(`/raw/${id}`)).text).toBe(content);
});

test('the same JSON under another type is just data', async () => {
  const id = await manifest(site, 'application/json');
  expect(JSON.parse((await get(`/${id}`)).text)).toMatchObject({ manifest: 'arweave/paths' });
});
