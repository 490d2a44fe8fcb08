import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as fc from 'fast-check';
import { toProcessId } from '../../../node/contract/ids.ts';
import { startLocalNode, type LocalNode } from '../../../node/local.ts';
import { buildItem } from '../../../node/item/build.ts';
import { createWallet } from '../../../node/item/wallet.ts';
import { buildLuaModule } from '../../../node/lua/module.ts';
import { validItems } from './items.ts';
import { parsers } from './parsers.ts';
import { requests, type Known, type WildRequest } from './requests.ts';

const ASSETS = resolve(import.meta.dirname, '../../../out/assets');
const PATIENCE_MS = 20_000;

/** What one kind of input came to. */
export interface Fuzzed {
  readonly name: string;
  readonly inputs: number;
  readonly ms: number;
  /** With the seed and path that bring it again; null where all went well. */
  readonly fault: string | null;
}

/** Gives so many inputs to every parser. */
export async function fuzzParsers(inputs: number, seed: number): Promise<readonly Fuzzed[]> {
  const all = parsers(await validItems());
  const weights = all.reduce((sum, { weight }) => sum + weight, 0);
  const found: Fuzzed[] = [];
  for (const { name, weight, property } of all) found.push(await run(name, property, Math.ceil((inputs * weight) / weights), seed));
  return found;
}

/** Gives so many requests to the public routes of a whole node. */
export async function fuzzRoutes(inputs: number, seed: number): Promise<Fuzzed> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aoscope-fuzz-'));
  const node = await startLocalNode({ dataDir, assetsDir: ASSETS, http: true, isChecked: false });
  try {
    const known = await somethingThere(node);
    const property = fc.asyncProperty(requests(known), (request) => expectUsable(node, request));
    const fuzzed = await run('HTTP routes', property, inputs, seed);
    await stillWorks(node, known);
    return fuzzed;
  } finally {
    await node.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function run(
  name: string,
  property: fc.IAsyncProperty<unknown> | fc.IAsyncPropertyWithHooks<[unknown]>,
  numRuns: number,
  seed: number,
): Promise<Fuzzed> {
  const startMs = performance.now();
  const details = await fc.check(property as fc.IAsyncProperty<unknown>, { numRuns, seed, endOnFailure: true, verbose: 0 });
  const fault = details.failed
    ? `${name}: seed ${details.seed}, path ${details.counterexamplePath}: ${fc.stringify(details.counterexample)}: ${String(details.errorInstance)}`
    : null;
  return { name, inputs: details.numRuns, ms: performance.now() - startMs, fault };
}

/** A process with a message, so that requests find something. */
async function somethingThere(node: LocalNode): Promise<Known> {
  const wallet = createWallet();
  const lua = buildLuaModule(join(ASSETS, 'lua'));
  const module = await node.ask('gateway.upload', { item: buildItem(wallet, { tags: lua.tags, data: lua.bytes }).raw });
  const protocol = (type: string) => [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: type },
  ];
  const tags = [...protocol('Process'), { name: 'Module', value: module.id }, { name: 'Scheduler', value: node.opened.su.address ?? '' }];
  const { process } = await node.ask('mu.send', { item: buildItem(wallet, { tags, data: '' }).raw });
  if (process === null) throw new Error('the spawn gave no process');
  const message = buildItem(wallet, {
    target: process,
    tags: [...protocol('Message'), { name: 'Action', value: 'Eval' }],
    data: 'return 1',
  });
  await node.ask('mu.send', { item: message.raw });
  const unsent = Array.from({ length: 20 }, (_, n) =>
    buildItem(wallet, { target: process, tags: [...protocol('Message'), { name: 'Number', value: String(n) }], data: 'x' }),
  );
  return { process, message: message.id, items: [message.bytes, ...unsent.map(({ bytes }) => bytes), ...(await validItems())] };
}

/** Every answer is one that a client can use: a status, a code of the table where it refuses, open to pages of any origin. */
async function expectUsable({ urls }: LocalNode, { unit, method, path, headers, body }: WildRequest): Promise<void> {
  const isBare = method === 'GET' || method === 'HEAD';
  const init: RequestInit = {
    method,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(isBare || body === null ? {} : { body: new Uint8Array(body) }),
  };
  const answer = await fetch(`${urls[unit]}${path}`, init);
  const text = await answer.text();
  if (answer.headers.get('access-control-allow-origin') !== '*') throw new Error(`${answer.status}: closed to pages`);
  if (answer.status < 400 || method === 'HEAD' || answer.status === 416) return;
  if (/"code":"UNEXPECTED"/.test(text)) throw new Error(`${answer.status}: ${text}`);
  const isText = unit === 'mu' && answer.status === 400 && !text.startsWith('{');
  const said = isText ? { error: text } : (JSON.parse(text) as { readonly error?: unknown; readonly errors?: unknown });
  if (typeof said.error !== 'string' && !('errors' in said && Array.isArray(said.errors))) throw new Error(`${answer.status}: ${text}`);
}

/** After all that, the process answers and its log replays to the same. */
async function stillWorks(node: LocalNode, { process }: Known): Promise<void> {
  const { firstDifference } = await node.ask('cu.verify', { process: toProcessId(process) });
  if (firstDifference !== null) throw new Error(`a replay differs from slot ${firstDifference} on`);
}
