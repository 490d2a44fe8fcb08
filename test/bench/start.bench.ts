import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../kit/browser.ts';
import { treeMemoryMiB } from './kit.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** The Node that a person starts the app with. */
const NODE = process.env['AOSCOPE_SYSTEM_NODE'] ?? process.execPath;
const MARK_MS = 30_000;
/** What the product promises, ms. */
const AIM = { painted: 1_500, typable: 3_000, firstMessage: 5_000 };

interface Started {
  readonly child: ChildProcess;
  readonly address: string;
  readonly startedMs: number;
}

/** `npm start` without npm, to the line with the address. */
async function start(home: string, args: readonly string[]): Promise<Started> {
  const startedMs = Date.now();
  const env = { ...process.env, AOSCOPE_HOME: home };
  const child = spawn(NODE, [join(ROOT, 'build/start.mjs'), '--serve', '--no-open', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise<string>((found, failed) => {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const match = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(printed);
      if (match !== null) found(match[0]);
    });
    child.once('exit', (code) => failed(new Error(`npm start ended with ${code}: ${printed}`)));
  });
  return { child, address, startedMs };
}

/** Starts, lets `use` look at the page, and stops whatever came of it. */
async function withApp(
  context: BrowserContext,
  home: string,
  args: readonly string[],
  use: (page: Page, started: Started) => Promise<void>,
): Promise<void> {
  const started = await start(home, args);
  const page = await context.newPage();
  try {
    await page.goto(started.address);
    await use(page, started);
  } finally {
    await page.close();
    const ended = new Promise((done) => started.child.once('exit', done));
    started.child.kill('SIGTERM');
    await ended;
  }
}

/** Milliseconds from the start of the command (or from another mark) to when the page set `mark`. */
async function markMs(page: Page, mark: string, since: number | string): Promise<number> {
  await page.waitForFunction((name) => performance.getEntriesByName(name).length > 0, mark, { timeout: MARK_MS });
  return page.evaluate(
    ([name, from]) => {
      const at = (one: string): number => performance.timeOrigin + (performance.getEntriesByName(one)[0]?.startTime ?? Number.NaN);
      return at(name) - (typeof from === 'string' ? at(from) : from);
    },
    [mark, since] as const,
  );
}

function row(what: string, ms: number, aimMs: number): void {
  console.log([what, `${Math.round(ms)} ms`, `${(ms / aimMs).toFixed(2)} of the ${aimMs} ms aimed at`].join(' | '));
}

/** One start on an empty home: welcome screen, a sample, its first message, its file in the editor. */
const firstUse = (context: BrowserContext, home: string): Promise<void> =>
  withApp(context, home, [], async (page, { startedMs }) => {
    row('npm start → shell painted, node answering; cold', await markMs(page, 'aoscope:painted', startedMs), AIM.painted);
    await page.getByRole('button', { name: /^Ping-pong/ }).click();
    row('click on a sample → first message drawn', await markMs(page, 'aoscope:first-message', 'aoscope:click-sample'), AIM.firstMessage);
    row('click on a sample → its editor typable', await markMs(page, 'aoscope:typable', 'aoscope:click-sample'), AIM.typable);
  });

/** The next start, with the project of before. */
async function nextUse(context: BrowserContext, home: string): Promise<void> {
  const [sample] = readdirSync(join(home, 'projects'));
  if (sample === undefined) throw new Error('the sample left no project behind');
  await withApp(context, home, [join(home, 'projects', sample)], async (page, { child, startedMs }) => {
    row('npm start → shell painted, node answering; warm', await markMs(page, 'aoscope:painted', startedMs), AIM.painted);
    row('npm start → editor typable; warm', await markMs(page, 'aoscope:typable', startedMs), AIM.typable);
    // Idle: what starting needed has been given back.
    await new Promise((done) => setTimeout(done, 5_000));
    const memory = child.pid === undefined ? null : treeMemoryMiB(child.pid);
    console.log(
      ['memory of the served app idle, without the browser', memory === null ? 'not measured here' : `${memory.toFixed(0)} MiB`, ''].join(
        ' | ',
      ),
    );
  });
}

const home = mkdtempSync(join(tmpdir(), 'aoscope-bench-'));
const browser = await launchBrowser();
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await firstUse(context, home);
  await nextUse(context, home);
} finally {
  await browser.close();
  rmSync(home, { recursive: true, force: true });
}
