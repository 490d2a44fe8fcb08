import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { newHome } from '../kit/app.ts';
import { launchBrowser } from '../kit/browser.ts';
import { PATIENCE, seen } from '../kit/window.ts';

const SERVE = resolve(import.meta.dirname, '../../out/node/serve.cjs');

it.skipIf(process.platform !== 'linux')(
  'the browser is led to the app, and no argument of a program has the token in it',
  async () => {
    const { home, remove } = newHome();
    const bin = mkdtempSync(join(tmpdir(), 'aoscope-open-'));
    const told = join(bin, 'told');
    // What stands for the person's browser writes down how it was called.
    writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$@" > "${told}.part"\nmv "${told}.part" "${told}"\n`);
    chmodSync(join(bin, 'xdg-open'), 0o755);
    const { CI: _ci, SSH_CONNECTION: _ssh, ...env } = process.env;
    const child = spawn(process.execPath, [SERVE], {
      env: { ...env, AOSCOPE_HOME: home, DISPLAY: ':0', PATH: `${bin}${delimiter}${env['PATH'] ?? ''}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    onTestFinished(async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((done) => child.once('exit', done));
        child.kill('SIGINT');
        await ended;
      }
      rmSync(bin, { recursive: true, force: true });
      remove();
    });
    await expect.poll(() => existsSync(told), PATIENCE).toBe(true);
    const token = /token=(\S+)/.exec(printed)?.[1] ?? '';
    expect(token).not.toBe('');
    const called = readFileSync(told, 'utf8').trim();
    expect(called).not.toContain(token);
    expect(statSync(fileURLToPath(called)).mode & 0o777).toBe(0o600);

    const browser = await launchBrowser();
    onTestFinished(() => browser.close());
    const page = await (await browser.newContext()).newPage();
    await page.goto(called);
    await seen(page.locator('.status').first());

    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGINT');
    await ended;
    expect(existsSync(fileURLToPath(called))).toBe(false);
  },
  120_000,
);
