import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openHere } from '../../node/cli/headless.ts';
import type { Consent, DeployEvent, ToSign } from '../../node/contract/deploy.ts';
import { AoError } from '../../node/contract/errors.ts';
import { toProcessId } from '../../node/contract/ids.ts';
import { outputText } from '../../node/contract/outcome.ts';
import { sha256 } from '../../node/item/hash.ts';
import type { Workspace } from '../../node/workspace/ports.ts';
import { inFront, withoutSlot } from '../kit/in-front.ts';
import { startNode, type TestNode } from '../kit/node.ts';
import { workspaceOn } from '../kit/workspace.ts';

const OUT = resolve(import.meta.dirname, '../../out');
const RECEIPTS = 'aoscope.deployments.json';
const WISH = { network: 'there', wallet: 'savings', how: 'evaluate' } as const;
const never = (): AbortSignal => new AbortController().signal;

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'aoscope-consent-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

function projectFor({ node: { urls, opened } }: TestNode, scheduler: string | null = urls.su): string {
  const root = folder();
  const { gateway, cu, mu } = urls;
  const there = { kind: 'units', gateway, su: scheduler, cu, mu, authority: opened.mu.address };
  const start = { action: 'Open', tags: { Door: 'front' }, data: 'now' };
  const processes = [{ name: 'bank', source: 'bank.lua', start }];
  writeFileSync(join(root, 'aoscope.json'), JSON.stringify({ version: 1, name: 'market', processes, networks: { there } }));
  writeFileSync(join(root, 'bank.lua'), 'print("owned by " .. Owner)');
  return root;
}

interface Window {
  readonly handlers: Workspace['handlers'];
  readonly asked: ToSign[];
  /** What is answered from now on. */
  says: Consent;
}

/** A window on a project, which answers every question. */
async function windowOn(node: TestNode, home: string, root: string): Promise<Window> {
  const asked: ToSign[] = [];
  const window: { says: Consent } = { says: 'one' };
  const heard = (event: DeployEvent): void => {
    if (event.kind !== 'asks') return;
    asked.push(event.item);
    void workspace.handlers['deploy.answer']({ number: event.number, consent: window.says }, never());
  };
  const workspace = await workspaceOn(node, home, root, {
    tell: (name, event) => {
      if (name === 'deploy.event') heard(event as DeployEvent);
    },
    openNode: (wish) => openHere(OUT, wish),
  });
  return Object.assign(window, { handlers: workspace.handlers, asked });
}

async function rehearsed({ handlers }: Window): Promise<string> {
  const { key } = await handlers['deploy.plan'](WISH, never());
  const { processes } = await handlers['deploy.rehearse']({ ...WISH, plan: key, withTests: false }, never());
  expect(processes).toMatchObject([{ name: 'bank', error: null }]);
  return key;
}

test('a rehearsal takes no key of the person, and what it gives counts as what the network gives', async () => {
  const there = await startNode({ http: true });
  const root = projectFor(there);
  const window = await windowOn(there, folder(), root);
  const { handlers, asked } = window;
  const { address } = await handlers['keys.make']({ name: 'savings', kind: 'ethereum', passphrase: 'seven grey herons' }, never());
  writeFileSync(join(root, 'bank.lua'), `if Owner == "${address}" then error("signed with the real key") end`);
  await handlers['keys.lock']({ name: 'savings' }, never());
  await rehearsed(window);

  writeFileSync(join(root, 'bank.lua'), 'print("owned by " .. Owner)');
  await handlers['keys.unlock']({ name: 'savings', passphrase: 'seven grey herons' }, never());
  const key = await rehearsed(window);
  // A no leaves nothing behind that says that somebody has deployed.
  window.says = 'none';
  await expect(handlers['deploy.run']({ ...WISH, plan: key }, never())).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(existsSync(join(root, RECEIPTS))).toBe(false);

  window.says = 'one';
  asked.length = 0;
  const { compared } = await handlers['deploy.run']({ ...WISH, plan: key }, never());
  expect(compared).toEqual([{ name: 'bank', is: 'equal', difference: null }]);
  const mu = new URL(there.node.urls.mu ?? '').host;
  const gateway = new URL(there.node.urls.gateway ?? '').host;
  expect(asked.map(({ what, sentTo, text }) => [what, sentTo, text === null ? null : text.slice(0, 8)])).toEqual([
    ['Upload a module', gateway, expect.anything()],
    ['Spawn bank', mu, 'print("o'],
    [expect.stringMatching(/^Open to /), mu, 'now'],
  ]);
  for (const { text, sha256: hash, dataBytes } of asked.slice(1)) {
    expect(hash).toBe(sha256(Buffer.from(text ?? '')).toString('hex'));
    expect(dataBytes).toBe(Buffer.byteLength(text ?? ''));
  }
}, 120_000);

test('receipts that came with a project are told of before anything is signed for their processes, those of this computer are not', async () => {
  const there = await startNode({ http: true });
  const root = projectFor(there);
  const home = folder();
  const own = await windowOn(there, home, root);
  await own.handlers['keys.make']({ name: 'savings', kind: 'ethereum', passphrase: 'seven grey herons' }, never());
  own.says = 'all';
  const { processes } = await own.handlers['deploy.run']({ ...WISH, plan: await rehearsed(own) }, never());
  const id = processes[0]?.process ?? '';
  const receiptsOf = async (): Promise<unknown> =>
    (await own.handlers['deploy.networks']({}, never())).networks.find(({ name }) => name === 'there')?.receipts;
  expect(await receiptsOf()).toMatchObject([{ name: 'bank', process: id, isWrittenHere: true }]);
  writeFileSync(join(root, 'bank.lua'), 'print("anew")');
  const { plan } = await own.handlers['deploy.plan'](WISH, never());
  expect(plan.steps).toMatchObject([{ does: 'evaluate', process: id }]);
  expect(plan.warnings.filter((one) => one.includes(id))).toEqual([]);
  // A new process would run on the module that was uploaded before, which is told by its id.
  const { networks } = JSON.parse(readFileSync(join(root, RECEIPTS), 'utf8')) as { networks: { there: { modules: object } } };
  const anew = await own.handlers['deploy.plan']({ ...WISH, how: 'respawn' }, never());
  expect(anew.plan.steps).toMatchObject([{ does: 'spawn', moduleId: Object.values(networks.there.modules)[0] as string }]);
  expect(anew.plan.uploads).toEqual([]);

  const copy = folder();
  cpSync(root, copy, { recursive: true, filter: (path) => !path.includes('.aoscope') });
  await own.handlers['project.open']({ path: copy }, never());
  // A name that comes with a folder is shown as the folder's.
  expect(await receiptsOf()).toMatchObject([{ name: 'bank', process: id, isWrittenHere: false }]);
  const key = await rehearsed(own);
  const told = expect.stringMatching(new RegExp(`not written on this computer.*${id}.*calls itself "bank"`)) as string;
  expect((await own.handlers['deploy.plan'](WISH, never())).plan.warnings).toContainEqual(told);
  own.asked.length = 0;
  await own.handlers['deploy.run']({ ...WISH, plan: key }, never());
  expect(own.asked).toMatchObject([{ target: id, text: 'print("anew")', warnings: [told] }]);

  // Receipts without an owner would let anybody's processes pass for one's own.
  const receipts = JSON.parse(readFileSync(join(copy, RECEIPTS), 'utf8')) as { networks: { there: object } };
  writeFileSync(join(copy, RECEIPTS), JSON.stringify({ ...receipts, networks: { there: { ...receipts.networks.there, wallet: null } } }));
  await expect(own.handlers['deploy.plan'](WISH, never())).rejects.toMatchObject({ code: 'DEPLOYMENTS_BROKEN' });
}, 120_000);

test('a rehearsal is of the plan that it was asked for, and a plan ends where nobody waits for it', async () => {
  const there = await startNode({ http: true });
  const root = projectFor(there);
  const { handlers } = await windowOn(there, folder(), root);
  await handlers['keys.make']({ name: 'savings', kind: 'ethereum', passphrase: 'seven grey herons' }, never());
  const { key } = await handlers['deploy.plan'](WISH, never());
  writeFileSync(join(root, 'bank.lua'), 'print("other")');
  await expect(handlers['deploy.rehearse']({ ...WISH, plan: key, withTests: false }, never())).rejects.toMatchObject({
    code: 'DEPLOY_CHANGED',
  });
  await expect(handlers['deploy.plan'](WISH, AbortSignal.abort(new AoError('CANCELLED')))).rejects.toMatchObject({ code: 'CANCELLED' });
}, 120_000);

test('new code is rehearsed on the real state of the live process that it goes into, and what the network answers is held against that', async () => {
  const there = await startNode({ http: true });
  let isHidden = false;
  const scheduler = await inFront(there.node.urls.su, (path, text) =>
    isHidden && /[?&]from-nonce=-1&.*limit=[^1]/.test(path) ? withoutSlot(text, 1) : text,
  );
  const root = projectFor(there, scheduler);
  const bank = 'Handlers.add("Put", "Put", function(msg) Total = Total + tonumber(msg.Data) end)';
  const written = (code: string): void => writeFileSync(join(root, 'bank.lua'), `Total = Total or 5 ${bank} ${code}`);
  written('');
  const window = await windowOn(there, folder(), root);
  const { handlers } = window;
  await handlers['keys.make']({ name: 'savings', kind: 'ethereum', passphrase: 'seven grey herons' }, never());
  window.says = 'all';
  const { processes } = await handlers['deploy.run']({ ...WISH, plan: await rehearsed(window) }, never());
  const process = toProcessId(processes[0]?.process ?? '');
  await there.send(process, 'Put', '7');
  await there.idle();

  written('if Total == 12 then error("the vault is full") end');
  const { key } = await handlers['deploy.plan'](WISH, never());
  const failed = await handlers['deploy.rehearse']({ ...WISH, plan: key, withTests: false }, never());
  // From nothing on it goes well.
  expect(failed).toMatchObject({
    processes: [{ name: 'bank', error: null }],
    forks: [{ name: 'bank', process, reason: null, error: expect.stringContaining('the vault is full') as string }],
  });
  await expect(handlers['deploy.run']({ ...WISH, plan: key }, never())).rejects.toMatchObject({ code: 'DEPLOY_UNREHEARSED' });

  written('print("total " .. Total) Send({ Target = Owner, Data = tostring(Total) })');
  const { slotLatest } = await there.node.ask('su.process', { process });
  const next = await handlers['deploy.plan'](WISH, never());
  const well = await handlers['deploy.rehearse']({ ...WISH, plan: next.key, withTests: false }, never());
  expect(well.forks).toEqual([{ name: 'bank', process, slots: slotLatest + 1, reason: null, error: null }]);
  const { compared } = await handlers['deploy.run']({ ...WISH, plan: next.key }, never());
  expect(compared).toEqual([{ name: 'bank', is: 'equal', difference: null }]);
  expect(outputText((await there.result(process, slotLatest + 1)).output).text).toContain('total 12');

  // What cannot be forked is said, and keeps nobody from deploying.
  written('print("again " .. Total)');
  const last = await handlers['deploy.plan'](WISH, never());
  isHidden = true;
  const fresh = await handlers['deploy.rehearse']({ ...WISH, plan: last.key, withTests: false }, never());
  expect(fresh.forks).toMatchObject([
    { name: 'bank', slots: 0, reason: expect.stringContaining('slot 1 of its log') as string, error: null },
  ]);
  isHidden = false;
  const end = await handlers['deploy.run']({ ...WISH, plan: last.key }, never());
  expect(end.compared).toEqual([{ name: 'bank', is: 'other', difference: null }]);
}, 120_000);

test('the live processes that take the code come first, and a module that they share is fetched once', async () => {
  const there = await startNode({ http: true });
  const logs: string[] = [];
  const modules: string[] = [];
  let isHeard = false;
  const su = await inFront(there.node.urls.su, (path, text) => {
    const process = /process-id=([^&]+)&from-nonce=-1&.*limit=[^1]/.exec(path)?.[1];
    if (isHeard && process !== undefined) logs.push(process);
    return text;
  });
  const gateway = await inFront(there.node.urls.gateway, (path, text) => {
    if (isHeard && path.startsWith('/raw/')) modules.push(path);
    return text;
  });
  const root = projectFor(there);
  const { cu, mu } = there.node.urls;
  const network = { kind: 'units', gateway, su, cu, mu, authority: there.node.opened.mu.address };
  const processes = ['vault', 'bank'].map((name) => ({ name, source: `${name}.lua` }));
  writeFileSync(join(root, 'aoscope.json'), JSON.stringify({ version: 1, name: 'market', processes, networks: { there: network } }));
  writeFileSync(join(root, 'vault.lua'), 'Gold = 1');
  const window = await windowOn(there, folder(), root);
  const { handlers } = window;
  await handlers['keys.make']({ name: 'savings', kind: 'ethereum', passphrase: 'seven grey herons' }, never());
  window.says = 'all';
  const first = await handlers['deploy.plan'](WISH, never());
  await handlers['deploy.rehearse']({ ...WISH, plan: first.key, withTests: false }, never());
  const { processes: live } = await handlers['deploy.run']({ ...WISH, plan: first.key }, never());
  for (const { process } of live) await there.send(toProcessId(process ?? ''), 'Hello');
  await there.idle();

  writeFileSync(join(root, 'bank.lua'), 'print("once more owned by " .. Owner)');
  const { key } = await handlers['deploy.plan'](WISH, never());
  isHeard = true;
  const { forks } = await handlers['deploy.rehearse']({ ...WISH, plan: key, withTests: false }, never());
  expect(forks).toMatchObject([{ name: 'bank', reason: null, error: null }]);
  const idOf = (name: string): unknown => live.find((one) => one.name === name)?.process;
  expect(logs).toEqual([idOf('bank'), idOf('vault')]);
  expect(modules).toHaveLength(1);
}, 120_000);
