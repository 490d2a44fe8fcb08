import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startHeadless, type HeadlessApp } from '../../node/cli/headless.ts';
import { LOG_BYTES_MAX } from '../../node/workspace/recording/log-pages.ts';
import { unitsHere } from '../../node/cli/units-here.ts';
import type { HomeState } from '../../node/contract/home.ts';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import { readOrigin } from '../../node/workspace/recording/home-origin.ts';
import { buildItem } from '../../node/item/build.ts';
import { inFront, withoutSlot, type Changed } from '../kit/in-front.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const OUT = resolve(import.meta.dirname, '../../out');
const COUNTER = 'Count = 0 Handlers.add("Add", "Add", function(msg) Count = Count + tonumber(msg.Data) print("counted " .. Count) end)';
/** More slots than the first page has. */
const SLOTS = 131;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'aoscope-home-live-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

async function elsewhere(slots = SLOTS): Promise<{ there: TestNode; process: ProcessId }> {
  const there = await startNode({ http: true });
  const process = await there.spawn(COUNTER, [{ name: 'Name', value: 'counter' }]);
  for (let slot = 1; slot < slots; slot++) await there.send(process, 'Add', '1');
  await there.idle();
  return { there, process };
}

interface Here {
  readonly app: HeadlessApp;
  readonly userDir: string;
  state(): Promise<HomeState | null>;
  /** Waits until it stands so. */
  until(wanted: Partial<HomeState>): Promise<HomeState>;
}

/** The app on a project that knows the network. @param change what stands in front of its scheduler does with what it answers. */
async function appFor(
  there: TestNode,
  change?: (path: string, text: string) => Changed | Promise<Changed>,
  other: Readonly<Record<string, string>> = {},
): Promise<Here> {
  const project = folder();
  const { gateway, su, cu, mu } = there.node.urls;
  const scheduler = change === undefined ? su : await inFront(su, change);
  const network = { kind: 'units', gateway, su: scheduler, cu, mu, authority: there.node.opened.mu.address, ...other };
  writeFileSync(join(project, 'aoscope.json'), JSON.stringify({ version: 1, name: 'mine', processes: [], networks: { there: network } }));
  return started(folder(), project);
}

async function started(userDir: string, project: string): Promise<Here> {
  const app = await startHeadless(OUT, userDir, null, project, { starter: unitsHere(OUT, { isStill: false }), isPublic: false });
  onTestFinished(() => app.stop());
  await app.ready;
  const state = async (): Promise<HomeState | null> => (await app.hub.ask('home.state', {})).home;
  const until = (wanted: Partial<HomeState>): Promise<HomeState> =>
    vi.waitFor(
      async () => {
        const home = await state();
        expect(home).toMatchObject(wanted);
        if (home === null) throw new Error('nothing comes home');
        return home;
      },
      { timeout: 30_000, interval: 50 },
    );
  return { app, userDir, state, until };
}

/** The first slot of the page that a request asks for; null for other requests, and for those of a single slot. */
function fromOf(path: string): number | null {
  const from = /[?&]from-nonce=(-?\d+)/.exec(path)?.[1];
  return from === undefined || /[?&]limit=1(&|$)/.test(path) ? null : Number(from) + 1;
}

test('the first slots can be looked at while the rest is still on its way, and a recording is written when all is here', async () => {
  const { there, process } = await elsewhere();
  let letIt: () => void = () => undefined;
  const held = new Promise<void>((done) => (letIt = done));
  const { app, userDir, until } = await appFor(there, async (path, text) => {
    if ((fromOf(path) ?? 0) > 0) await held;
    return text;
  });
  const { ask } = app.hub;
  const { home } = await ask('deploy.home', { network: 'there', process });
  expect(home).toMatchObject({ process, name: 'counter', network: 'there', here: 100, of: SLOTS, does: 'fetching', file: null });
  expect(app.workspace.project()).toMatchObject({ name: 'counter', isReadOnly: true });
  // All that a debugger has, of what is here; what is not says that it is not.
  expect(await ask('cu.result', { process, slot: toSlot(7) })).toMatchObject({ error: null });
  expect(await ask('cu.trace', { process, slot: toSlot(7), tick: null })).toMatchObject({ error: null });
  await expect(ask('cu.result', { process, slot: toSlot(120) })).rejects.toMatchObject({ code: 'SLOT_UNKNOWN' });
  letIt();
  const whole = await until({ does: 'whole', here: SLOTS });
  expect(whole.trouble).toBeNull();
  const there130 = await there.result(process, SLOTS - 1);
  expect((await ask('cu.result', { process, slot: toSlot(SLOTS - 1) })).hash).toBe(there130.hash);
  // One's own code on its real history.
  const twice = {
    kind: 'edit' as const,
    process,
    slot: toSlot(0),
    tags: null,
    data: COUNTER.replace('Count +', '2 * Count +'),
    from: null,
  };
  const { id: branch } = await ask('cu.branchNew', { spec: { name: 'mine', scope: 'node', edits: [twice], later: 'apply' } });
  await vi.waitFor(async () => expect(await ask('cu.branchRun', { branch, budgetMs: 1_000 })).toMatchObject({ isDone: true }), {
    timeout: 30_000,
  });
  const { diff } = await ask('cu.branchCompare', { branch, process });
  expect(JSON.stringify(diff.changes)).toContain('Count');
  expect(readdirSync(join(userDir, 'home'))).toEqual([expect.stringMatching(/^counter-.*\.aoscope$/)]);
  // It is one like every other.
  expect(await ask('recording.open', { file: whole.file ?? '' })).toMatchObject({ recording: { processes: [{ process, slots: SLOTS }] } });
  expect((await ask('cu.result', { process, slot: toSlot(SLOTS - 1) })).hash).toBe(there130.hash);
}, 120_000);

test('a network that is cut off is waited for, a slot that is missing is named, and either is gone on from where it stopped', async () => {
  const { there, process } = await elsewhere();
  let [isCut, isHoled] = [true, false];
  const asked: number[] = [];
  const { app, until } = await appFor(there, (path, text) => {
    const from = fromOf(path);
    if (from === null || from === 0) return text;
    asked.push(from);
    if (isCut) return 503;
    return isHoled ? withoutSlot(text, 110) : text;
  });
  const { ask } = app.hub;
  await ask('deploy.home', { network: 'there', process });
  const lost = await until({ does: 'waiting' });
  expect(lost).toMatchObject({ here: 100, trouble: { code: 'UNIT_UNREACHABLE' } });
  [isCut, isHoled] = [false, true];
  const gap = await until({ does: 'stopped' });
  expect(gap).toMatchObject({
    here: 110,
    of: SLOTS,
    trouble: { code: 'HOME_GAP', message: expect.stringContaining('Slot 110') as string },
  });
  expect(app.workspace.project().isReadOnly).toBe(true);
  isHoled = false;
  asked.length = 0;
  await ask('home.go', { follow: false });
  await until({ does: 'whole', here: SLOTS, trouble: null });
  // What was here is not fetched again.
  expect(asked).toEqual([110]);
  expect(await ask('cu.result', { process, slot: toSlot(SLOTS - 1) })).toMatchObject({ error: null });
}, 120_000);

test('it is stopped, gone on with after a restart, and follows the head of the process: what is sent there appears here, checked', async () => {
  const { there, process } = await elsewhere(3);
  const { app, userDir, until } = await appFor(there);
  await app.hub.ask('deploy.home', { network: 'there', process });
  const whole = await until({ does: 'whole', here: 3 });
  const project = app.workspace.project().path;
  await app.stop();
  await there.send(process, 'Add', '5');

  const again = await started(userDir, project);
  expect(await again.state()).toMatchObject({ does: 'whole', here: 3, of: 3, file: whole.file });
  await again.app.hub.ask('home.go', { follow: true });
  await again.until({ does: 'following', here: 4, isFollowed: true });
  await there.send(process, 'Add', '7');
  await there.result(process, 4);
  await again.until({ does: 'following', here: 5, of: 5 });
  const { hash } = await again.app.hub.ask('cu.result', { process, slot: toSlot(4) });
  expect(hash).toBe((await there.result(process, 4)).hash);
  await again.app.hub.ask('home.stop', {});
  expect(await again.state()).toMatchObject({ does: 'stopped', here: 5, trouble: null, file: whole.file });
  // What came in meanwhile is in its recording too.
  expect(await again.app.hub.ask('recording.open', { file: whole.file ?? '' })).toMatchObject({ recording: { processes: [{ slots: 5 }] } });
  await expect(again.app.hub.ask('home.go', { follow: true })).rejects.toMatchObject({ code: 'HOME_NONE' });
}, 120_000);

test('what a project folder of somebody else says of itself is not gone on with, and chooses no file that is written over', async () => {
  const { there, process } = await elsewhere(3);
  const { app, userDir, until } = await appFor(there);
  await app.hub.ask('deploy.home', { network: 'there', process });
  await until({ does: 'whole' });
  const project = app.workspace.project().path;
  await app.stop();
  const mine = join(folder(), 'mine.txt');
  writeFileSync(mine, 'dear to me');
  const origin: unknown = JSON.parse(readFileSync(join(dirname(project), 'home.json'), 'utf8'));
  const clone = join(folder(), 'clone');
  cpSync(dirname(project), clone, { recursive: true });
  const asked = { ...(origin as object), of: 4, file: mine };
  for (const path of [clone, join(clone, 'project', '.aoscope')]) writeFileSync(join(path, 'home.json'), JSON.stringify(asked));

  const again = await started(userDir, join(clone, 'project'));
  expect(await again.state()).toBeNull();
  await expect(again.app.hub.ask('home.go', { follow: false })).rejects.toMatchObject({ code: 'HOME_NONE' });
  expect(readFileSync(mine, 'utf8')).toBe('dear to me');
}, 120_000);

test('a log that has grown as large as a recording can be is not brought on, and says so', async () => {
  const { there, process } = await elsewhere(3);
  const { app, userDir, until } = await appFor(there);
  await app.hub.ask('deploy.home', { network: 'there', process });
  await until({ does: 'whole' });
  const project = app.workspace.project().path;
  await app.stop();
  const path = join(dirname(project), 'home.json');
  const origin = JSON.parse(readFileSync(path, 'utf8')) as { readonly bytes: number };
  // Two assignments and messages, and the process.
  expect(origin.bytes).toBeGreaterThan(1_000);
  writeFileSync(path, JSON.stringify({ ...origin, bytes: LOG_BYTES_MAX }));
  await there.send(process, 'Add', '1');

  const again = await started(userDir, project);
  await again.app.hub.ask('home.go', { follow: true });
  expect(await again.until({ does: 'stopped', here: 3, of: 4 })).toMatchObject({
    trouble: { code: 'HOME_GAP', message: expect.stringContaining(`more than ${LOG_BYTES_MAX} bytes`) as string },
  });
}, 120_000);

test('a head that somebody else has signed is not taken, and says so', async () => {
  const { there, process } = await elsewhere(3);
  let isForged = false;
  const { app, until } = await appFor(there, (path, text) =>
    isForged && path.includes('from-nonce') ? text.replaceAll('"data":"9"', '"data":"900"') : text,
  );
  await app.hub.ask('deploy.home', { network: 'there', process });
  await until({ does: 'whole' });
  isForged = true;
  await there.send(process, 'Add', '9');
  await app.hub.ask('home.go', { follow: true });
  const stopped = await until({ does: 'stopped' });
  expect(stopped).toMatchObject({
    here: 3,
    of: 4,
    trouble: { code: 'HOME_GAP', message: expect.stringContaining('signature of its message') as string },
  });
}, 120_000);

test('a process that is not there, and one whose module nobody has, leave the project open that was', async () => {
  const { there, process } = await elsewhere(2);
  const { app, userDir } = await appFor(there);
  const before = app.workspace.project().path;
  const nobody = 'n'.repeat(43) as ProcessId;
  await expect(app.hub.ask('deploy.home', { network: 'there', process: nobody })).rejects.toMatchObject({ code: 'PROCESS_UNKNOWN' });
  const bare = await appFor({
    ...there,
    node: { ...there.node, urls: { ...there.node.urls, gateway: await inFront(there.node.urls.gateway, () => null) } },
  });
  await expect(bare.app.hub.ask('deploy.home', { network: 'there', process })).rejects.toMatchObject({
    code: expect.stringMatching(/^MODULE_/) as string,
  });
  expect(app.workspace.project().path).toBe(before);
  expect(readdirSync(userDir)).not.toContain('recordings');
}, 120_000);

test('data that was assigned comes from the gateway, checked, and is in the recording', async () => {
  const { there, process } = await elsewhere(2);
  const data = buildItem(there.wallet, { tags: [{ name: 'Action', value: 'Add' }], data: '30' });
  await there.node.ask('gateway.upload', { item: data.raw });
  await there.node.ask('mu.assign', { process, message: data.id, baseLayer: false, exclude: [] });
  await there.idle();
  const { hash } = await there.result(process, 2);
  const { app, until } = await appFor(there);
  await app.hub.ask('deploy.home', { network: 'there', process });
  const { file } = await until({ does: 'whole', here: 3, trouble: null });
  expect((await app.hub.ask('cu.result', { process, slot: toSlot(2) })).hash).toBe(hash);
  await app.hub.ask('recording.open', { file: file ?? '' });
  expect((await app.hub.ask('cu.result', { process, slot: toSlot(2) })).hash).toBe(hash);
}, 120_000);

test('what is left for another project can be gone on with when it is opened again, and its file is known as soon as it is written', async () => {
  const { there, process } = await elsewhere();
  let letIt: () => void = () => undefined;
  const held = new Promise<void>((done) => (letIt = done));
  const { app, until } = await appFor(there, async (path, text) => {
    if ((fromOf(path) ?? 0) > 0) await held;
    return text;
  });
  const { ask } = app.hub;
  const mine = app.workspace.project().path;
  await ask('deploy.home', { network: 'there', process });
  const home = app.workspace.project().path;
  await ask('project.open', { path: mine });
  expect(await ask('home.state', {})).toEqual({ home: null });
  letIt();
  await ask('project.open', { path: home });
  await until({ does: 'stopped', here: 100, of: SLOTS, file: null });
  await ask('home.go', { follow: true });
  const { file } = await until({ does: 'following', here: SLOTS, isFollowed: true });
  expect(file).not.toBeNull();
  // An app that is killed now finds it again.
  expect(await readOrigin(dirname(home))).toMatchObject({ file });
}, 120_000);

test('a compute unit that takes long to answer does not keep anybody from stopping, and what is in the file is not written again', async () => {
  const { there, process } = await elsewhere();
  let letIt: () => void = () => undefined;
  const held = new Promise<void>((done) => (letIt = done));
  let asked = 0;
  const cu = await inFront(there.node.urls.cu, async (path, text) => {
    if (!path.startsWith('/result')) return text;
    // It has told of one slot, and evaluates for a long time before it tells of the next.
    if (++asked > 1) await held;
    return text;
  });
  const { app, until } = await appFor(there, undefined, { cu });
  const { ask } = app.hub;
  await ask('deploy.home', { network: 'there', process });
  await vi.waitFor(() => expect(asked).toBe(2), { timeout: 30_000 });
  await ask('home.stop', {});
  const { file } = await until({ here: SLOTS, trouble: null });
  letIt();
  const writtenMs = statSync(file ?? '').mtimeMs;
  await ask('home.go', { follow: true });
  await until({ does: 'following' });
  await ask('home.stop', {});
  expect(statSync(file ?? '').mtimeMs).toBe(writtenMs);
  expect(asked).toBe(2);
}, 120_000);

test('a slot that a scheduler announces before it shows it is waited for while the head is followed', async () => {
  const { there, process } = await elsewhere(3);
  let isHidden = false;
  const { app, until } = await appFor(there, (path, text) => (isHidden && path.includes('from-nonce=2&') ? withoutSlot(text, 3) : text));
  const { ask } = app.hub;
  await ask('deploy.home', { network: 'there', process });
  await until({ does: 'whole', here: 3 });
  isHidden = true;
  await there.send(process, 'Add', '5');
  await ask('home.go', { follow: true });
  await until({ does: 'waiting', here: 3, of: 4, trouble: expect.objectContaining({ code: 'HOME_GAP' }) as HomeState['trouble'] });
  isHidden = false;
  await until({ does: 'following', here: 4, of: 4, trouble: null });
}, 120_000);
