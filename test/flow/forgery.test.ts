import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../node/contract/commands.ts';
import { toProcessId, type ProcessId } from '../../node/contract/ids.ts';
import type { Tag } from '../../node/contract/item.ts';
import { buildItem, type SignedItem } from '../../node/item/build.ts';
import { BUNDLE_TAGS, writeBundle } from '../../node/item/bundle.ts';
import { createWallet } from '../../node/item/wallet.ts';
import { nodeIn, type TestNode } from '../kit/node.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'aoscope-forgery-'));
let made: TestNode;
let sender: ProcessId;
let purse: ProcessId;
let urls: { readonly mu: string; readonly su: string; readonly cu: string; readonly gateway: string; readonly upload: string };

beforeAll(async () => {
  made = await nodeIn(dataDir, { http: true });
  const { mu, su, cu, gateway } = made.node.urls;
  urls = { mu: mu ?? '', su: su ?? '', cu: cu ?? '', gateway: gateway ?? '', upload: made.node.opened.gateway.uploadUrl ?? '' };
  sender = await made.spawn('');
  purse = await made.spawn(`balance = 100
    Handlers.add("spend", function(msg) return msg.Action == "Spend" and msg.From == "${sender}" end, function() balance = balance - 1 end)`);
}, 60_000);
afterAll(async () => {
  await made?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

let anchors = 0;
const anchor = (): string => String(++anchors).padStart(32, 'f');
const typed = (type: string, ...more: Tag[]): Tag[] => [
  { name: 'Data-Protocol', value: 'ao' },
  { name: 'Variant', value: 'ao.TN.1' },
  { name: 'Type', value: type },
  ...more,
];
const message = (action: string, data: string | Uint8Array = '', ...more: Tag[]): SignedItem =>
  buildItem(made.wallet, { target: purse, anchor: anchor(), tags: typed('Message', { name: 'Action', value: action }, ...more), data });
interface Told {
  readonly status: number;
  readonly code: string | null;
}
const post = async (url: string, body: Uint8Array | string): Promise<Told> =>
  told(await fetch(url, { method: 'POST', body: typeof body === 'string' ? body : new Uint8Array(body) }));
const remove = async (url: string, body: Uint8Array | string): Promise<Told> =>
  told(await fetch(url, { method: 'DELETE', body: typeof body === 'string' ? body : new Uint8Array(body) }));
async function told(response: Response): Promise<Told> {
  return { status: response.status, code: codeOf(await response.text()) };
}
function codeOf(text: string): string | null {
  return text.startsWith('{') ? ((JSON.parse(text) as { readonly code?: string }).code ?? null) : null;
}
const slotLatest = async (): Promise<number> => (await made.node.ask('su.process', { process: purse })).slotLatest;
const balance = async (): Promise<string> => made.evaluate(purse, 'return balance');

describe('who a message is from', () => {
  const claims = (): Tag[] => [
    { name: 'From-Process', value: sender },
    { name: 'From-Module', value: made.module },
    { name: 'From', value: sender },
    { name: 'Owner', value: made.node.opened.mu.address ?? '' },
    { name: 'Forwarded-By', value: made.node.opened.mu.address ?? '' },
    { name: 'Pushed-For', value: sender },
    { name: 'Stand-In-Authority', value: made.wallet.address },
  ];

  it('is no matter of its tags: a person who claims to be a process is not trusted, through either door', async () => {
    for (const door of [urls.mu, urls.su]) {
      const forged = message('Spend', '', ...claims());
      expect((await post(door, forged.bytes)).status).toBeLessThan(300);
      const { assignment } = await made.node.ask('su.find', { process: purse, id: forged.id });
      expect(JSON.stringify((await made.result(purse, assignment.slot)).output)).toContain('not trusted');
    }
    expect(await balance()).toBe('100');
    // The process itself is heard.
    await made.evaluate(sender, `ao.send({ Target = "${purse}", Action = "Spend" })`);
    await made.idle();
    expect(await balance()).toBe('99');
  });

  it('is what was signed: no door takes an item whose owner, data or signature was changed', async () => {
    const good = Buffer.from(message('Spend', 'one').bytes);
    const slots = await slotLatest();
    const [signature, owner, data] = [10, 2 + 64 + 10, good.length - 1];
    for (const at of [signature, owner, data]) {
      const changed = Buffer.from(good);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const doors = [urls.mu, urls.su, `${urls.mu}/monitor/${purse}`, ...uploads(urls.gateway), ...uploads(urls.upload)];
      for (const door of doors) expect([door, (await post(door, changed)).code]).toEqual([door, 'ITEM_BAD_SIGNATURE']);
    }
    expect(await slotLatest()).toBe(slots);
  });
});

const uploads = (base: string): string[] => ['/tx', '/tx/arweave', '/v1/tx', '/v1/tx/solana'].map((path) => base + path);

describe('assignments and bundles of strangers', () => {
  it('enter no log, whichever door they knock at', async () => {
    const slots = await slotLatest();
    const { entries } = await made.node.ask('su.log', { process: purse, from: slots as never, limit: 1 });
    const last = entries[0]?.assignment;
    if (last === undefined) throw new Error('no slot');
    const tags = typed('Assignment', { name: 'Process', value: purse }, { name: 'Nonce', value: String(slots + 1) });
    const forged = buildItem(made.wallet, { target: purse, anchor: anchor(), tags, data: '' });
    const inner = message('Spend', '', { name: 'From-Process', value: sender });
    const data = writeBundle([forged, inner]);
    const bundle = buildItem(made.wallet, { tags: [...BUNDLE_TAGS, ...typed('Message')], target: purse, data });
    for (const door of [urls.mu, urls.su]) expect((await post(door, forged.bytes)).code).toBe('ITEM_BAD_TYPE');
    for (const door of [`${urls.gateway}/tx`, `${urls.upload}/v1/tx`]) expect((await post(door, bundle.bytes)).status).toBe(200);
    expect(await slotLatest()).toBe(slots);
    await expect(made.node.ask('su.find', { process: purse, id: inner.id })).rejects.toMatchObject({ code: 'MESSAGE_UNKNOWN' });
    expect(await made.node.ask('cu.verify', { process: purse })).toMatchObject({ firstDifference: null });
  });

  it('whose insides are forged leave nothing behind', async () => {
    const sound = buildItem(made.wallet, { anchor: anchor(), tags: [], data: 'sound' });
    const broken = Buffer.from(buildItem(made.wallet, { anchor: anchor(), tags: [], data: 'broken' }).bytes);
    broken[20] = (broken[20] ?? 0) ^ 1;
    const cases = [writeBundle([sound, { id: sound.id, bytes: broken }]), writeBundle([sound, { id: made.module, bytes: sound.bytes }])];
    for (const data of cases) {
      const bundle = buildItem(made.wallet, { tags: BUNDLE_TAGS, data });
      for (const door of [...uploads(urls.gateway), ...uploads(urls.upload)]) {
        const { status, code } = await post(door, bundle.bytes);
        expect([door, status, code]).toEqual([door, 400, 'BUNDLE_BROKEN']);
      }
      for (const { id } of [bundle, sound]) expect((await fetch(`${urls.gateway}/raw/${id}`)).status).toBe(404);
    }
  });

  it('that are bombs are refused at once', async () => {
    const one = buildItem(made.wallet, { tags: [], data: '' });
    const number = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
    const id = Buffer.from(one.id, 'base64url');
    const bombs: Readonly<Record<string, Uint8Array>> = {
      'a count beyond all numbers': Buffer.concat([number(2n ** 256n - 1n), one.bytes]),
      'a count that overflows its headers': Buffer.concat([number(2n ** 58n), one.bytes]),
      'a count without items': Buffer.concat([number(100_000n), one.bytes]),
      'a size beyond the end': Buffer.concat([number(1n), number(2n ** 64n - 1n), id, one.bytes]),
      'sizes that overflow together': Buffer.concat([number(2n), number(2n ** 63n), id, number(2n ** 63n), id, one.bytes]),
      'more items than one upload may hold': writeBundle(Array.from({ length: 50_001 }, () => one)),
    };
    for (const [name, data] of Object.entries(bombs)) {
      const bundle = buildItem(made.wallet, { tags: BUNDLE_TAGS, data });
      const { status, code } = await post(`${urls.upload}/tx`, bundle.bytes);
      expect([name, status, code]).toEqual([name, 400, 'BUNDLE_BROKEN']);
    }
  }, 60_000);

  it('that are nested without end are kept as they are, opened only so deep', async () => {
    const innermost = buildItem(made.wallet, { anchor: anchor(), tags: [], data: 'innermost' });
    const shells: SignedItem[] = [innermost];
    for (let depth = 0; depth < 60; depth++) {
      const inside = shells[0] ?? innermost;
      shells.unshift(buildItem(made.wallet, { anchor: anchor(), tags: BUNDLE_TAGS, data: writeBundle([inside]) }));
    }
    const outermost = shells[0] ?? innermost;
    expect((await post(`${urls.upload}/tx`, outermost.bytes)).status).toBe(200);
    const found = await Promise.all(shells.map(async ({ id }) => (await fetch(`${urls.gateway}/raw/${id}`)).status));
    expect(found.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
    expect(found.slice(20)).toEqual(Array(shells.length - 20).fill(404));
  });
});

describe('monitors', () => {
  it('are asked for by a signed item to the process, and nothing else changes them', async () => {
    const address = `${urls.mu}/monitor/${purse}`;
    expect((await post(address, '')).status).toBe(400);
    expect((await post(address, 'no item')).status).toBeGreaterThanOrEqual(400);
    const other = buildItem(made.wallet, { target: sender, anchor: anchor(), tags: typed('Message'), data: '' });
    expect((await post(address, other.bytes)).code).toBe('PARAMETER_INVALID');
    const nobody = toProcessId(`${'n'.repeat(42)}A`);
    const toNobody = buildItem(made.wallet, { target: nobody, anchor: anchor(), tags: typed('Message'), data: '' });
    expect((await post(`${urls.mu}/monitor/${nobody}`, toNobody.bytes)).code).toBe('PROCESS_UNKNOWN');
    expect((await made.node.ask('mu.monitors', {})).processes).toEqual([]);
    // Whoever it is may watch any process, as on the network: it pushes what the process sends, and nothing of the asker's.
    const stranger = createWallet();
    const slots = await slotLatest();
    const asking = buildItem(stranger, {
      target: purse,
      anchor: anchor(),
      tags: typed('Message', { name: 'Action', value: 'Spend' }),
      data: '',
    });
    expect((await post(address, asking.bytes)).status).toBe(200);
    expect((await post(address, asking.bytes)).code).toBe('MONITOR_EXISTS');
    expect((await remove(address, 'no item')).status).toBeGreaterThanOrEqual(400);
    expect((await made.node.ask('mu.monitors', {})).processes).toEqual([purse]);
    expect(await slotLatest()).toBe(slots);
    expect((await remove(address, asking.bytes)).status).toBe(200);
  });
});

/** As anybody's program would ask, with any headers one likes. */
const ask = (base: string, path: string, headers: Readonly<Record<string, string>>): Promise<Told> =>
  new Promise((resolve, reject) => {
    const asked = request(base + path, { headers: { Connection: 'close', ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, code: codeOf(text) }));
    });
    asked.on('error', reject);
    asked.end();
  });

describe('every port', () => {
  it('answers to no other name than this machine, so that no page of a foreign site that points here gets an answer', async () => {
    for (const [unit, base] of Object.entries(urls)) {
      const path = unit === 'gateway' || unit === 'upload' ? '/info' : '/';
      for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', '0.0.0.0', '[::]'])
        expect([unit, host, await ask(base, path, { Host: host })]).toEqual([unit, host, { status: 403, code: 'HOST_REFUSED' }]);
      for (const host of ['127.0.0.1', 'LOCALHOST:4001', '[::1]:1'])
        expect([unit, host, (await ask(base, path, { Host: host })).status]).toEqual([unit, host, 200]);
      // Any page may ask a node that is meant for pages; it gets no cookie and no key for it.
      expect((await ask(base, path, { Host: '127.0.0.1', Origin: 'https://evil.example' })).status).toBe(200);
    }
  });

  it('refuses bodies over its limit with 413 and a code, whether they say how long they are or not', async () => {
    const { itemBytes } = DEFAULT_LIMITS;
    const over = new Uint8Array(itemBytes + 1);
    const stream = (): ReadableStream<Uint8Array> => new Blob([over]).stream();
    for (const [door, code] of [
      [urls.mu, 'ITEM_TOO_LARGE'],
      [urls.su, 'ITEM_TOO_LARGE'],
      [`${urls.mu}/monitor/${purse}`, 'ITEM_TOO_LARGE'],
      [`${urls.cu}/dry-run?process-id=${purse}`, 'BODY_TOO_LARGE'],
    ] as const) {
      expect([door, await post(door, over)]).toEqual([door, { status: 413, code }]);
      const streamed = await fetch(door, { method: 'POST', body: stream(), duplex: 'half' } as RequestInit);
      expect([door, streamed.status, ((await streamed.json()) as { code: string }).code]).toEqual([door, 413, code]);
    }
    // And takes what is exactly as large as an item may be.
    const overhead = message('Size').bytes.length;
    const largest = message('Size', new Uint8Array(itemBytes - overhead));
    expect(largest.bytes.length).toBe(itemBytes);
    expect((await post(urls.mu, largest.bytes)).status).toBe(202);
    const { assignment } = await made.node.ask('su.find', { process: purse, id: largest.id });
    expect((await made.result(purse, assignment.slot)).error).toBeNull();
  }, 120_000);
});
