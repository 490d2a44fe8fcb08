import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../kit/browser.ts';
import type { FlowFigures, JourneyFigures, LongFigures } from './flow-page.ts';

/** What the product promises for one frame, ms. */
const FRAME_MS = 16;
const FILTER_MS = 100;
/** A run as long as any, and what the window may take for it. */
const LONG = 1_000_000;
const HEAP_MIB = 300;

const { outputFiles } = await build({
  entryPoints: [resolve(import.meta.dirname, 'flow-page.ts')],
  bundle: true,
  write: false,
  format: 'iife',
  globalName: 'bench',
  target: 'chrome114',
  logLevel: 'error',
});
const script = outputFiles[0]?.text ?? '';
const browser = await launchBrowser();
try {
  for (const messages of [200, 50_000]) {
    const page = await browser.newPage();
    await page.setContent('<!doctype html><body></body>');
    await page.addScriptTag({ content: script });
    const found: FlowFigures = await page.evaluate(`bench.measureFlow(${messages}, 200)`);
    print(found);
    await page.close();
  }
  for (const messages of [20_000, 300_000]) {
    const page = await browser.newPage();
    await page.setContent('<!doctype html><body></body>');
    await page.addScriptTag({ content: script });
    const found: JourneyFigures = await page.evaluate(`bench.measureJourney(${messages}, 50)`);
    printJourney(found);
    await page.close();
  }
  const page = await browser.newPage();
  await page.setContent('<!doctype html><body></body>');
  await page.addScriptTag({ content: script });
  const before = await heapBytes(page);
  const { rows, beside }: { rows: number; beside: number } = await page.evaluate(`bench.fillWorld(${LONG}, 200)`);
  const heap = (await heapBytes(page)) - before + beside;
  const found: LongFigures = await page.evaluate('bench.measureLong()');
  printLong(found, rows, heap);
} finally {
  await browser.close();
}

/** Bytes of the page's heap that are in use once everything that can go has gone. */
async function heapBytes(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  await devtools.detach();
  return usedSize;
}

function printLong(found: LongFigures, rows: number, heap: number): void {
  const of = `of ${rows.toLocaleString('en-US')} messages, 200 processes`;
  const line = (what: string, value: string, ratio: string): void => void process.stdout.write(`${what} ${of} | ${value} | ${ratio}\n`);
  const ms = (what: string, tookMs: number, aimMs: number): void =>
    line(what, `${tookMs.toFixed(1)} ms`, `${(tookMs / aimMs).toFixed(2)} × ${aimMs} ms`);
  ms('Flow: draw the whole log,', found.drawAllMs, FRAME_MS);
  ms('Flow: draw a quarter of it, moved along by every frame,', found.panMs, FRAME_MS);
  ms('Flow: lay out,', found.layOutMs, FRAME_MS);
  ms('Flow: lay out again once a hundred have come,', found.appendMs, FRAME_MS);
  line(
    'The window: memory for the facts',
    `${(heap / 2 ** 20).toFixed(0)} MiB`,
    `${(heap / 2 ** 20 / HEAP_MIB).toFixed(2)} × ${HEAP_MIB} MiB`,
  );
}

function print(found: FlowFigures): void {
  const of = `of ${found.rows.toLocaleString('en-US')} messages, 200 processes`;
  const line = (what: string, ms: number, aimMs: number | null): void =>
    void process.stdout.write(
      `${what} ${of} | ${ms.toFixed(1)} ms | ${aimMs === null ? '' : `${(ms / aimMs).toFixed(2)} × ${aimMs} ms`}\n`,
    );
  line('Flow: facts into the world,', found.takeInMs, null);
  line('Flow: lay out,', found.layOutMs, FRAME_MS);
  line('Flow: filter,', found.filterMs, FILTER_MS);
  line('Flow: draw the whole log,', found.drawAllMs, FRAME_MS);
  line('Flow: draw the last 120 as arrows,', found.drawNearMs, FRAME_MS);
  line('Flow: the same with one focused,', found.drawFocusedMs, FRAME_MS);
  line('Map: add up who sends to whom,', found.tallyMs, null);
  line(`Map: take the busiest ${found.parties},`, found.trafficMs, FRAME_MS);
  line(`Map: places for ${found.parties}, in the worker,`, found.placesMs, null);
}

function printJourney(found: JourneyFigures): void {
  const of = `of one journey of ${found.rows.toLocaleString('en-US')} messages`;
  const line = (what: string, ms: number): void => void process.stdout.write(`${what} ${of} | ${ms.toFixed(2)} ms |\n`);
  line('Journey: the tree', found.journeyMs);
  line('Journey: the critical path', found.criticalMs);
  line('Journey: folding', found.foldMs);
  line('Journey: the six steps of a message', found.stepsMs);
}
