import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { findElectronForTests } from '../../build/setup/electron-for-tests.mjs';
import { launchDesktop } from '../kit/app.ts';
import { newProject } from '../kit/project.ts';
import { openFile, PATIENCE, seen } from '../kit/window.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const electron = findElectronForTests();
if (electron === undefined) process.stderr.write('SKIPPED: the windows of the desktop; there is no Electron for tests on this machine.\n');

let home: string;
let app: ElectronApplication;

async function start(...args: readonly string[]): Promise<Page> {
  ({ app } = await launchDesktop(home, args));
  const page = await app.firstWindow();
  await seen(page.locator('.status').first());
  return page;
}

/** By the menu. */
async function openSecond(first: Page): Promise<Page> {
  await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('view.window')?.click());
  await expect.poll(() => app.windows().length, PATIENCE).toBe(2);
  const second = app.windows().find((one) => one !== first);
  if (second === undefined) throw new Error('there is no second window');
  await seen(second.locator('.status').first());
  return second;
}

/** Ends it as a loss of power would. */
async function kill(): Promise<void> {
  const main = app.process();
  const ended = new Promise((gone) => main.once('exit', gone));
  main.kill('SIGKILL');
  await ended;
}

beforeEach(({ skip }) => {
  skip(electron === undefined);
  home = mkdtempSync(join(tmpdir(), 'aoscope-home-'));
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ tour: 'shown' }));
});
afterEach(async () => {
  await app.close().catch(() => undefined);
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

const bounds = (): Promise<readonly { readonly x: number; readonly width: number }[]> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => ({ x: one.getBounds().x, width: one.getBounds().width })));

test('a second window shows the same project, a menu line acts in the window in front, and both come back where they were after a kill', async () => {
  const first = await start();
  const second = await openSecond(first);
  await app.evaluate(({ BrowserWindow }) => {
    const [one, other] = BrowserWindow.getAllWindows().toSorted((a, b) => a.id - b.id);
    one?.setBounds({ x: 10, y: 20, width: 900, height: 600 });
    other?.setBounds({ x: 60, y: 70, width: 1000, height: 640 });
    other?.emit('focus');
  });
  await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('view.commands')?.click());
  await seen(second.getByRole('dialog').first());
  expect(await first.getByRole('dialog').count()).toBe(0);
  const places = (): string => readFileSync(join(home, 'window.json'), 'utf8');
  await expect.poll(() => places().includes('"width":1000') && places().includes('"width":900'), PATIENCE).toBe(true);
  await kill();
  await start();
  await expect.poll(async () => (await bounds()).map(({ width }) => width).toSorted((a, b) => a - b), PATIENCE).toEqual([900, 1000]);
  // One that is closed stays closed.
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect.poll(() => (JSON.parse(places()) as unknown[]).length, PATIENCE).toBe(1);
});

test('a theme that is chosen in one window is that of the other, too', async () => {
  const first = await start();
  const second = await openSecond(first);
  const themeOf = (page: Page): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset['theme']);
  const before = await themeOf(second);
  await first.getByRole('button', { name: 'Switch light and dark' }).click();
  await expect.poll(() => themeOf(second), PATIENCE).not.toBe(before);
});

test('text that is typed in one window and not saved stands in the other, too', async () => {
  const project = newProject({ 'aoscope.json': '{ "version": 1, "name": "Two", "processes": [] }', 'a.lua': 'a = 0\n' });
  onTestFinished(() => project.remove());
  const first = await start(project.path);
  await openFile(first, 'a.lua');
  const second = await openSecond(first);
  await openFile(second, 'a.lua');
  await second.locator('.code-editor[data-path="a.lua"] .view-line').first().click();
  await second.keyboard.press('ControlOrMeta+End');
  await second.keyboard.type('-- not saved yet');
  await seen(first.locator('.code-editor[data-path="a.lua"] .view-line').filter({ hasText: /--.not.saved.yet/ }));
  await second.keyboard.press('ControlOrMeta+s');
  await expect.poll(() => first.getByRole('img', { name: 'not saved' }).count(), PATIENCE).toBe(0);
  expect(readFileSync(join(project.path, 'a.lua'), 'utf8')).toContain('-- not saved yet');
});

test('a page that crashes is loaded again, and what is known of it is written down here and shown', async () => {
  const page = await start();
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  const reports = (): readonly string[] => readdirSync(join(home, 'reports')).filter((name) => name.endsWith('.report.json'));
  await expect.poll(reports, PATIENCE).toHaveLength(1);
  expect(JSON.parse(readFileSync(join(home, 'reports', reports()[0] ?? ''), 'utf8'))).toMatchObject({ what: 'The page of a window ended' });
  await kill();
  void page;
  const again = await start();
  await seen(again.getByText('The page of a window ended').first());
  await again.getByRole('button', { name: 'Show', exact: true }).first().click();
  await seen(again.getByRole('heading', { name: 'Faults of the app' }));
  await again.getByRole('button', { name: 'Delete all reports' }).scrollIntoViewIfNeeded();
  await again.screenshot({ path: join(ROOT, 'test-results', 'desktop-reports.png') });
  await again.getByRole('button', { name: 'Delete all reports' }).click();
  await seen(again.getByText('None was written down.'));
  // The handler of crashes runs on, and keeps its folders.
  const left = readdirSync(join(home, 'reports'), { recursive: true, encoding: 'utf8' });
  expect(left.filter((name) => /\.(json|dmp|meta)$/.test(name))).toEqual([]);
});
