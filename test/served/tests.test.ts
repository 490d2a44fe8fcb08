import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { command, openSample, pane, PATIENCE, seen } from '../kit/window.ts';

const SMALL = { width: 1000, height: 640 };

it(
  'a journey is saved as a test that is green; broken code turns it red, and its history opens at the message',
  { timeout: 300_000 },
  async () => {
    const app = await openServed();
    onTestFinished(app.close);
    const { page } = app;
    await openSample(page, 'Ping-pong', 'The rally is over');
    const tests = pane(page, 'Tests');
    const tree = tests.getByRole('tree', { name: 'Tests' });
    const counts = tests.getByRole('status').first();

    // The sample's own tests, found and run without the project noticing.
    await page.getByRole('button', { name: 'Tests', exact: true }).click();
    await seen(tree.getByRole('treeitem', { name: 'comes back with the same ball, not run' }));
    await page.keyboard.press('Alt+R');
    await expect.poll(() => counts.textContent(), PATIENCE).toMatch(/^2 passed of 2/);

    // The journey in focus as a test: it runs at once.
    await command(page, 'Save this journey as a test');
    const saved = tree.getByRole('treeitem', { name: 'Start to ping, passed' });
    await seen(saved);
    await seen(page.locator('.code-editor[data-path="tests/start-to-ping.test.lua"] .view-lines'));
    await expect.poll(() => counts.textContent(), PATIENCE).toMatch(/^3 passed of 3/);
    await app.picture('tests');

    // The file with the test is no code for a process: it is run as what it is.
    const folder = join(app.home, 'projects', readdirSync(join(app.home, 'projects'))[0] ?? '');
    expect(readFileSync(join(folder, 'tests', 'start-to-ping.test.lua'), 'utf8')).toContain('begun:follows({');
    const file = join(folder, 'tests', 'start-to-ping.test.lua');
    const written = readFileSync(file, 'utf8');
    const runFile = page.getByRole('button', { name: /^Save and run the tests of this file/ });
    writeFileSync(file, written.replace('A rally of 10', 'A rally of 11'));
    await seen(page.locator('.code-editor .view-line').filter({ hasText: /A.rally.of.11/ }));
    await runFile.click();
    await expect.poll(() => counts.textContent(), PATIENCE).toMatch(/^2 passed, 1 failed of 3/);
    writeFileSync(file, written);
    await seen(page.locator('.code-editor .view-line').filter({ hasText: /A.rally.of.10/ }));
    await runFile.click();
    await expect.poll(() => counts.textContent(), PATIENCE).toMatch(/^3 passed of 3/);

    // Pong loses the third ball, and is saved: what is switched on to run on save tells it.
    await tests.getByRole('checkbox', { name: 'Run on save' }).check();
    const pong = readFileSync(join(folder, 'pong.lua'), 'utf8');
    writeFileSync(
      join(folder, 'pong.lua'),
      pong.replace('  Returned = Returned + 1', '  if msg.Tags.Count == "3" then return end\n  Returned = Returned + 1'),
    );
    await seen(tree.getByRole('treeitem', { name: 'Start to ping, failed' }));
    await expect.poll(() => counts.textContent(), PATIENCE).toMatch(/^2 passed, 1 failed of 3/);
    const why = tests.getByRole('region', { name: 'Why Start to ping failed' });
    await seen(why.getByText(/^message \d+ /));
    await app.picture('tests-failed');
    expect(await violations(page)).toEqual([]);

    // Into the history of the failed test, and back.
    await why.getByRole('button', { name: /^Open its history at slot \d+/ }).click();
    await seen(page.getByText('Recording, read-only.'));
    await expect.poll(() => page.getByRole('textbox', { name: 'Go to slot' }).inputValue(), PATIENCE).toMatch(/^\d+$/);
    await seen(pane(page, 'Flow'));
    await page.getByRole('button', { name: 'Switch light and dark' }).click();
    await page.setViewportSize(SMALL);
    await app.picture('tests-history-small-light');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Back to Ping-pong' }).click();
    await seen(tree.getByRole('treeitem', { name: 'Start to ping, failed' }));
    expect(app.pageErrors).toEqual([]);
  },
);
