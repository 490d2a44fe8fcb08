import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sampleText } from '../../renderer/language/language.fixture.ts';
import { newHome, startServed } from '../kit/app.ts';
import { openBarePage, type BarePage, type MainTask } from './bare-page.ts';
import { row } from './kit.ts';

/** What a person who writes notices in the whole window. What completion takes is measured by language.bench.ts. */
const AIM = { diagnostics: 150, blocked: 16 };
const FILES = 50;
const ROUNDS = 40;
/** A fast typist. */
const KEY_MS = 60;

const token = sampleText('token/token.lua');
const tokenLines = token.split('\n').length;
const linesOf = (count: number): string => Array.from({ length: Math.ceil(count / tokenLines) }, () => `do\n${token}\nend`).join('\n');

/** A process that answers, a long file, a very long one, and fifty that they may require. */
function writeProject(folder: string): void {
  const requires = Array.from({ length: FILES }, (_, file) => `local m${file} = require("modules.m${file}")`).join('\n');
  const counter = 'Handlers.add("get", "Get", function(msg)\n  print("version " .. tostring(Version))\nend)\nVersion = 1';
  const files: Record<string, string> = {
    'aoscope.json': JSON.stringify({ version: 1, name: 'Writing', processes: [{ name: 'counter', source: 'counter.lua' }] }),
    'counter.lua': counter,
    'long.lua': `${linesOf(1_000)}\n`,
    'very-long.lua': `${requires}\n${linesOf(5_000)}\n`,
  };
  for (let file = 0; file < FILES; file++)
    files[`modules/m${file}.lua`] = `local M = {}\n${linesOf(150)}\nfunction M.f${file}(a) return a end\nreturn M\n`;
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const p95 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;
const tell = (what: string, ms: number, aimMs: number): void =>
  row(what, `${ms.toFixed(1)} ms`, `${(ms / aimMs).toFixed(2)} of ${aimMs} ms`);

/** Ms from the next key to the frame in which the expression is true. */
const WATCH = `window.watchKey = (isSo) => { window.watchedKey = new Promise((done) => addEventListener('keydown', ({ timeStamp }) => {
  const look = () => { if (isSo()) { const channel = new MessageChannel(); channel.port1.onmessage = () => done(performance.now() - timeStamp); channel.port2.postMessage(null); } else requestAnimationFrame(look); };
  requestAnimationFrame(look);
}, { once: true, capture: true })); };`;

async function untilSeen(page: BarePage, key: string, isSo: string): Promise<number> {
  await page.evaluate(`watchKey(() => ${isSo})`);
  await page.press(key);
  return page.evaluate<number>('window.watchedKey');
}

/** Opens a file of the tree, with the caret behind its last letter. */
async function open(page: BarePage, name: string): Promise<void> {
  await page.click(`[...document.querySelectorAll('[aria-label="Files"] [role=row]')].find((one) => one.textContent.trim() === '${name}')`);
  await page.click(`document.querySelector('.code-editor[data-path="${name}"] .view-line')`);
  await page.press('Control+End');
  // What the file holds is read in a worker, and so are the files that it requires.
  await pause(3_000);
}

const ERROR = `document.querySelector('.squiggly-error') !== null`;

async function diagnosing(page: BarePage): Promise<void> {
  await open(page, 'long.lua');
  const tookMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    tookMs.push(await untilSeen(page, ']', ERROR));
    await page.press('Backspace');
    await page.until(`!(${ERROR})`);
  }
  tell('an error is underlined after its key, 1,000 lines, p95', p95(tookMs), AIM.diagnostics);
}

const TYPED = 'local total = balances.alice - fee\nif total then print(total) end\n';

async function typing(page: BarePage, name: string, lines: string): Promise<void> {
  await open(page, name);
  const tasks: MainTask[] = [];
  for (let round = 0; round < 3; round++) {
    const found = await page.tasks(async () => {
      for (const letter of TYPED) {
        await page.press(letter === '\n' ? 'Enter' : letter);
        await pause(KEY_MS);
      }
      await page.press('Escape');
      await pause(1_500);
    });
    tasks.push(...found);
  }
  const sorted = tasks.toSorted((a, b) => b.ms - a.ms);
  for (const { ms, cpuMs, what } of sorted.slice(0, 6))
    console.log(`longest: ${ms.toFixed(1)} ms, ${cpuMs.toFixed(1)} ms of processor: ${what}`);
  const keys = TYPED.length * 3;
  const long = sorted.filter(({ ms }) => ms > AIM.blocked).length;
  tell(`the longest task of the main thread while one types, ${lines}`, sorted[0]?.ms ?? Number.NaN, AIM.blocked);
  row(`the same: tasks above ${AIM.blocked} ms in ${keys} keys`, `${long}`, 'aim: 0');
}

const folder = mkdtempSync(join(tmpdir(), 'aoscope-bench-'));
writeProject(folder);
const { home, remove } = newHome();
try {
  const served = await startServed(home, [folder]);
  const page = await openBarePage();
  try {
    await page.addScript(WATCH);
    await page.goTo(served.address);
    await page.until(`document.querySelector('[aria-label="Files"] [role=row]') !== null`);
    await diagnosing(page);
    await typing(page, 'long.lua', '1,000 lines');
    await typing(page, 'very-long.lua', '5,000 lines');
  } finally {
    await page.close();
    await served.stop();
  }
} finally {
  remove();
  rmSync(folder, { recursive: true, force: true });
}
