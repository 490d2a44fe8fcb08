import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openServed, type OpenApp } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { startNode, type TestNode } from '../kit/node.ts';
import { command, PATIENCE, seen } from '../kit/window.ts';

const TOKEN = resolve(import.meta.dirname, '../../node/samples/token');
const PASSPHRASE = 'seven grey herons';

/** The sample of three processes, in a folder of its own. */
function tokenProject(): string {
  const path = mkdtempSync(join(tmpdir(), 'aoscope-deploy-window-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  cpSync(TOKEN, path, { recursive: true });
  return path;
}

/** Everything that the window was told. */
function listenTo(page: Page): () => string {
  const frames: string[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => frames.push(payload.toString()));
  });
  return () => frames.join('\n');
}

async function isUsable({ page }: OpenApp): Promise<void> {
  expect(await violations(page)).toEqual([]);
  const panel = page.locator('.deploy');
  expect(await panel.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
}

async function addNetwork(page: Page, { node }: TestNode): Promise<void> {
  await page.getByRole('button', { name: 'Add a network…' }).click();
  const form = page.getByRole('dialog', { name: 'Add a network' });
  await form.getByLabel('Name').fill('practice');
  const { gateway, su, cu, mu } = node.urls;
  for (const [label, url] of [
    ['Gateway', gateway],
    ['Scheduler unit', su],
    ['Compute unit', cu],
    ['Messenger unit', mu],
  ] as const)
    await form.getByLabel(label, { exact: true }).fill(url ?? '');
  await form.getByLabel('Authority').fill(node.opened.mu.address ?? '');
  // One that is wrong is told by its name before anything is kept.
  await form.getByLabel('Compute unit', { exact: true }).fill(gateway ?? '');
  await form.getByRole('button', { name: 'Examine' }).click();
  await seen(form.getByText('but no compute unit'));
  await form.getByLabel('Compute unit', { exact: true }).fill(cu ?? '');
  await form.getByRole('button', { name: 'Examine' }).click();
  await expect.poll(() => form.getByLabel('well', { exact: true }).count(), PATIENCE).toBe(5);
  await form.getByRole('button', { name: 'Save' }).click();
  await seen(page.getByRole('radio', { name: /practice/ }));
}

async function makeWallet(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New wallet…' }).click();
  const form = page.getByRole('dialog', { name: 'New wallet' });
  await form.getByLabel('Name').fill('savings');
  await form.getByLabel('Ethereum').check();
  await form.getByLabel('Passphrase').fill(PASSPHRASE);
  await form.getByLabel('The same again').fill(PASSPHRASE);
  await form.getByRole('button', { name: 'Make it' }).click();
  await seen(page.getByRole('radio', { name: /savings/ }));
}

async function spawnsIn(there: TestNode): Promise<number> {
  return (await there.facts('su')).filter((fact) => fact.kind === 'su.assigned' && fact.slot === 0).length;
}

it('the token is brought to a node of somebody else from the window, with every signature shown, and its change is shown before the next', async () => {
  const there = await startNode({ http: true });
  const path = tokenProject();
  const app = await openServed({ project: path, size: { width: 1440, height: 900 } });
  onTestFinished(app.close);
  const { page } = app;
  const told = listenTo(page);
  await page.reload();
  await command(page, 'Deploy to a network');
  await addNetwork(page, there);
  await makeWallet(page);
  expect(JSON.parse(readFileSync(join(path, 'aoscope.json'), 'utf8'))).toMatchObject({ networks: { practice: { kind: 'units' } } });

  await page.getByRole('button', { name: 'Make a plan' }).click();
  const plan = page.getByRole('list', { name: 'What it would do' });
  await seen(plan.getByText('then a message Mint'));
  await isUsable(app);
  await page.getByRole('button', { name: 'Lock savings' }).click();
  await seen(page.getByText('Unlock savings first.'));
  await page.getByRole('button', { name: 'Unlock savings' }).click();
  const unlock = page.getByRole('dialog', { name: 'Unlock: savings' });
  await unlock.getByLabel('Passphrase').fill('seven grey geese');
  await unlock.getByRole('button', { name: 'Unlock' }).click();
  await seen(unlock.getByText('WALLET_PASSPHRASE'));
  await unlock.getByLabel('Passphrase').fill(PASSPHRASE);
  await unlock.getByRole('button', { name: 'Unlock' }).click();
  await page.getByRole('button', { name: 'Rehearse' }).click();
  await seen(page.getByText(/\d tests passed/));
  expect(await spawnsIn(there)).toBe(0);
  await app.picture('deploy-rehearsed');

  // A no ends it, and nothing was sent.
  await page.getByRole('button', { name: 'Sign and deploy…' }).click();
  const sign = page.getByRole('dialog', { name: 'Sign for practice?' });
  await seen(sign.getByText('Upload a module'));
  await app.picture('deploy-sign');
  expect(await violations(page)).toEqual([]);
  // A click beside it is none.
  await page.mouse.click(5, 5);
  await seen(sign.getByText('Upload a module'));
  await page.keyboard.press('Escape');
  await seen(page.getByText('Stopped. Nothing was sent.'));
  expect(await spawnsIn(there)).toBe(0);
  await page.getByRole('button', { name: 'Sign and deploy…' }).click();
  await sign.getByRole('button', { name: 'Sign this one' }).click();
  await seen(sign.getByText('Spawn token'));
  await seen(sign.getByRole('table', { name: 'Tags' }).getByText('Data-Protocol'));
  expect(await sign.getByLabel('Data').textContent()).toContain('Handlers.add');
  await app.picture('deploy-sign-spawn');
  await sign.getByRole('button', { name: 'Sign this and all that follow' }).click();
  await expect.poll(() => page.getByText('answered as in the rehearsal').count(), PATIENCE).toBe(3);
  await there.idle();
  expect(await spawnsIn(there)).toBe(3);
  await isUsable(app);
  await app.picture('deploy-done-dark');
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await isUsable(app);
  await app.picture('deploy-done-light');

  // New code for one: the plan shows it line by line against what the network has.
  const file = join(path, 'token.lua');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"Moved "', '"Sent "'));
  // As if the receipts had come with a project of somebody else.
  rmSync(join(app.home, 'deployed.json'));
  await page.getByRole('button', { name: 'Plan again' }).click();
  await seen(plan.getByText('evaluate the new code into it'));
  await seen(plan.getByText('1 line out, 1 in, against what runs'));
  expect(await plan.locator('.deploy-line.out').allTextContents()).toEqual([expect.stringContaining('"Moved "')]);
  await seen(page.locator('.deploy-note').getByText('token: its receipt was not written on this computer.'));
  await app.picture('deploy-change');
  await page.getByRole('button', { name: 'Rehearse' }).click();
  await seen(page.getByText('took the new code on a fork of its'));
  await app.picture('deploy-forked');
  await page.getByRole('button', { name: 'Sign and deploy…' }).click();
  await seen(sign.getByRole('alert').getByText('token: its receipt was not written on this computer.'));
  expect(await sign.getByLabel('Data').textContent()).toBe(readFileSync(file, 'utf8'));
  await seen(sign.getByRole('heading', { name: `It goes to ${new URL(there.node.urls.mu ?? '').host}` }));
  expect(await violations(page)).toEqual([]);
  await app.picture('deploy-sign-warned');
  await page.keyboard.press('Escape');
  await seen(page.getByText('Stopped. Nothing was sent.'));
  await page.setViewportSize({ width: 1000, height: 640 });
  await isUsable(app);
  await plan.scrollIntoViewIfNeeded();
  await app.picture('deploy-change-narrow');

  // The key goes into a file that the person names, outside of the project, and never through the window.
  const out = mkdtempSync(join(tmpdir(), 'aoscope-key-'));
  onTestFinished(() => rmSync(out, { recursive: true, force: true }));
  await exportTo(page, join(path, 'key.txt'));
  await seen(page.getByText('WALLET_INSIDE'));
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await exportTo(page, join(out, 'key.txt'));
  await expect.poll(() => readdirSync(out), PATIENCE).toEqual(['key.txt']);
  const key = readFileSync(join(out, 'key.txt'), 'utf8').trim();
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(told()).toContain('keys');
  expect(told()).not.toContain(key);
  expect(app.pageErrors).toEqual([]);
}, 240_000);

async function exportTo(page: Page, path: string): Promise<void> {
  await page.getByRole('button', { name: 'Actions for savings' }).click();
  await page.getByRole('menuitem', { name: 'Export the key…' }).click();
  const form = page.getByRole('dialog', { name: 'Export the key: savings' });
  await form.getByLabel('Into the new file').fill(path);
  await form.getByLabel('Passphrase').fill(PASSPHRASE);
  await form.getByRole('button', { name: 'Write it' }).click();
}

it('a process that lives elsewhere comes home with progress, opens as a recording, and can be stepped through', async () => {
  const there = await startNode({ http: true });
  const process = await there.spawn('Count = 0 Handlers.add("Add", "Add", function() Count = Count + 1 print("counted " .. Count) end)', [
    { name: 'Name', value: 'far counter' },
  ]);
  for (let each = 0; each < 5; each++) await there.send(process, 'Add');
  await there.idle();
  const app = await openServed({ project: tokenProject(), size: { width: 1000, height: 640 } });
  onTestFinished(app.close);
  const { page } = app;
  await command(page, 'Deploy to a network');
  await addNetwork(page, there);
  await page.getByRole('button', { name: 'Bring a process home…' }).click();
  const form = page.getByRole('dialog', { name: 'Bring a process home from practice' });
  await form.getByLabel('Process').fill(process);
  await page.mouse.click(5, 5);
  expect(await form.getByLabel('Process').inputValue()).toBe(process);
  await app.picture('deploy-home');
  expect(await violations(page)).toEqual([]);
  await form.getByRole('button', { name: 'Bring it home' }).click();
  await seen(page.getByText('All 6 slots are here.'));
  await seen(page.getByText('recording, read-only').first());
  await seen(page.getByText('counted 5').first());
  await app.picture('deploy-home-open');
  await seen(page.getByText('Signatures and hash chain are checked.'));
  // Opened recordings are tidied away; this one is not among them.
  expect(readdirSync(join(app.home, 'home'))).toEqual([expect.stringMatching(/^far counter-.*\.aoscope$/)]);
  await page.getByRole('button', { name: 'Follow its head' }).click();
  await seen(page.getByText('come in by themselves, each checked'));
  await there.send(process, 'Add');
  await seen(page.getByText('All 7 slots are here.'));
  await seen(page.getByText('counted 6').first());
  await app.picture('deploy-home-following');
  await page.getByRole('button', { name: 'Stop following' }).click();
  await seen(page.getByRole('button', { name: 'Follow its head' }));
  expect(app.pageErrors).toEqual([]);
}, 120_000);
