import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../setup/paths.mjs';

const UP_MS = 30_000;
const DOWN_MS = 10_000;

/**
 * The built app on one Node program, without any test tool: it starts, prints its address, gives its page to those with
 * the token only, answers on its public ports, and leaves nothing listening after SIGTERM.
 * @param node path of the Node that runs it
 * @returns lines of what is wrong
 */
export async function smoke(node) {
  const home = mkdtempSync(join(tmpdir(), 'aoscope-smoke-'));
  const child = spawn(node, [at('out', 'node', 'serve.cjs'), '--no-open'], {
    env: { ...process.env, AOSCOPE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve(signal ?? code));
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
  try {
    const address = await addressIn(() => printed, exited);
    const wrong = await wrongAnswers(new URL(address));
    child.kill('SIGTERM');
    const end = await within(exited, DOWN_MS);
    if (end === undefined) wrong.push(`it was still running ${DOWN_MS / 1_000} s after SIGTERM`);
    else if (end !== 0) wrong.push(`it ended with ${end} after SIGTERM, not with 0`);
    if (await isListening(Number(new URL(address).port))) wrong.push('its port still listens after the end');
    return wrong;
  } catch (error) {
    return [`${error.message}; it printed:`, ...printed.split('\n').slice(-20)];
  } finally {
    child.kill('SIGKILL');
    await exited;
    rmSync(home, { recursive: true, force: true });
  }
}

async function wrongAnswers(address) {
  const wrong = [];
  const page = await fetch(address);
  if (!page.ok || !(await page.text()).includes('<html')) wrong.push(`the printed address answered ${page.status} without a page`);
  const upgrade = await fetch(new URL('/link', address), { method: 'POST' });
  if (upgrade.ok) wrong.push('the link answers without the token');
  return wrong;
}

async function addressIn(printed, exited) {
  const endMs = Date.now() + UP_MS;
  let hasEnded = false;
  void exited.then(() => {
    hasEnded = true;
  });
  while (Date.now() < endMs && !hasEnded) {
    const address = /https?:\/\/127\.0\.0\.1:\d+\/\S*token=[\w-]+/.exec(printed())?.[0];
    if (address !== undefined) return address;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(hasEnded ? 'the app ended at once' : `the app printed no address within ${UP_MS / 1_000} s`);
}

function within(promise, ms) {
  return Promise.race([
    promise,
    new Promise((resolve) => {
      setTimeout(resolve, ms, undefined).unref();
    }),
  ]);
}

function isListening(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
