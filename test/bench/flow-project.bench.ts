import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { newHome, startServed } from '../kit/app.ts';
import { runExchange } from '../kit/exchange/exchange.ts';
import { openBarePage, type BarePage } from './bare-page.ts';
import { median, row } from './kit.ts';

/** The whole window on a trading day of 50,000 real messages between 200 real processes. */
const TRADERS = 198;
const ROUNDS = 63;
const KIT = resolve(import.meta.dirname, '../kit/exchange');
/** What keyframes are: those of another form would be thrown away when the day is opened. */
const KEPT_BY = ['engine.ts', 'memory.ts'].map((name) => resolve(import.meta.dirname, '../../node/cu/timeline', name));
const CACHE = resolve(import.meta.dirname, '../../.cache/exchange');
/** What the product promises, ms. */
const AIM = { painted: 1_000, indexed: 3_000, frame: 33, step: 33, filter: 100, search: 300, typing: 16, heapMB: 300 };
/** As many messages as a window is to hold. */
const LONG = 1_000_000;
/** Facts in a second while one types. */
const STREAM = 1_000;

/** A copy of the day, which is made once for as long as its programs stay the same, and what its keyframes are. */
async function exchange(): Promise<string> {
  const hash = createHash('sha256');
  for (const path of KEPT_BY) hash.update(readFileSync(path));
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

/** What stands in the page, as expressions. */
const INDEXED = `performance.getEntriesByName('aoscope:indexed')[0]?.startTime`;
const FIRST = `performance.getEntriesByName('aoscope:first-message')[0]?.startTime`;
const LANES = `document.querySelector('.flow-canvas')`;
const FILTER = `document.querySelector('[aria-label="Filter messages"]')`;
const named = (text: string): string =>
  `[...document.querySelectorAll('[aria-label="Processes"] [role=row]')].find((one) => one.textContent.startsWith('${text}'))`;

/** Ms until what `act` does is painted; `act` causes one event of that type. */
async function watched(page: BarePage, type: 'keydown' | 'input', act: () => Promise<void>): Promise<number> {
  await page.evaluate(`watcher.watch('${type}')`);
  await act();
  return page.evaluate('window.watched');
}

/** The window is opened anew while the node runs: what a person waits for who opens a long run. */
async function opening(page: BarePage, address: string): Promise<void> {
  const tookMs: { first: number; all: number }[] = [];
  for (let time = 0; time < 4; time += 1) {
    await page.goTo(address);
    const all = await page.until<number>(INDEXED);
    tookMs.push({ first: await page.evaluate<number>(FIRST), all });
  }
  // The first time the files of the window are not in the browser's store yet.
  const warm = tookMs.slice(1);
  line('a project of 50,000 messages is opened: its first messages are painted', median(warm.map(({ first }) => first)), AIM.painted);
  line('and all of them are known and shown', median(warm.map(({ all }) => all)), AIM.indexed);
  row('the same, the very first time', `${tookMs[0]?.first.toFixed(0)} and ${tookMs[0]?.all.toFixed(0)} ms`, '');
}

async function frames(page: BarePage, what: string, act: (step: number) => Promise<void>): Promise<void> {
  await page.evaluate('watcher.watchFrames()');
  for (let step = 0; step < 60; step += 1) await act(step);
  const tookMs = (await page.evaluate<number[]>('window.drawn.stop()')).slice(2);
  line(`${what}, frame p95 of ${tookMs.length}`, p95(tookMs), AIM.frame);
}

async function moving(page: BarePage): Promise<void> {
  const { x, y } = await page.until<{ x: number; y: number }>(
    `(() => { const box = ${LANES}?.getBoundingClientRect(); return box && { x: box.x + box.width / 2, y: box.y + box.height / 2 }; })()`,
  );
  await page.move(x, y);
  await frames(page, 'the last messages are moved along', () => page.wheel(x, y, -40, 0));
  await page.click(`document.querySelector('[aria-label^="Zoom to fit"]')`);
  await page.move(x, y);
  await frames(page, 'all 50,000 are zoomed in and out', (step) => page.wheel(x, y, 0, step < 30 ? -60 : 60, true));
  await frames(page, 'the lanes of all 50,000 are moved up and down', (step) => page.wheel(x, y, 0, step < 30 ? 40 : -40));
}

/**
 * What is left out as warm-up: two seconds of a person who begins to step in a process that nobody has looked at. The evaluator reads the
 * log and makes its first recordings then; what these steps took stands in a row of its own.
 */
const WARM_UP_STEPS = 6;
const STEPS = 36;

async function stepping(page: BarePage): Promise<void> {
  await page.click(named('ledger'));
  await page.until(`document.querySelector('.inspector h2')?.textContent === 'Transfer'`);
  await page.click(`document.querySelector('.status')`);
  const tookMs: number[] = [];
  for (let step = 0; step < STEPS; step += 1)
    tookMs.push(await watched(page, 'keydown', () => page.press(step % 6 < 3 ? 'Shift+F10' : 'F10')));
  const warm = tookMs.slice(WARM_UP_STEPS);
  line('a step of a process of 12,000 slots, all panes painted, p95 of the warm ones', p95(warm), AIM.step);
  line('the same, in the middle', median(warm), AIM.step);
  row(
    'the same, where nobody has been before: the first steps',
    `${tookMs
      .slice(0, WARM_UP_STEPS)
      .map((ms) => ms.toFixed(0))
      .join(', ')} ms`,
    '',
  );
  await page.press('End');
}

async function finding(page: BarePage): Promise<void> {
  const clear = async (): Promise<void> => {
    await page.evaluate(`${FILTER}.focus(); ${FILTER}.select()`);
    await page.press('Delete');
    await page.until(`${FILTER}.value === ''`);
  };
  const ask = async (text: string): Promise<number> => {
    await clear();
    await page.evaluate('new Promise((done) => setTimeout(done, 400))');
    return watched(page, 'input', () => page.insert(text));
  };
  const several = async (text: string): Promise<number> => median([await ask(text), await ask(text), await ask(text)]);
  line('50,000 messages filtered and painted: action:Transfer', await several('action:Transfer'), AIM.filter);
  line('the same: to:trader-3 gas:>1000', await several('to:trader-3 gas:>1000'), AIM.filter);
  line('a text looked for in all tags and data, to the last hit painted', await several('"31-x"'), AIM.search);
  await clear();
}

/** Facts of made-up messages come by the window's own socket, behind those of the node, while somebody types. */
async function streaming(page: BarePage, address: string): Promise<void> {
  await page.goTo(address);
  await page.until(INDEXED);
  await page.click(`document.querySelector('.code-editor .view-line')`);
  const letters = '-- the quick brown fox jumps over the lazy dog, again and again';
  const type = async (): Promise<number[]> => {
    await page.evaluate('watcher.watchKeys()');
    for (const letter of letters) {
      await page.press(letter);
      await page.evaluate('new Promise((done) => setTimeout(done, 40))');
    }
    return page.evaluate<number[]>('window.pressed.stop()');
  };
  const without = await type();
  await page.evaluate(`watcher.stream(${STREAM})`);
  const during = await type();
  const lags = await page.evaluate<number[]>('window.streamed.stop()');
  line(`typing while ${STREAM} facts come in a second: added to each key, p95`, p95(during) - p95(without), AIM.typing);
  row('the same, to the key itself without and with them, p95', `${p95(without).toFixed(1)} and ${p95(during).toFixed(1)} ms`, '');
  const half = lags.length >> 1;
  row(
    'what is shown is behind what came, first and second half of the stream, in the middle',
    `${median(lags.slice(0, half)).toFixed(0)} and ${median(lags.slice(half)).toFixed(0)} ms`,
    'aim: does not grow',
  );
}

async function weighing(page: BarePage, messages: number): Promise<void> {
  const { heapMB, listsMB } = await page.memory();
  const of = `of the whole window with ${messages.toLocaleString('en-US')} messages`;
  row(`heap ${of}`, `${heapMB.toFixed(0)} MB`, `${(heapMB / AIM.heapMB).toFixed(2)} × ${AIM.heapMB} MB`);
  row(`lists of numbers beside the heap ${of}`, `${listsMB.toFixed(0)} MB`, '');
}

const project = await exchange();
const { home, remove } = newHome();
try {
  const served = await startServed(home, [project]);
  const page = await openBarePage();
  try {
    await page.addScript(script);
    await opening(page, served.address);
    await page.until(`document.querySelector('.code-editor .view-line')`);
    await weighing(page, 50_000);
    await moving(page);
    await stepping(page);
    await finding(page);
    await streaming(page, served.address);
    await page.goTo(served.address);
    await page.until(INDEXED);
    await page.evaluate(`watcher.fill(${LONG})`);
    await weighing(page, LONG);
    const errors = await page.evaluate<string[]>('window.failures');
    if (errors.length > 0) throw new Error(errors.join('\n'));
  } finally {
    await page.close();
    await served.stop();
  }
} finally {
  remove();
  rmSync(project, { recursive: true, force: true });
}
