import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { command, openSample, seen } from '../kit/window.ts';

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
