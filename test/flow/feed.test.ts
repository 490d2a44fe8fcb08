import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startHeadless, type HeadlessApp } from '../../node/cli/headless.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import { FEED_PENDING_MAX, FEED_WAITING_MAX } from '../../node/feed/feed.ts';
import type { ToOthers } from '../../node/feed/wire.ts';
import { newProject, type TestProject } from '../kit/project.ts';

const OUT = resolve(import.meta.dirname, '../../out');
const README = resolve(import.meta.dirname, '../../node/feed/README.md');
const SOURCE = `Count = 0
Handlers.add("Add", { Action = "Add" }, function(msg)
  Count = Count + 1
  print("now " .. Count)
end)
`;

let project: TestProject;
let home = '';
let app: HeadlessApp;
let counter = '' as ProcessId;
const add = (): Promise<unknown> => app.hub.ask('wallet.send', { process: counter, tags: [{ name: 'Action', value: 'Add' }], data: '' });

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'aoscope-feed-'));
  const processes = [{ name: 'counter', source: 'counter.lua' }];
  project = newProject({ 'counter.lua': SOURCE, 'aoscope.json': JSON.stringify({ version: 1, name: 'counting', processes }) });
  app = await startHeadless(OUT, home, null, project.path);
  await app.ready;
  const run = await app.hub.ask('project.run', {});
  counter = run.processes[0]?.process ?? counter;
  for (let count = 0; count < 3; count++) await add();
  await app.hub.ask('mu.idle', {});
}, 120_000);
afterAll(async () => {
  const file = join(project.path, '.aoscope', 'feed.json');
  const isThere = existsSync(file);
  await app.stop();
  if (!isThere || existsSync(file)) throw new Error('feed.json is there while the node runs, and only then');
  project.remove();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

/** A program that reads the feed. */
class Reader {
  readonly got: ToOthers[] = [];
  readonly socket: WebSocket;
  constructor(address = app.feed ?? '', headers: Record<string, string> = {}) {
    this.socket = new WebSocket(address, { headers });
    this.socket.on('message', (data) => this.got.push(JSON.parse(String(data)) as ToOthers));
    this.socket.on('error', () => undefined);
  }
  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }
  slots(): number[] {
    return this.got.flatMap((one) =>
      one.kind === 'facts' ? one.facts.flatMap((fact) => (fact.kind === 'cu.evaluated' ? [Number(fact.slot)] : [])) : [],
    );
  }
}

/** The `count`-th message of a kind, once it has come. */
async function until<K extends ToOthers['kind']>(reader: Reader, kind: K, count = 1): Promise<Extract<ToOthers, { readonly kind: K }>> {
  const found = (): ToOthers[] => reader.got.filter((one) => one.kind === kind);
  await expect.poll(() => found().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
  return found()[count - 1] as Extract<ToOthers, { readonly kind: K }>;
}

it('is followed by the twenty lines of its page', async () => {
  const [, code = ''] = /<!-- example -->\s*```js\n([\s\S]*?)```/.exec(readFileSync(README, 'utf8')) ?? [];
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(20);
  const file = join(home, 'follow.mjs');
  writeFileSync(file, code);
  const { stdout } = await promisify(execFile)(process.execPath, [file, project.path]);
  expect(stdout).toContain('now 3');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('project counting');
  expect(statSync(join(project.path, '.aoscope', 'feed.json')).mode & 0o077).toBe(0);
});

it('tells the past from a number on, then what happens, without a gap', async () => {
  const reader = new Reader();
  expect(await until(reader, 'hello')).toMatchObject({ schema: 1, project: { name: 'counting', path: project.path } });
  reader.send({ kind: 'subscribe', after: 'start', units: ['cu'] });
  const { seq } = await until(reader, 'live');
  expect(reader.slots()).toEqual([0, 1, 2, 3]);
  await add();
  await expect.poll(() => reader.slots(), { timeout: 30_000 }).toEqual([0, 1, 2, 3, 4]);
  reader.socket.close();

  const later = new Reader();
  await until(later, 'hello');
  later.send({ kind: 'subscribe', after: { cu: seq }, units: ['cu'] });
  await until(later, 'live');
  expect(later.slots()).toEqual([4]);
  later.send({ kind: 'subscribe', after: 'now' });
  await until(later, 'live', 5);
  await add();
  await expect.poll(() => later.slots(), { timeout: 30_000 }).toEqual([4, 5]);
  const numbers = later.got.flatMap((one) => (one.kind === 'facts' && one.unit === 'cu' ? one.facts.map((fact) => fact.seq) : []));
  expect(numbers).toEqual(Array.from(numbers, (_, index) => seq + 1 + index));
  later.send({ kind: 'unsubscribe' });
  later.send({ kind: 'nonsense' });
  await until(later, 'wrong');
  later.socket.close();
});

it('answers questions that look, and refuses those that change something', async () => {
  const reader = new Reader();
  await until(reader, 'hello');
  reader.send({ kind: 'ask', id: 1, name: 'cu.state', args: { process: counter, slot: 2, path: [], offset: 0, limit: 100 } });
  const { value } = await until(reader, 'answer');
  expect(value).toMatchObject({ nodes: expect.arrayContaining([expect.objectContaining({ key: '.Count', preview: '2' })]) });
  for (const [index, name] of ['wallet.send', 'files.write', 'cu.stop', 'cu.branchNew', 'su.schedule', 'nothing', '__proto__'].entries()) {
    reader.send({ kind: 'ask', id: 10 + index, name, args: {} });
    expect((await until(reader, 'fail', index + 1)).error.code).toBe('COMMAND_REFUSED');
  }
  reader.send({ kind: 'ask', id: 30, name: 'cu.state', args: { process: counter } });
  expect((await until(reader, 'fail', 8)).error.code).toBe('ARGUMENTS_INVALID');
  for (let id = 100; id <= 100 + FEED_PENDING_MAX * 2; id++)
    reader.send({ kind: 'ask', id, name: 'cu.verify', args: { process: counter } });
  await expect.poll(() => reader.got.some((one) => one.kind === 'fail' && one.error.code === 'TOO_MANY_PENDING')).toBe(true);
  reader.socket.close();
});

it('lets nobody in without the token, from another site, or under another name', async () => {
  const address = app.feed ?? '';
  const refused = async (to: string, headers: Record<string, string> = {}): Promise<string> =>
    new Promise((done) => {
      const reader = new Reader(to, headers);
      reader.socket.on('open', () => done('open'));
      reader.socket.on('unexpected-response', (_, response) => done(String(response.statusCode)));
      reader.socket.on('error', (error) => done(error.message));
    });
  expect(await refused(address.replace(/token=.*/, 'token=guess'))).toBe('401');
  expect(await refused(address, { origin: 'https://example.com' })).toBe('403');
  expect(await refused(address, { host: 'example.com' })).toBe('403');
  expect(await refused(address.replace(/\?token=/, 'other?token='))).toBe('404');
  const token = new URL(address).searchParams.get('token') ?? '';
  expect(await refused(address.replace(/\?.*/, ''), { authorization: `Bearer ${token}` })).toBe('open');
});

it('waits for a reader that stands still, and loses nothing', async () => {
  const reader = new Reader();
  await until(reader, 'hello');
  // Nothing is taken off the line any more: what is told piles up in it, and no further.
  reader.socket.pause();
  const big = 'x'.repeat(4_096);
  await app.hub.ask('wallet.send', { process: counter, tags: [{ name: 'Action', value: 'Eval' }], data: `Big = "${big}"` });
  for (let count = 0; count < 200; count++)
    reader.send({ kind: 'ask', id: count, name: 'gateway.facts', args: { after: 0, limit: 1_000 } });
  reader.send({ kind: 'subscribe', after: 'start' });
  await add();
  reader.socket.resume();
  await until(reader, 'live', 4);
  expect(FEED_WAITING_MAX).toBeGreaterThan(0);
  const told = reader.got.flatMap((one) => (one.kind === 'facts' ? one.facts.map(({ unit, seq }) => `${unit} ${seq}`) : []));
  expect(new Set(told).size).toBe(told.length);
  for (const unit of ['gateway', 'su', 'cu', 'mu'] as const) {
    const newest = (): number | undefined =>
      reader.got.flatMap((one) => (one.kind === 'facts' && one.unit === unit ? one.facts : [])).at(-1)?.seq;
    // The unit may tell more at any time.
    await expect
      .poll(async () => (await app.hub.ask(`${unit}.facts`, { after: 0, limit: 1 })).last === newest(), { timeout: 20_000 })
      .toBe(true);
  }
  reader.socket.close();
});
