import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { command, openSample, PATIENCE, seen } from '../kit/window.ts';

it('nothing that keeps people out, on every screen in light, dark and high contrast', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await seen(page.getByText('Ping-pong', { exact: true }).first());
  expect(await violations(page)).toEqual([]);
  await openSample(page, 'Token', 'Moved 250 SCOPE');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  expect(await violations(page)).toEqual([]);
  for (const theme of ['Theme: high contrast', 'Theme: high contrast, light']) {
    await command(page, theme);
    expect(await violations(page)).toEqual([]);
  }
  await page.keyboard.press('ControlOrMeta+K');
  await seen(page.getByRole('dialog'));
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await command(page, 'Show Settings');
  await seen(page.getByRole('heading', { name: 'Theme' }));
  expect(await violations(page)).toEqual([]);
});

it('where the system forces its own colours, what is chosen and what colours tell is still seen', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Token', 'Moved 250 SCOPE');
  await page.emulateMedia({ forcedColors: 'active' });
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme']), PATIENCE).toBe('contrast-dark');
  const view = page.getByRole('button', { name: 'Space–time', exact: true });
  const outline = (): Promise<string> => view.evaluate((node) => getComputedStyle(node).outlineStyle);
  expect(await outline()).toBe('solid');
  const lanes = page.getByRole('grid', { name: 'Processes' }).locator('i.lane');
  const colours = await lanes.evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
  expect(new Set(colours).size).toBe(3);
  await app.picture('forced');
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'light' });
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme']), PATIENCE).toBe('contrast-light');
  expect(app.pageErrors).toEqual([]);
});
