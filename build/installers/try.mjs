import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isRoot } from '../setup/places.mjs';
import { say, sayError, SetupError } from '../setup/say.mjs';
import { packageFaults } from './faults.mjs';

const UP_MS = 60_000;
const DOWN_MS = 20_000;
const SLOT = '2';
const PROCESSES = '{ transactions(tags: [{ name: "Type", values: ["Process"] }]) { edges { node { id } } } }';

/**
 * Starts a packed app and does what its first user does. Playwright cannot steer its main process, whose inspector is
 * switched off by a fuse; so it looks through Chromium's own door, for which the app has to be started with a flag.
 */
async function main() {
  const [named] = process.argv.slice(2);
  if (named === undefined) throw new SetupError('Which program?', 'node build/installers/try.mjs out/installers/linux-unpacked/aoscope');
  const program = resolve(named);
  const faults = await packageFaults(program);
  if (faults.length > 0) throw new SetupError(`The package is not as it should be:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  say('  the fuses are set, and there is nothing in it but what it runs');
  const home = mkdtempSync(join(tmpdir(), 'aoscope-dist-home-'));
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ tour: 'shown' }));
  const app = start(program, home, ['--remote-debugging-port=0']);
  try {
    await drive(app, program, home);
    app.child.kill('SIGTERM');
    const code = await within(app.exited, DOWN_MS, 'it to end after SIGTERM');
    if (code !== 0) throw new SetupError(`It ended with ${code} after SIGTERM, not with 0.`);
    say('  it ends in order');
  } catch (error) {
    process.stderr.write(`It printed:\n${app.printed()}\n`);
    throw error;
  } finally {
    app.child.kill('SIGKILL');
    await app.exited;
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function drive(app, program, home) {
  const { chromium } = await import('playwright-core');
  const door = await within(app.door, UP_MS, 'Chromium to say where it listens');
  // Without noDefaults Playwright asks for contexts, which Electron has not.
  const browser = await chromium.connectOverCDP(door, { noDefaults: true });
  try {
    const page = await firstPage(browser);
    await page.getByText('Ping-pong', { exact: true }).first().click({ timeout: UP_MS });
    say('  the first screen shows');
    await page.getByRole('log').getByText('The rally is over').first().waitFor({ timeout: UP_MS });
    say('  a sample runs');
    const process = await processOf(await gatewayOf(page));
    say(`  its node answers: ${process} is a process`);
    const second = start(program, home, [`aoscope://focus?process=${process}&slot=${SLOT}`]);
    await within(second.exited, UP_MS, 'a second start to hand its link over');
    await slotIs(page, SLOT);
    say('  a link goes to the window that is open');
  } finally {
    await browser.close();
  }
}

/** Where its gateway listens, as the window says it: of taken ports the app moves on by itself. */
async function gatewayOf(page) {
  await page.getByRole('button', { name: 'Show its units' }).click();
  const units = page.getByRole('dialog', { name: "The node's units" });
  const line = await units.locator('[data-unit="gateway"]').innerText();
  const address = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
  if (address === undefined) throw new SetupError(`The window names no address of the gateway: ${line}`);
  await page.keyboard.press('Escape');
  await units.waitFor({ state: 'hidden' });
  return address;
}

/** A process of the node that listens there, as any program would ask for it. */
async function processOf(gateway) {
  const answer = await fetch(`${gateway}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: PROCESSES }),
    signal: AbortSignal.timeout(UP_MS),
  });
  if (!answer.ok) throw new SetupError(`Its node answers ${answer.status} to /graphql.`);
  const { data } = await answer.json();
  const id = data.transactions.edges[0]?.node.id;
  if (id === undefined) throw new SetupError('Its node knows no process, though a sample runs.');
  return id;
}

async function slotIs(page, wanted) {
  const slot = page.getByRole('textbox', { name: 'Go to slot' });
  const endMs = Date.now() + UP_MS;
  while ((await slot.inputValue()) !== wanted) {
    if (Date.now() > endMs)
      throw new SetupError(`The link does not arrive: the window is at slot ${await slot.inputValue()}, not ${wanted}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function firstPage(browser) {
  const endMs = Date.now() + UP_MS;
  while (Date.now() < endMs) {
    const page = browser.contexts().flatMap((context) => context.pages())[0];
    if (page !== undefined) return page;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new SetupError('No window opens.');
}

/** Root cannot have Chromium's sandbox; where there is no graphics card, its absence is not worth a message. */
function start(program, home, args) {
  const flags = [...(isRoot() ? ['--no-sandbox'] : []), '--disable-gpu'];
  const child = spawn(program, [...flags, ...args], {
    cwd: dirname(program),
    env: { ...process.env, AOSCOPE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  const door = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text;
        const found = /DevTools listening on (ws:\S+)/.exec(printed);
        if (found !== null) resolve(found[1]);
      });
  });
  return { child, exited, door, printed: () => printed };
}

async function within(promise, limitMs, what) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new SetupError(`Waited ${limitMs / 1_000} s for ${what}, in vain.`)), limitMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

await main().catch(sayError);
