import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { findElectronForTests } from '../../build/setup/electron-for-tests.mjs';
import { launchBrowser } from './browser.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** The pictures that the README shows. They are renewed where AOSCOPE_PICTURES=readme; otherwise all go to test-results. */
const SHOWN = new Set(['desktop-flow', 'served-past']);
const folderOf = (name: string): string =>
  process.env['AOSCOPE_PICTURES'] === 'readme' && SHOWN.has(name) ? join(ROOT, 'build', 'readme') : join(ROOT, 'test-results');

/** The app as a person has it before them, in one of its two shells. */
export interface OpenApp {
  readonly shell: 'served' | 'desktop';
  readonly page: Page;
  /** This installation's own folder, made for the test. */
  readonly home: string;
  /** What the page reported as an error so far. */
  readonly pageErrors: readonly string[];
  picture(name: string): Promise<void>;
  /** Ends it as a person would and waits until it is gone. */
  close(): Promise<void>;
}

/** The desktop app, with its main process. */
export interface OpenDesktop extends OpenApp {
  readonly app: ElectronApplication;
  /** What it was started with, to start it once more beside itself. */
  readonly started: { readonly executablePath: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> };
}

export interface OpenAppOptions {
  /** Folder or recording given on the command line. */
  readonly project?: string;
  readonly size?: { readonly width: number; readonly height: number };
}

/** A folder for one installation, whose person has seen the tour; gone when `remove` is called. */
export function newHome(): { readonly home: string; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'aoscope-home-'));
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ tour: 'shown' }));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** A serving app, started as `npm start` starts it. */
export interface ServedProcess {
  readonly child: ChildProcess;
  readonly address: string;
  printed(): string;
  /** Resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts out/node/serve.cjs on `home` and waits for the address that it prints. */
export async function startServed(home: string, args: readonly string[] = []): Promise<ServedProcess> {
  const child = spawn(process.execPath, [join(ROOT, 'out/node/serve.cjs'), '--no-open', ...args], {
    env: { ...process.env, AOSCOPE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const exited = new Promise<number | null>((resolveExit) => child.once('exit', (code) => resolveExit(code)));
  const address = await new Promise<string>((found, failed) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const match = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(text);
      if (match !== null) found(match[0]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then((code) => failed(new Error(`serve ended with ${code}:\n${text}`)));
  });
  return {
    child,
    address,
    printed: () => text,
    stop(signal = 'SIGINT') {
      child.kill(signal);
      return exited;
    },
  };
}

/** Opens the served app in Chromium. */
export async function openServed(options: OpenAppOptions = {}): Promise<OpenApp> {
  const { home, remove } = newHome();
  const served = await startServed(home, options.project === undefined ? [] : [options.project]);
  const browser = await launchBrowser();
  const context = await browser.newContext({
    viewport: options.size ?? { width: 1440, height: 900 },
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const pageErrors = listen(page);
  await page.goto(served.address);
  return {
    shell: 'served',
    page,
    home,
    pageErrors,
    picture: (name) => picture(page, `served-${name}`),
    async close() {
      await browser.close();
      await served.stop();
      remove();
    },
  };
}

/** Starts a real Electron with the app. @throws Error where there is none: callers skip, loudly. */
export async function launchDesktop(home: string, given: readonly string[] = []): Promise<Pick<OpenDesktop, 'app' | 'started'>> {
  const executablePath = findElectronForTests();
  if (executablePath === undefined) throw new Error('there is no Electron for tests on this machine');
  // With it Electron would act as plain Node.
  const { ELECTRON_RUN_AS_NODE: _unset, ...rest } = process.env;
  const env = { ...stringsOf(rest), AOSCOPE_HOME: home };
  const args = ['--no-sandbox', '--disable-gpu', ROOT];
  const app = await _electron.launch({ executablePath, args: [...args, ...given], env, cwd: ROOT, timeout: 60_000 });
  return { app, started: { executablePath, args, env } };
}

/** Opens the desktop app as {@link launchDesktop}, in a size of its own. */
export async function openDesktop(options: OpenAppOptions = {}): Promise<OpenDesktop> {
  const { home, remove } = newHome();
  const { app, started } = await launchDesktop(home, options.project === undefined ? [] : [options.project]);
  const page = await app.firstWindow();
  const pageErrors = listen(page);
  await app.evaluate(
    ({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
    options.size ?? { width: 1440, height: 900 },
  );
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  return {
    shell: 'desktop',
    app,
    started,
    page,
    home,
    pageErrors,
    picture: (name) => picture(page, `desktop-${name}`),
    async close() {
      await app.close();
      remove();
    },
  };
}

function listen(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = folderOf(name);
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

function stringsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
