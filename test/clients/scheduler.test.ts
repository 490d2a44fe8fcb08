import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { connect } from '@permaweb/ao-scheduler-utils';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LEGACYNET_SCHEDULER } from '../../node/contract/network.ts';
import { buildItem } from '../../node/item/build.ts';
import { startNode } from '../kit/node.ts';
import { startHost, type ClientHost } from './host/host.ts';
import { hostsScript } from './hosts.ts';

let made: ClientHost;
let process: string;
let scheduler: string;
let su: string;
let graphql: string;

beforeAll(async () => {
  made = await startHost();
  const { urls } = made;
  [su, graphql, scheduler] = [urls.su, `${urls.gateway}/graphql`, made.scheduler];
  process = await made.spawn('Handlers.add("ping", "Ping", function(msg) msg.reply({ Data = "pong" }) end)');
  await vi.waitUntil(async () => (await locationOf(scheduler)) === su, { timeout: 10_000 });
});
afterAll(() => made?.stop());

const clientOf = (): ReturnType<typeof connect> => connect({ GRAPHQL_URL: graphql, cacheSize: 10, followRedirects: true });
/** Where ao-scheduler-utils finds a scheduler; null when it finds none. */
const locationOf = async (owner: string): Promise<string | null> =>
  clientOf()
    .raw(owner)
    .then(
      (found) => found?.url ?? null,
      () => null,
    );

it("validates and finds this node's scheduler, with a hint also for a process, without being led elsewhere", async () => {
  const client = clientOf();
  expect(await client.validate(scheduler)).toBe(true);
  expect(await client.raw(scheduler)).toEqual({ url: su });
  expect(await client.locate(process, scheduler)).toEqual({ url: su, address: scheduler });
  await expect(clientOf().validate('x'.repeat(43))).rejects.toThrow(/Could not find 'Scheduler-Location'/);
});

it('a process that names the scheduler of legacynet is found here too; other questions about that address are not touched', async () => {
  expect(await locationOf(LEGACYNET_SCHEDULER)).toBe(su);
  const ask = async (tags: string): Promise<unknown> => {
    const query = `{ transactions(owners: ["${LEGACYNET_SCHEDULER}"], tags: [${tags}], first: 1) { edges { node { owner { address } } } } }`;
    return (await fetch(graphql, { method: 'POST', body: JSON.stringify({ query }) })).json();
  };
  expect(await ask('{ name: "Type", values: ["Scheduler-Location"] }')).toEqual({
    data: { transactions: { edges: [{ node: { owner: { address: scheduler } } }] } },
  });
  expect(await ask('{ name: "Type", values: ["Assignment"] }')).toEqual({ data: { transactions: { edges: [] } } });
});

it('nobody else can say where the scheduler is', async () => {
  const tags = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Scheduler-Location' },
    { name: 'Url', value: 'https://elsewhere.example' },
    { name: 'Time-To-Live', value: '1000' },
  ];
  const item = buildItem(made.wallet, { tags, data: 'x' });
  await made.upload(item);
  expect(await locationOf(made.wallet.address)).toBe('https://elsewhere.example');
  expect(await locationOf(scheduler)).toBe(su);
  expect(await locationOf(LEGACYNET_SCHEDULER)).toBe(su);
});

it('after a restart at another port the new address is found', async () => {
  const other = await startNode({ http: true });
  const at = async (): Promise<string | undefined> =>
    connect({ GRAPHQL_URL: `${other.node.urls.gateway}/graphql`, cacheSize: 10 })
      .raw(other.node.opened.su.address ?? '')
      .then(
        (found) => found?.url,
        () => undefined,
      );
  await expect.poll(at, { timeout: 10_000 }).toBe(other.node.urls.su);
  await other.restart();
  await expect.poll(at, { timeout: 10_000 }).toBe(other.node.urls.su);
});

/** As a person would save it: every function that looks for the scheduler by itself. */
const SCRIPT = `
import { connect, createDataItemSigner } from '@permaweb/aoconnect';
import { generateKeyPairSync } from 'node:crypto';
const [process, places] = JSON.parse(globalThis.process.argv[2]);
const ao = connect({ MODE: 'legacy', ...places });
const signer = createDataItemSigner(generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' }));
const sent = await ao.message({ process, signer, tags: [{ name: 'Action', value: 'Ping' }], returnAssignmentSlot: true, returnMessageId: true });
const slotOnly = await ao.message({ process, signer, returnAssignmentSlot: true });
const last = await ao.getLastSlot({ processId: process });
const one = await ao.getMessageById({ processId: process, messageId: sent.id });
const all = await ao.getMessages({ processId: process, from: '0', to: String(Date.now() + 60_000), limit: '2' });
console.log(JSON.stringify({ sent, slotOnly, last, one, all }));`;

it('with the script of CLIENTS.md, aoconnect finds slots and log by itself, in a program of its own', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(resolve(import.meta.dirname, '../../node_modules'), '.aoscope-hosts-'));
  writeFileSync(join(folder, 'hosts.mjs'), hostsScript(made.urls));
  writeFileSync(join(folder, 'script.mjs'), SCRIPT);
  const { urls } = made;
  const places = { MU_URL: urls.mu, CU_URL: urls.cu, GATEWAY_URL: urls.gateway, GRAPHQL_URL: graphql };
  const program = ['--import', join(folder, 'hosts.mjs'), join(folder, 'script.mjs'), JSON.stringify([process, places])];
  try {
    const { stdout } = await promisify(execFile)(globalThis.process.execPath, program);
    const { sent, slotOnly, last, one, all } = JSON.parse(stdout) as {
      sent: { id: string; slot: string };
      slotOnly: string;
      last: unknown;
      one: unknown;
      all: unknown;
    };
    expect(sent).toEqual({ id: expect.stringMatching(/^[\w-]{43}$/) as string, slot: '1' });
    expect([slotOnly, last]).toEqual(['2', '2']);
    expect(one).toMatchObject({ message: { id: sent.id } });
    expect(all).toMatchObject({
      page_info: { has_next_page: false },
      edges: [{ node: { message: { id: sent.id } } }, { cursor: expect.any(String) as string }],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
