import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { command, openSample, seen } from '../kit/window.ts';

/** What axe calls serious or worse, each with the elements; the editor's own drawing of lines left out. */
async function violations(page: Page): Promise<readonly string[]> {
  const { violations: found } = await new AxeBuilder({ page }).exclude('.monaco-editor').analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

it('nothing that keeps people out, on every screen in light and dark', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await seen(page.getByText('Ping-pong', { exact: true }).first());
  expect(await violations(page)).toEqual([]);
  await openSample(page, 'Token', 'Moved 250 SCOPE');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('ControlOrMeta+K');
  await seen(page.getByRole('dialog'));
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await command(page, 'Show Settings');
  await seen(page.getByRole('heading', { name: 'Theme' }));
  expect(await violations(page)).toEqual([]);
});
