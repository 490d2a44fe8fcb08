import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runCli } from '../../node/cli/cli.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import { buildItem } from '../../node/item/build.ts';
import { NO_STAND_INS } from '../../node/contract/stand-ins.ts';
import { trustItem } from '../../node/item/parse.ts';
import { createWallet } from '../../node/item/wallet.ts';
import { nextAssignment } from '../../node/su/slot.ts';
import { openHere } from '../../node/cli/headless.ts';
import { sha256Text } from '../../node/item/hash.ts';
import { liveCode } from '../../node/workspace/deploy/live-code.ts';
import { bringHome } from '../../node/workspace/recording/home.ts';
import { logPages } from '../../node/workspace/recording/log-pages.ts';
import { inFront } from '../kit/in-front.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const OUT = resolve(import.meta.dirname, '../../out');
const COUNTER = `Count = 0
Handlers.add("Add", "Add", function(msg) Count = Count + tonumber(msg.Data) Send({ Target = msg.From, Data = "now " .. Count .. " ✓" }) end)`;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'aoscope-home-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** A process on the node of somebody else that was added to so often. */
async function elsewhere(times: number): Promise<{ there: TestNode; process: ProcessId }> {
  const there = await startNode({ http: true });
  const process = await there.spawn(COUNTER, [{ name: 'Name', value: 'counter' }]);
  for (let each = 0; each < times; each++) await there.send(process, 'Add', '1', [{ name: 'Grüße', value: 'an alle' }]);
  await there.idle();
  return { there, process };
}

/** Of this process, where the system tells. */
function openFiles(): string[] {
  if (!existsSync('/proc/self/fd')) return [];
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}

function projectFor({ node: { urls, opened } }: TestNode, other: Readonly<Record<string, string>> = {}): string {
  const path = folder();
  const { gateway, su, cu, mu } = urls;
  const there = { kind: 'units', gateway, su, cu, mu, authority: opened.mu.address, ...other };
  writeFileSync(join(path, 'aoscope.json'), JSON.stringify({ version: 1, name: 'home', processes: [], networks: { there } }));
  return path;
}

async function cli(args: readonly string[]): Promise<{ code: number | null; text: string; errors: string }> {
  let [text, errors] = ['', ''];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => ((text += String(chunk)), true));
  const wrong = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => ((errors += String(chunk)), true));
  try {
    return { code: await runCli(args, OUT), text, errors };
  } finally {
    out.mockRestore();
    wrong.mockRestore();
  }
}

/** Bringing the process home ends with these words, and leaves nothing behind. */
async function isRefused(process: string, project: string, words: string): Promise<void> {
  const home = folder();
  const told = await cli(['home', process, join(home, 'posed.aoscope'), '--network', 'there', '--project', project]);
  expect(told).toMatchObject({ code: 1, errors: expect.stringContaining(words) as string });
  expect(readdirSync(home)).toEqual([]);
}

test('a process of somebody else comes home whole, gives here what it gave there, and takes other code on its real history', async () => {
  const { there, process } = await elsewhere(30);
  const home = folder();
  const file = join(home, 'counter.aoscope');
  const args = ['home', process, file, '--network', 'there', '--project', projectFor(there), '--json'];
  const brought = await cli(args);
  expect(brought).toMatchObject({ code: 0, errors: '' });
  expect(JSON.parse(brought.text)).toMatchObject({
    process,
    name: 'counter',
    slots: 31,
    of: 31,
    gap: null,
    module: there.module,
    compared: 8,
  });
  // Nothing is written over.
  expect(await cli(args)).toMatchObject({ code: 1, errors: expect.stringContaining(file) as string });

  expect(await cli(['verify', file, '--data', home])).toMatchObject({ code: 0, text: expect.stringContaining('8 outcomes') as string });
  const state = await cli(['state', file, process, 'latest', '.Count', '--data', home]);
  expect(state).toMatchObject({ code: 0, text: expect.stringContaining('30') as string });
  writeFileSync(join(home, 'twice.lua'), COUNTER.replace('Count +', 'Count + 1 +'));
  const branch = await cli(['branch', file, process, '--code', join(home, 'twice.lua'), '--data', home]);
  expect(branch).toMatchObject({ errors: '', text: expect.stringMatching(/30 → 60/) as string });
}, 120_000);

test('a slot that is missing, and a message that was changed on the way, are named, and what lies before them is brought', async () => {
  const { there, process } = await elsewhere(12);
  const home = folder();
  const without = await inFront(there.node.urls.su, (path, text) => {
    if (!path.includes('from-nonce')) return text;
    const page = JSON.parse(text) as { edges: { node: { assignment: { tags: { name: string; value: string }[] } } }[] };
    return JSON.stringify({
      ...page,
      edges: page.edges.filter(({ node }) => !node.assignment.tags.some(({ name, value }) => name === 'Nonce' && value === '7')),
    });
  });
  const partial = join(home, 'partial.aoscope');
  const first = await cli(['home', process, partial, '--network', 'there', '--project', projectFor(there, { su: without }), '--json']);
  expect(first).toMatchObject({ code: 1, errors: '' });
  expect(JSON.parse(first.text)).toMatchObject({ slots: 7, of: 13, gap: { slot: 7, reason: 'the scheduler does not show this slot' } });
  expect(await cli(['state', partial, process, 'latest', '.Count', '--data', home])).toMatchObject({
    code: 0,
    text: expect.stringContaining('6') as string,
  });

  const forging = await inFront(there.node.urls.su, (path, text) =>
    path.includes('from-nonce') ? text.replaceAll('"data":"1"', '"data":"1000"') : text,
  );
  const forged = await cli([
    'home',
    process,
    join(home, 'forged.aoscope'),
    '--network',
    'there',
    '--project',
    projectFor(there, { su: forging }),
    '--json',
  ]);
  expect(forged.code).toBe(1);
  expect(JSON.parse(forged.text)).toMatchObject({
    slots: 1,
    gap: { slot: 1, reason: expect.stringContaining('signature of its message') as string },
  });

  const bare = await inFront(there.node.urls.gateway, (path, text) =>
    path.startsWith('/raw') || path.includes(there.module) ? null : text,
  );
  const lost = await cli([
    'home',
    process,
    join(home, 'lost.aoscope'),
    '--network',
    'there',
    '--project',
    projectFor(there, { gateway: bare }),
    '--json',
  ]);
  expect(lost).toMatchObject({ code: 1, errors: expect.stringContaining(there.module) as string });
}, 120_000);

interface Line {
  readonly node: {
    readonly assignment: { readonly anchor: string; readonly tags: { name: string; value: string }[]; readonly owner: object };
  };
}

test('a scheduler that cuts its pages where they grow large is asked for the rest', async () => {
  const { there, process } = await elsewhere(11);
  await there.send(process, 'Eval', 'Count = 7');
  await there.idle();
  let pages = 0;
  const cutting = await inFront(there.node.urls.su, (path, text) => {
    if (!path.includes('from-nonce')) return text;
    pages++;
    const page = JSON.parse(text) as { edges: unknown[] };
    return JSON.stringify({ ...page, edges: page.edges.slice(0, 5) });
  });
  const file = join(folder(), 'cut.aoscope');
  const brought = await cli(['home', process, file, '--network', 'there', '--project', projectFor(there, { su: cutting }), '--json']);
  expect(brought).toMatchObject({ code: 0, errors: '' });
  expect(JSON.parse(brought.text)).toMatchObject({ slots: 13, of: 13, gap: null, file });
  expect(pages).toBeGreaterThan(2);

  // So is what was evaluated last found, to be compared with the files.
  const { gateway, cu, mu } = there.node.urls;
  const node = await openHere(OUT, { network: { units: { gateway: gateway ?? '', su: cutting, cu: cu ?? '', mu: mu ?? '' } } });
  onTestFinished(() => node.close());
  expect(await liveCode(node.ask, process, sha256Text('Count = 7'))).toBe('Count = 7');
}, 120_000);

test('a scheduler whose pages are too large to be read is asked for smaller ones', async () => {
  const { there, process } = await elsewhere(12);
  const asked: number[] = [];
  const padding = await inFront(there.node.urls.su, (path, text) => {
    const limit = Number(/[?&]limit=(\d+)/.exec(path)?.[1] ?? 0);
    asked.push(limit);
    return limit > 5 ? `${text}${' '.repeat(65 * 1024 * 1024)}` : text;
  });
  const file = join(folder(), 'padded.aoscope');
  const brought = await cli(['home', process, file, '--network', 'there', '--project', projectFor(there, { su: padding }), '--json']);
  expect(brought).toMatchObject({ code: 0, errors: '' });
  expect(JSON.parse(brought.text)).toMatchObject({ slots: 13, of: 13, gap: null });
  expect(asked.filter((limit) => limit > 5)).toHaveLength(1);
}, 120_000);

test('a log that another than the scheduler of the process has signed is not taken, whatever it says of itself', async () => {
  const { there, process } = await elsewhere(0);
  const other = createWallet();
  const posing = await inFront(there.node.urls.su, (path, text) => {
    if (!path.includes('from-nonce')) return text;
    const page = JSON.parse(text) as { edges: Line[] };
    const edges = page.edges.map(({ node }) => {
      const { anchor, tags, owner } = node.assignment;
      const { id, bytes } = buildItem(other, { anchor, tags, data: '' });
      const signature = Buffer.from(bytes.subarray(2, 66)).toString('base64url');
      // It names the real one, and signs with its own key.
      const signed = { id, signature, owner: { ...owner, key: Buffer.from(other.owner).toString('base64url') } };
      return { node: { ...node, assignment: { ...node.assignment, ...signed } } };
    });
    return JSON.stringify({ ...page, edges });
  });
  await isRefused(process, projectFor(there, { su: posing }), 'not signed by the scheduler');
}, 120_000);

test('a log that begins with something else than the process is not one of the process, whoever signed it', async () => {
  const { there, process } = await elsewhere(0);
  const forged = createWallet();
  const scheduler = { name: 'Scheduler', value: forged.address };
  const module = { name: 'Module', value: there.module };
  const shown = ({ raw }: { readonly raw: string }): object => {
    const item = trustItem(Buffer.from(raw, 'base64url'));
    return { ...item, owner: { address: item.address, key: item.owner } };
  };
  // Its module and its owner are for whoever wrote it to choose.
  const message = buildItem(forged, { target: process, tags: [{ name: 'Type', value: 'Process' }, module, scheduler], data: '' });
  const request = { process, message: message.id, exclude: [], standIns: NO_STAND_INS, nowMs: 1_700_000_000_000, blockHeight: 1 };
  const { assignmentBytes } = nextAssignment(request, null, forged);
  const assignment = shown({ raw: Buffer.from(assignmentBytes).toString('base64url') });
  const posing = await inFront(there.node.urls.su, (path, text) =>
    path.includes('from-nonce') ? JSON.stringify({ edges: [{ node: { message: shown(message), assignment } }] }) : text,
  );
  await isRefused(process, projectFor(there, { su: posing }), 'does not show the process itself');
}, 120_000);

test('a log whose slots assign much data comes in pages that can be held', async () => {
  const { there, process } = await elsewhere(0);
  const { ask } = there.node;
  for (const letter of 'abc') {
    const data = buildItem(there.wallet, { tags: [{ name: 'Action', value: 'Nothing' }], data: letter.repeat(9 * 1024 * 1024) });
    await ask('gateway.upload', { item: data.raw });
    await ask('mu.assign', { process, message: data.id, baseLayer: false, exclude: [] });
  }
  const pages: number[] = [];
  for await (const { lines, gap } of logPages(ask, { process, before: null, last: 3 }, new AbortController().signal)) {
    expect(gap).toBeNull();
    pages.push(lines.length);
  }
  expect(pages).toEqual([3, 1]);
}, 120_000);

test('a log without end stops where the limit is, and what stands in the way of a file is told before anything is fetched', async () => {
  const { there, process } = await elsewhere(12);
  const home = folder();
  const { ask, urls } = there.node;
  const wish = { process, network: 'there', gateway: urls.gateway ?? '', app: 'test' };
  const doing = { tell: () => undefined, signal: new AbortController().signal };
  const brought = await bringHome(ask, { ...wish, file: join(home, 'long.aoscope'), logBytesMax: 4_000 }, doing);
  expect(brought.slots).toBeLessThan(13);
  expect(brought.gap?.reason).toContain('more than 4000 bytes');
  const large = { ...wish, file: join(home, 'large.aoscope'), moduleBytesMax: 100 };
  await expect(bringHome(ask, large, doing)).rejects.toMatchObject({
    code: 'MODULE_FORGED',
    message: expect.stringContaining('100 bytes') as string,
  });
  let asked = 0;
  const counting: typeof ask = (command, args, signal) => (asked++, ask(command, args, signal));
  await expect(bringHome(counting, { ...wish, file: join(home, 'long.aoscope') }, doing)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  expect(asked).toBe(0);
  const dashed = ['home', `-${'a'.repeat(42)}`, join(home, 'none.aoscope'), '--network', 'nowhere', '--project', projectFor(there)];
  expect(await cli(dashed)).toMatchObject({ code: 1, errors: expect.stringContaining('no network nowhere') as string });
  // What was begun and ended leaves nothing behind, and nothing open.
  const stop = new AbortController();
  const stopping = { tell: () => stop.abort(), signal: stop.signal };
  await expect(bringHome(ask, { ...wish, file: join(home, 'stopped.aoscope') }, stopping)).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(readdirSync(home)).toEqual(['long.aoscope']);
  expect(openFiles().filter((path) => path.startsWith(home))).toEqual([]);
}, 120_000);

test('what comes later at the network comes in too where its head is followed, and is in the file', async () => {
  const { there, process: far } = await elsewhere(2);
  const file = join(folder(), 'followed.aoscope');
  const following = cli(['home', far, file, '--network', 'there', '--project', projectFor(there), '--follow']);
  const lines = (): string =>
    vi
      .mocked(process.stdout.write)
      .mock.calls.map(([text]) => String(text))
      .join('');
  await vi.waitFor(() => expect(lines()).toContain('3 slots here'), { timeout: 30_000 });
  const { id, slot } = await there.send(far, 'Add', '40');
  await vi.waitFor(() => expect(lines()).toContain(`slot ${slot}  Add  ${id}`), { timeout: 30_000 });
  expect(existsSync(file)).toBe(false);
  process.emit('SIGINT');
  expect(await following).toMatchObject({ code: 0, errors: '', text: expect.stringContaining('4 slots of 4') as string });
  const state = await cli(['state', file, far, 'latest', '.Count', '--data', folder()]);
  expect(state).toMatchObject({ code: 0, text: expect.stringContaining('42') as string });
}, 120_000);
