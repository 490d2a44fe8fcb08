import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findElectronForTests } from '../../build/setup/electron-for-tests.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const FLAGS = ['--no-sandbox', '--disable-gpu', ROOT];
const electron = findElectronForTests();
if (electron === undefined) process.stderr.write('SKIPPED: the desktop shell; there is no Electron for tests on this machine.\n');

let home: string;
let app: ElectronApplication;
let page: Page;

/** An environment in which Electron is Electron and this installation is the test's own. */
function env(): Record<string, string> {
  const { ELECTRON_RUN_AS_NODE: _unset, ...rest } = process.env;
  return {
    ...Object.fromEntries(Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    AOSCOPE_HOME: home,
  };
}

/** Starts the built app beside the one that runs, and waits for its end. */
function startAgain(...args: readonly string[]): Promise<{ readonly code: number | null; readonly printed: string }> {
  return new Promise((found) => {
    const child = spawn(electron ?? '', [...FLAGS, ...args], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const pipe of [child.stdout, child.stderr]) pipe.on('data', (text: Buffer) => (printed += text.toString()));
    child.once('close', (code) => found({ code, printed }));
  });
}

interface Metric {
  readonly pid: number;
  readonly name: string | undefined;
}

/** The units' processes, as Electron knows them. */
async function units(): Promise<readonly Metric[]> {
  const all = await app.evaluate((running) => running.app.getAppMetrics().map(({ pid, name }) => ({ pid, name })));
  return all.filter(({ name }) => name?.startsWith('aoscope '));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const body = (): Promise<string> => page.evaluate(() => document.body.innerText);

beforeEach(async ({ skip }) => {
  skip(electron === undefined);
  home = mkdtempSync(join(tmpdir(), 'aoscope-home-'));
  app = await _electron.launch({ executablePath: electron ?? '', args: FLAGS, env: env(), cwd: ROOT, timeout: 60_000 });
  page = await app.firstWindow();
  await vi.waitUntil(async () => (await body()).includes('0 processes'), { timeout: 30_000 });
  await vi.waitUntil(async () => (await units()).length === 4, { timeout: 30_000 });
});
afterEach(async () => {
  await app.close().catch(() => undefined);
  rmSync(home, { recursive: true, force: true });
});

test('a second start hands its folder to the first and ends', async () => {
  const project = join(home, 'second-folder');
  mkdirSync(project);
  writeFileSync(join(project, 'only-there.lua'), 'return 1\n');
  expect(await startAgain(project)).toMatchObject({ code: 0, printed: expect.stringContaining('running already') as unknown });
  await expect.poll(body, { timeout: 20_000 }).toContain('only-there.lua');
});

test('an address of the app that is no link opens no folder, and the window says so', async () => {
  const folder = join(home, 'second-folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'only-there.lua'), 'return 1\n');
  expect(await startAgain(`aoscope:x/${'../'.repeat(9)}${folder}`)).toMatchObject({ code: 0 });
  await expect.poll(body, { timeout: 20_000 }).toContain('FOCUS_LINK_WRONG');
  expect(await body()).not.toContain('only-there.lua');
});

test('a unit that is killed comes back, in a new process', async () => {
  const before = await units();
  const victim = before.find(({ name }) => name === 'aoscope su');
  process.kill(victim?.pid ?? 0, 'SIGKILL');
  const suNow = async (): Promise<number | undefined> => (await units()).find(({ name }) => name === 'aoscope su')?.pid;
  await expect.poll(async () => [undefined, victim?.pid].includes(await suNow()), { timeout: 20_000 }).toBe(false);
  const others = (all: readonly Metric[]): Set<number> => new Set(all.filter(({ name }) => name !== 'aoscope su').map(({ pid }) => pid));
  expect(others(await units())).toEqual(others(before));
});

test.each(['closing the window', 'SIGINT', 'SIGTERM', 'SIGKILL'])('%s leaves no unit behind', async (how) => {
  const pids = (await units()).map(({ pid }) => pid);
  const main = app.process();
  const ended = new Promise((resolveEnd) => main.once('exit', resolveEnd));
  if (how === 'closing the window') await page.close({ runBeforeUnload: true });
  else main.kill(how as NodeJS.Signals);
  await ended;
  await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
});

test('the page runs no script that was put into it, opens nothing and reaches nothing', async () => {
  const tried = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "injected"';
    document.body.append(script);
    const reached = await fetch('http://127.0.0.1:4000/info').then(
      () => 'reached',
      () => 'refused',
    );
    return {
      title: document.title,
      opened: window.open('https://example.com') === null,
      reached,
      node: typeof Reflect.get(window, 'require'),
    };
  });
  expect(tried).toMatchObject({ opened: true, reached: 'refused', node: 'undefined' });
  expect(tried.title).not.toBe('injected');
  await page.evaluate(() => {
    window.location.href = 'https://example.com/';
  });
  await page.waitForTimeout(300);
  expect(page.url()).toBe('app://aoscope/index.html');
});

test("the window is set up as Electron's checklist asks, and may ask the system for nothing", async () => {
  const set = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    // Electron does not document it, and has had it in every version.
    const read: unknown = contents === undefined ? undefined : Reflect.get(contents, 'getLastWebPreferences');
    return typeof read === 'function' ? (read.call(contents) as Record<string, unknown>) : {};
  });
  expect(set).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, webviewTag: false });
  for (const name of ['allowRunningInsecureContent', 'experimentalFeatures', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames'])
    expect([name, set[name] ?? false]).toEqual([name, false]);
  expect(set['enableBlinkFeatures'] ?? '').toBe('');
  const asked = await page.evaluate(async () => {
    const state = async (name: string): Promise<string> => (await navigator.permissions.query({ name: name as PermissionName })).state;
    const heard = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'heard',
      (error: unknown) => (error instanceof DOMException ? error.name : 'failed'),
    );
    const globals = ['require', 'process', 'Buffer', 'module', 'ipcRenderer', 'electron'];
    return {
      states: await Promise.all(['geolocation', 'notifications', 'clipboard-read', 'midi'].map(state)),
      notification: await Notification.requestPermission(),
      heard,
      given: globals.filter((name) => Reflect.has(window, name)),
    };
  });
  expect(asked).toEqual({
    states: ['denied', 'denied', 'denied', 'denied'],
    notification: 'denied',
    heard: expect.stringMatching(/NotAllowedError|NotFoundError/) as string,
    given: [],
  });
});

test('a page that is loaded anew is linked anew', async () => {
  // The page of Electron 25 crashes (and is loaded again) where it is left in its first instants; that is not asked here.
  await expect.poll(body, { timeout: 20_000 }).toContain('node 127.0.0.1:');
  await page.waitForTimeout(1000);
  await page.evaluate(() => document.body.append('the page before'));
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.reload());
  await expect.poll(body, { timeout: 20_000 }).not.toContain('the page before');
  await expect.poll(body, { timeout: 20_000 }).toContain('0 processes');
  await expect.poll(body, { timeout: 20_000 }).toContain('node 127.0.0.1:');
});

test('a menu line runs the command of the window', async () => {
  await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('view.commands')?.click());
  await page.waitForSelector('[role="dialog"]', { timeout: 10_000 });
});

test('a port asked for by name that is taken is an error with its cure', async () => {
  const server = createServer();
  await new Promise<void>((resolveListening) => server.listen(0, '127.0.0.1', resolveListening));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const other = home;
  home = mkdtempSync(join(tmpdir(), 'aoscope-home-'));
  try {
    const child = spawn(electron ?? '', [...FLAGS, `--port=${port}`], { env: env(), stdio: ['ignore', 'ignore', 'pipe'] });
    let printed = '';
    child.stderr.on('data', (text: Buffer) => (printed += text.toString()));
    const code = new Promise((resolveEnd) => child.once('exit', resolveEnd));
    await expect.poll(() => printed, { timeout: 20_000 }).toContain(`Port ${port} is taken by another program. Close that program`);
    child.kill('SIGINT');
    expect(await code).toBe(1);
  } finally {
    rmSync(home, { recursive: true, force: true });
    home = other;
    server.close();
  }
});

test('where a window would let pages embed others, nothing is attached all the same', async () => {
  const refused = await app.evaluate(async ({ BrowserWindow }) => {
    const window = new BrowserWindow({ show: false, webPreferences: { webviewTag: true, partition: 'test' } });
    const tried = new Promise<boolean>((told) => {
      // It hears it after the rules of the app, which every page has from its beginning.
      window.webContents.once('will-attach-webview', (event) => told(event.defaultPrevented));
    });
    void window
      .loadURL('data:text/html,<webview src="data:text/html,embedded" style="width:99px;height:99px"></webview>')
      .catch(() => undefined);
    const answer = await tried;
    window.destroy();
    return answer;
  });
  expect(refused).toBe(true);
});

test('a page is led nowhere else by a redirect', async () => {
  const server = createHttpServer((_request, response) => response.writeHead(302, { location: '/there' }).end());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const refused = await app.evaluate(async ({ BrowserWindow }, url) => {
      // Without the rules of our own session, which would cancel the request before.
      const window = new BrowserWindow({ show: false, webPreferences: { partition: 'test' } });
      const tried = new Promise<boolean>((told) => {
        // It hears it after the rules of the app, which every page has from its beginning.
        window.webContents.once('will-redirect', (event) => told(event.defaultPrevented));
      });
      void window.loadURL(url).catch(() => undefined);
      const answer = await tried;
      window.destroy();
      return answer;
    }, `http://127.0.0.1:${port}/here`);
    expect(refused).toBe(true);
  } finally {
    server.close();
  }
});
