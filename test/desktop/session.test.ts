import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { findElectronForTests } from '../../build/setup/electron-for-tests.mjs';
import { launchDesktop } from '../kit/app.ts';
import { newProject } from '../kit/project.ts';
import { openFile, PATIENCE, seen } from '../kit/window.ts';

const electron = findElectronForTests();
if (electron === undefined) process.stderr.write('SKIPPED: the session on the desktop; there is no Electron for tests on this machine.\n');

test.skipIf(electron === undefined)('the desktop opens with the project that it was killed with, and what was typed there', async () => {
  const project = newProject({
    'aoscope.json': JSON.stringify({ version: 1, name: 'Left', processes: [{ name: 'counter', source: 'counter.lua' }] }),
    'counter.lua': 'Count = 0\n',
    'other.lua': 'Other = 1\n',
  });
  const home = mkdtempSync(join(tmpdir(), 'aoscope-home-'));
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ tour: 'shown' }));
  let app: ElectronApplication | null = null;
  onTestFinished(async () => {
    await app?.close().catch(() => undefined);
    project.remove();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });
  const start = async (...args: readonly string[]): Promise<Page> => {
    ({ app } = await launchDesktop(home, args));
    const page = await app.firstWindow();
    await seen(page.locator('.status').first());
    return page;
  };
  const page = await start(project.path);
  await openFile(page, 'other.lua');
  await page.locator('.code-editor[data-path="other.lua"] .view-line').first().click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('-- not saved yet');
  const settings = (): string => readFileSync(join(home, 'settings.json'), 'utf8');
  for (const kept of [/-- not saved yet/, /"session\.project": "/, /file:other\.lua/]) await expect.poll(settings, PATIENCE).toMatch(kept);
  const main = (app as ElectronApplication | null)?.process();
  const ended = new Promise((gone) => main?.once('exit', gone));
  main?.kill('SIGKILL');
  await ended;

  const again = await start();
  await seen(again.locator('.code-editor[data-path="other.lua"] .view-line').filter({ hasText: /--.not.saved.yet/ }));
  await seen(again.getByRole('tab', { name: /counter\.lua/ }));
  expect(readFileSync(join(project.path, 'other.lua'), 'utf8')).toBe('Other = 1\n');
});
