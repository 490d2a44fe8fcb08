import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildItem, type SignedItem } from '../../node/item/build.ts';
import { nodeIn, type TestNode } from '../kit/node.ts';

const PROTOCOL = [
  { name: 'Data-Protocol', value: 'ao' },
  { name: 'Type', value: 'Message' },
];
const dataDir = mkdtempSync(join(tmpdir(), 'aoscope-hostile-'));
let made: TestNode;
let process_: string;
let [mu, gateway, muPort, gatewayPort] = ['', '', 0, 0];

beforeAll(async () => {
  made = await nodeIn(dataDir, { http: true });
  const { urls } = made.node;
  [mu, gateway] = [urls.mu ?? '', urls.gateway ?? ''];
  [muPort, gatewayPort] = [Number(new URL(mu).port), Number(new URL(gateway).port)];
  process_ = await made.spawn('Handlers.add("size", "Size", function(msg) msg.reply({ Data = tostring(#msg.Data) }) end)');
}, 60_000);
afterAll(async () => {
  await made?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

let anchors = 0;
const message = (data: string | Uint8Array): SignedItem =>
  buildItem(made.wallet, {
    target: process_,
    anchor: String(++anchors).padStart(32, '0'),
    tags: [{ name: 'Action', value: 'Size' }, ...PROTOCOL],
    data,
  });
const post = (url: string, bytes: Uint8Array): Promise<Response> => fetch(url, { method: 'POST', body: new Uint8Array(bytes) });
const goesOn = async (): Promise<void> => expect((await post(mu, message('ok').bytes)).status).toBe(202);
const opened = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', reject);
  });
/** Open files and sockets of this process, where the system tells. */
const descriptors = (): number | null => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : null);

it('five hundred connections that trickle heads and bodies keep nobody waiting', async () => {
  const sockets = await Promise.all(Array.from({ length: 500 }, (_, n) => opened(n % 2 === 0 ? muPort : gatewayPort)));
  for (const socket of sockets) socket.on('error', () => undefined);
  sockets.forEach((socket, n) =>
    socket.write(n % 3 === 0 ? 'POST / HTTP/1.1\r\nHost: 127' : 'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx'),
  );
  for (let round = 0; round < 3; round++) {
    sockets.forEach((socket) => socket.write('x'));
    await goesOn();
    expect((await fetch(`${gateway}/info`)).status).toBe(200);
  }
  for (const socket of sockets) socket.destroy();
  await goesOn();
}, 60_000);

it('clients that hang up in the middle of a body or of an answer leave nothing open', async () => {
  const large = buildItem(made.wallet, { tags: [], data: 'x'.repeat(4_000_000) });
  expect((await post(`${gateway}/tx`, large.bytes)).status).toBe(200);
  await goesOn();
  const before = descriptors();
  for (let round = 0; round < 40; round++) {
    const body = await opened(muPort);
    body.write('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500000\r\n\r\n');
    body.write(Buffer.alloc(1_000));
    body.destroy();
    const answer = await opened(gatewayPort);
    answer.write(`GET /raw/${large.id} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    await new Promise((resolve) => answer.once('data', resolve));
    answer.destroy();
  }
  await goesOn();
  if (before !== null) await expect.poll(descriptors, { timeout: 15_000 }).toBeLessThan(before + 20);
}, 60_000);

it('requests that come in one piece are answered one by one, in their order', async () => {
  const socket = await opened(gatewayPort);
  const paths = ['/info', '/nothing-here', '/tx_anchor', '/info', '/nothing-there'];
  socket.write(paths.map((path, n) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${n === 4 ? 'Connection: close\r\n' : ''}\r\n`).join(''));
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => socket.once('close', resolve));
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '404', '200', '200', '404']);
}, 60_000);

it('tags of exactly 4096 bytes are taken; one byte more is refused', async () => {
  const tagged = (length: number): SignedItem =>
    buildItem(made.wallet, {
      target: process_,
      anchor: String(++anchors).padStart(32, '0'),
      tags: [...PROTOCOL, { name: 'Long', value: 'x'.repeat(length) }],
      data: '',
    });
  const sizeOf = (item: SignedItem): number => item.bytes.length - message('').bytes.length;
  const room =
    4096 -
    (tagged(3_000).bytes.length -
      3_000 -
      buildItem(made.wallet, { target: process_, anchor: 'a'.repeat(32), tags: [], data: '' }).bytes.length);
  const full = tagged(room);
  expect(sizeOf(full)).toBeGreaterThan(3_900);
  expect((await post(mu, full.bytes)).status).toBe(202);
  expect(() => tagged(room + 1)).toThrow(expect.objectContaining({ code: 'ITEM_TAGS_TOO_LARGE' }) as Error);
  // By hand: the count of bytes stands behind target and anchor.
  const more = Buffer.from(full.bytes);
  more.writeBigUInt64LE(4097n, 2 + 64 + 32 + 33 + 33 + 8);
  expect(await (await post(mu, more)).json()).toMatchObject({ code: 'ITEM_TAGS_TOO_LARGE' });
}, 60_000);
