import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import type { Fact } from '../../node/contract/trace.ts';
import { openServed } from '../kit/app.ts';
import { runExchange } from '../kit/exchange/exchange.ts';
import { pane, seen } from '../kit/window.ts';
import { createTelling } from './flow-page.ts';
import { median, row } from './kit.ts';

/** The whole window on a trading day of 50,000 real messages between 200 real processes. */
const TRADERS = 198;
const ROUNDS = 63;
const KIT = resolve(import.meta.dirname, '../kit/exchange');
const CACHE = resolve(import.meta.dirname, '../../.cache/exchange');
const PATIENT = { timeout: 180_000 };
/** What the product promises, ms. */
const AIM = { painted: 1_000, indexed: 3_000, frame: 33, step: 33, filter: 100, search: 300, typing: 16 };
/** Facts in a second while one types. */
const STREAM = 1_000;

/** A copy of the day, which is made once for as long as its programs stay the same. */
async function exchange(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of readdirSync(KIT).toSorted()) hash.update(readFileSync(join(KIT, name)));
  const made = join(CACHE, hash.digest('hex').slice(0, 16));
  if (!existsSync(made)) {
    console.log(`a trading day of 50,000 messages is made in ${made}, once: this takes minutes`);
    mkdirSync(CACHE, { recursive: true });
    const half = mkdtempSync(join(CACHE, 'half-'));
    await runExchange(half, TRADERS, ROUNDS);
    renameSync(half, made);
  }
  const copy = mkdtempSync(join(tmpdir(), 'aoscope-bench-'));
  cpSync(made, copy, { recursive: true });
  return copy;
}

const { outputFiles } = await build({
  entryPoints: [resolve(import.meta.dirname, 'flow-watch.ts')],
  bundle: true,
  write: false,
  format: 'iife',
  globalName: 'watcher',
  // What is put into a page has a scope of its own.
  footer: { js: 'globalThis.watcher = watcher;' },
  target: 'chrome114',
  logLevel: 'error',
});
const script = outputFiles[0]?.text ?? '';

const against = (ms: number, aimMs: number): string => `${(ms / aimMs).toFixed(2)} × ${aimMs} ms`;
const line = (what: string, ms: number, aimMs: number): void => row(what, `${ms.toFixed(ms < 100 ? 1 : 0)} ms`, against(ms, aimMs));
const p95 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;

/** Ms until what `act` does is painted; `act` causes one event of that type. */
async function watched(page: Page, type: 'keydown' | 'input', act: () => Promise<void>): Promise<number> {
  await page.evaluate(`watcher.watch('${type}')`);
  await act();
  return page.evaluate(() => window.watched ?? Promise.resolve(Number.NaN));
}

/** The window is opened anew while the node runs: what a person waits for who opens a long run. */
async function opening(page: Page): Promise<void> {
  const at = async (name: string): Promise<number> => {
    await page.waitForFunction((one) => performance.getEntriesByName(one).length > 0, name, PATIENT);
    return page.evaluate((one) => performance.getEntriesByName(one)[0]?.startTime ?? Number.NaN, name);
  };
  const tookMs: [number, number][] = [];
  for (let time = 0; time < 3; time += 1) {
    await page.reload();
    tookMs.push([await at('aoscope:first-message'), await at('aoscope:indexed')]);
  }
  line('a project of 50,000 messages is opened: its first messages are painted', median(tookMs.map(([first]) => first)), AIM.painted);
  line('and all of them are known', median(tookMs.map(([, all]) => all)), AIM.indexed);
}

async function frames(page: Page, what: string, act: (step: number) => Promise<void>): Promise<void> {
  await page.evaluate('watcher.watchFrames()');
  for (let step = 0; step < 60; step += 1) await act(step);
  const tookMs = (await page.evaluate(() => window.drawn?.stop() ?? [])).slice(2);
  line(`${what}, frame p95 of ${tookMs.length}`, p95(tookMs), AIM.frame);
}

async function moving(page: Page): Promise<void> {
  const flow = pane(page, 'Flow');
  const box = await flow.getByRole('application', { name: 'Space–time view of the messages' }).boundingBox();
  if (box === null) throw new Error('the lanes are not drawn');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await frames(page, 'the last messages are moved along', () => page.mouse.wheel(-40, 0));
  await flow.getByRole('button', { name: /^Zoom to fit/ }).click();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.keyboard.down('Control');
  await frames(page, 'all 50,000 are zoomed in and out', (step) => page.mouse.wheel(0, step < 30 ? -60 : 60));
  await page.keyboard.up('Control');
  await frames(page, 'the lanes of all 50,000 are moved up and down', (step) => page.mouse.wheel(0, step < 30 ? 40 : -40));
}

async function stepping(page: Page): Promise<void> {
  await page.getByRole('grid', { name: 'Processes' }).getByText('ledger', { exact: true }).click();
  await seen(pane(page, 'Inspector').getByRole('heading', { name: 'Transfer' }));
  await page.locator('.status').first().click();
  const tookMs: number[] = [];
  for (let step = 0; step < 30; step += 1)
    tookMs.push(await watched(page, 'keydown', () => page.keyboard.press(step % 6 < 3 ? 'Shift+F10' : 'F10')));
  line('a step of a process of 12,000 slots, all panes painted, p95 of the warm ones', p95(tookMs.slice(6)), AIM.step);
  line('the same, in the middle', median(tookMs.slice(6)), AIM.step);
  await page.keyboard.press('End');
}

async function finding(page: Page): Promise<void> {
  const field = pane(page, 'Flow').getByRole('combobox', { name: 'Filter messages' });
  const ask = async (text: string): Promise<number> => {
    await field.fill('');
    await page.waitForTimeout(400);
    return watched(page, 'input', () => field.fill(text));
  };
  const several = async (text: string): Promise<number> => median([await ask(text), await ask(text), await ask(text)]);
  line('50,000 messages filtered and painted: action:Transfer', await several('action:Transfer'), AIM.filter);
  line('the same: to:trader-3 gas:>1000', await several('to:trader-3 gas:>1000'), AIM.filter);
  line('a text looked for in all tags and data, to the last hit painted', await several('"31-x"'), AIM.search);
  await field.fill('');
}

async function heap(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  row('heap of the whole window with 50,000 messages', `${(usedSize / 2 ** 20).toFixed(0)} MiB`, '');
}

/** Facts of made-up messages that reach the window by its own socket, behind those of the node. */
async function streaming(page: Page, address: string): Promise<void> {
  const last = { mu: 0, su: 0, cu: 0 };
  let tell: ((text: string) => void) | null = null;
  await page.routeWebSocket(/\/link\?/, (socket) => {
    const server = socket.connectToServer();
    const asked = new Map<number, 'mu' | 'su' | 'cu'>();
    socket.onMessage((text) => {
      const ask = /"id":(\d+),"name":"(mu|su|cu)\.facts"/.exec(String(text));
      if (ask !== null) asked.set(Number(ask[1]), ask[2] as 'mu' | 'su' | 'cu');
      server.send(text);
    });
    server.onMessage((text) => {
      const answer = /^\{"kind":"answer","id":(\d+),"value":\{"facts":\[\],"last":(\d+)/.exec(String(text).slice(0, 200));
      const unit = asked.get(Number(answer?.[1]));
      if (unit !== undefined) last[unit] = Math.max(last[unit], Number(answer?.[2]));
      socket.send(text);
    });
    tell = (text) => socket.send(text);
  });
  await page.goto(address);
  await page.waitForFunction(() => performance.getEntriesByName('aoscope:indexed').length > 0, null, PATIENT);
  const editor = page.locator('.code-editor .view-line').first();
  await editor.click();
  const type = async (): Promise<number[]> => {
    await page.evaluate('watcher.watchKeys()');
    await page.keyboard.type('-- the quick brown fox jumps over the lazy dog, again and again', { delay: 60 });
    return page.evaluate(() => window.pressed?.stop() ?? []);
  };
  const without = await type();
  const shown = async (): Promise<number> =>
    Number(
      /([\d,]+) messages/.exec((await pane(page, 'Flow').getByRole('status').first().textContent()) ?? '')?.[1]?.replaceAll(',', '') ?? 0,
    );
  const before = await shown();
  const message = createTelling(50);
  let sent = 0;
  let told = 0;
  const startedMs = performance.now();
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * (STREAM / 3));
    const facts: Fact[] = [];
    for (; sent < due; sent += 1) facts.push(...message());
    for (const unit of ['mu', 'su', 'cu'] as const) {
      const own = facts.filter((fact) => fact.unit === unit).map((fact) => ({ ...fact, seq: fact.seq + last[unit], atMs: Date.now() }));
      if (own.length > 0) tell?.(JSON.stringify({ kind: 'tell', name: 'facts', seq: (told += 1), body: { unit, facts: own } }));
    }
  }, 30);
  const lags: number[] = [];
  const typing = type();
  let isTyping = true;
  void typing.finally(() => (isTyping = false));
  while (isTyping) {
    const behind = sent - ((await shown()) - before);
    lags.push((behind / (STREAM / 3)) * 1000);
    await page.waitForTimeout(100);
  }
  const during = await typing;
  clearInterval(timer);
  line(`typing while ${STREAM} facts come in a second: added to each key, p95`, p95(during) - p95(without), AIM.typing);
  row('the same, to the key itself without and with them, p95', `${p95(without).toFixed(1)} and ${p95(during).toFixed(1)} ms`, '');
  const half = lags.length >> 1;
  row(
    'what is shown is behind what came, first and second half of the stream, in the middle',
    `${median(lags.slice(0, half)).toFixed(0)} and ${median(lags.slice(half)).toFixed(0)} ms`,
    'aim: does not grow',
  );
}

const project = await exchange();
try {
  const app = await openServed({ project });
  try {
    const { page } = app;
    await page.addInitScript({ content: script });
    await page.waitForFunction(() => performance.getEntriesByName('aoscope:indexed').length > 0, null, PATIENT);
    await opening(page);
    await seen(page.locator('.code-editor .view-line').first());
    await heap(page);
    await moving(page);
    await stepping(page);
    await finding(page);
    await streaming(page, page.url());
    if (app.pageErrors.length > 0) throw new Error(app.pageErrors.join('\n'));
  } finally {
    await app.close();
  }
} finally {
  rmSync(project, { recursive: true, force: true });
}
