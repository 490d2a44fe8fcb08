import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../node/contract/commands.ts';
import { DEFAULT_NETWORK } from '../../node/contract/network.ts';
import { openGateway } from '../../node/gateway/open.ts';
import { createShelf, GATEWAY_SCHEMA } from '../../node/gateway/shelf.ts';
import { buildItem } from '../../node/item/build.ts';
import { trustItem } from '../../node/item/parse.ts';
import type { Wallet } from '../../node/item/wallet.ts';
import { openDatabase } from '../../node/store/database.ts';
import { newWallet, row } from './kit.ts';

const ITEMS = 100_000;
const BATCH = 5_000;
const UPLOADS = 1_500;
const CLIENTS = 8;
const QUERY_AIM_MS = 20;
const REPEATS = 15;
/** Two minutes of the chain for every so many items. */
const ITEMS_PER_BLOCK = 100;
const FIRST_BLOCK = 1_000_000;
const PROCESSES = 100;

const dataDir = mkdtempSync(join(tmpdir(), 'aoscope-bench-'));
const agent = new Agent({ keepAlive: true });

/** Signs nothing: the shelf takes what other units have verified, and only the ids have to differ. */
const unchecked = (): Wallet => ({ ...newWallet(), sign: () => randomBytes(64) });

/** Fills the gateway's shelf as uploads do, 100 items of an ao network to a block. @returns ids to ask for */
function fill(): { readonly id: string; readonly owner: string; readonly target: string } {
  const database = openDatabase(join(dataDir, 'gateway.db'), GATEWAY_SCHEMA, 'normal');
  const shelf = createShelf(database);
  const wallets = Array.from({ length: 20 }, unchecked);
  const targets = Array.from({ length: PROCESSES }, () => randomBytes(32).toString('base64url'));
  let last = { id: '', owner: '', target: '' };
  for (let from = 0; from < ITEMS; from += BATCH) {
    database.transaction(() => {
      for (let n = from; n < from + BATCH; n++) {
        const wallet = wallets[n % wallets.length];
        const target = targets[n % PROCESSES] ?? '';
        if (wallet === undefined) throw new Error('no wallet');
        const tags = [
          { name: 'Data-Protocol', value: 'ao' },
          { name: 'Type', value: n % 10 === 0 ? 'Process' : 'Message' },
          { name: 'Action', value: `Action-${n % 50}` },
          { name: 'Rare', value: `value ${n % 20_000}` },
          { name: 'From-Process', value: target },
        ];
        const { bytes } = buildItem(wallet, { target, tags, data: 'x'.repeat(100) });
        const item = trustItem(bytes);
        shelf.put(bytes, [{ item, start: 0, size: bytes.length, bundledIn: null }], FIRST_BLOCK + Math.floor(n / ITEMS_PER_BLOCK));
        if (n === ITEMS >> 1) last = { id: item.id, owner: item.address, target };
      }
    });
  }
  database.close();
  return last;
}

function post(url: string, type: string, body: Uint8Array | string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'Content-Type': type } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        if ((response.statusCode ?? 500) >= 300) reject(new Error(text));
        else resolve(text);
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

interface Page {
  readonly pageInfo: { readonly hasNextPage: boolean };
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
}

async function transactions(url: string, args: string): Promise<Page> {
  const query = `{ transactions(${args}) { pageInfo { hasNextPage } edges { cursor node { id owner { address } recipient tags { name value } block { height } } } } }`;
  const answer = JSON.parse(await post(`${url}/graphql`, 'application/json', JSON.stringify({ query }))) as {
    readonly data?: { readonly transactions: Page };
    readonly errors?: unknown;
  };
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data.transactions;
}

/** Median ms of one query over HTTP. @param atLeast what it must find, or it measures nothing */
async function measure(url: string, what: string, args: string, atLeast: number): Promise<void> {
  const took: number[] = [];
  for (let n = 0; n < REPEATS; n++) {
    const start = performance.now();
    const { edges } = await transactions(url, args);
    took.push(performance.now() - start);
    if (edges.length < atLeast) throw new Error(`${what} found ${edges.length}, not ${atLeast}`);
  }
  const ms = took.sort((a, b) => a - b)[REPEATS >> 1] ?? Number.NaN;
  row(
    `GraphQL over ${ITEMS.toLocaleString('en-US')} items: ${what}`,
    `${ms.toFixed(1)} ms`,
    `${(ms / QUERY_AIM_MS).toFixed(2)} × ${QUERY_AIM_MS} ms`,
  );
}

async function uploads(url: string): Promise<number> {
  const wallet = newWallet();
  const items = Array.from({ length: UPLOADS }, (_, n) =>
    buildItem(wallet, {
      tags: [{ name: 'Content-Type', value: 'text/plain' }],
      anchor: String(n).padStart(32, '0'),
      data: 'x'.repeat(500),
    }),
  );
  const start = performance.now();
  const client = async (): Promise<void> => {
    for (let item = items.pop(); item !== undefined; item = items.pop()) await post(`${url}/tx`, 'application/octet-stream', item.bytes);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return (UPLOADS * 1_000) / (performance.now() - start);
}

try {
  const { id, owner, target } = fill();
  const config = { dataDir, walletDir: dataDir, assetsDir: dataDir, httpPort: 0, limits: DEFAULT_LIMITS, network: DEFAULT_NETWORK };
  const gateway = await openGateway(config, { ask: () => Promise.reject(new Error('the gateway asks nobody')), tell: () => undefined });
  try {
    const url = gateway.opened.url ?? '';
    const tag = (name: string, ...values: readonly string[]): string => `{ name: "${name}", values: ${JSON.stringify(values)} }`;
    await measure(url, 'a common tag', `tags: [${tag('Type', 'Message')}]`, 10);
    await measure(url, 'a rare tag', `tags: [${tag('Rare', 'value 17')}]`, 5);
    await measure(
      url,
      'three tags, as aos finds its processes',
      `tags: [${tag('Data-Protocol', 'ao')}, ${tag('Type', 'Process')}, ${tag('Action', 'Action-20')}]`,
      10,
    );
    await measure(url, 'two tags that never meet', `tags: [${tag('Type', 'Process')}, ${tag('Action', 'Action-7')}]`, 0);
    await measure(url, 'a tag that nobody has', `tags: [${tag('Type', 'Nothing')}]`, 0);
    await measure(url, 'an owner and a tag', `owners: ["${owner}"], tags: [${tag('Type', 'Message', 'Process')}]`, 10);
    await measure(url, 'a recipient', `recipients: ["${target}"]`, 10);
    await measure(url, 'an id', `ids: ["${id}"]`, 1);
    await measure(url, 'a range of blocks in the middle', `block: { min: ${FIRST_BLOCK + 500}, max: ${FIRST_BLOCK + 510} }`, 10);
    await measure(
      url,
      'a range of blocks and a tag',
      `block: { min: ${FIRST_BLOCK + 100}, max: ${FIRST_BLOCK + 110} }, tags: [${tag('Action', 'Action-7')}]`,
      10,
    );
    await measure(
      url,
      'a page of 100, 50,000 items deep',
      `first: 100, tags: [${tag('Data-Protocol', 'ao')}], after: "${Buffer.from(String(ITEMS >> 1)).toString('base64url')}"`,
      100,
    );
    row('gateway: data items accepted over HTTP, verified and synced, 8 clients', `${(await uploads(url)).toFixed(0)} items/s`, '');
  } finally {
    await gateway.close();
  }
} finally {
  agent.destroy();
  rmSync(dataDir, { recursive: true, force: true });
}
