import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { command, openSample, PATIENCE, say, seen } from '../kit/window.ts';

async function violations(page: Page): Promise<readonly string[]> {
  const { violations: found } = await new AxeBuilder({ page }).exclude('.monaco-editor').analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}
const timeOf = async (page: Page): Promise<number> => {
  const name = (await page.locator('.status-item.clock').getAttribute('aria-label')) ?? '';
  const [, date = '', time = ''] = /time (\S+) (\S+) UTC/.exec(name) ?? [];
  return Date.parse(`${date}T${time}Z`);
};

const BEAT = 'N = 0; Handlers.add("tick", "Tick", function() N = N + 1; print("beat " .. N) end)';
const TAGS =
  '{ { name = "Cron-Interval", value = "10-seconds" }, { name = "Cron-Tag-Action", value = "Tick" }, { name = "On-Boot", value = "Data" }, { name = "Name", value = "beats" } }';

it('the clock is paused, stepped and jumped from the window, by keys and by its control', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Ping-pong', 'pong');
  const clock = page.locator('.status-item.clock');
  await seen(clock);
  await page.keyboard.press('Alt+KeyP');
  await seen(clock.getByText('PAUSED'));
  const paused = await timeOf(page);
  await page.keyboard.press('Alt+KeyB');
  await expect.poll(() => timeOf(page), PATIENCE).toBeGreaterThan(paused);

  await clock.click();
  const panel = page.getByRole('dialog', { name: "The node's clock" });
  await seen(panel);
  expect(await violations(page)).toEqual([]);
  await app.picture('clock-control');
  const before = await timeOf(page);
  await panel.getByRole('textbox', { name: /Step/ }).fill('3600');
  await panel.getByRole('textbox', { name: /Step/ }).press('Enter');
  await expect.poll(() => timeOf(page), PATIENCE).toBe(before + 3_600_000);
  await panel.getByRole('textbox', { name: /Jump to/ }).fill('2001-01-01 00:00');
  await panel.getByRole('button', { name: 'Jump' }).click();
  await seen(page.getByText(/time cannot go back to 2001/));
  await page.keyboard.press('Escape');

  await say(page, `ao.spawn(ao.env.Module.Id, { Data = [[${BEAT}]], Tags = ${TAGS} })`);
  await page.keyboard.press('Alt+KeyT');
  await page.keyboard.press('Alt+KeyT');
  await page
    .getByRole('radio', { name: 'Table' })
    .or(page.getByRole('button', { name: 'Table' }))
    .first()
    .click();
  await seen(page.getByRole('gridcell', { name: /cron 0-10-seconds/ }).first());
  await page
    .getByRole('gridcell', { name: /cron 0-10-seconds/ })
    .first()
    .click();
  await seen(page.getByText('beat 1').first());
  await app.picture('clock-cron');
  expect(await violations(page)).toEqual([]);
  await command(page, 'Show the clock');
  await seen(panel);
  await page.getByText('Go on').click();
  await seen(clock.getByText('1×'));
});
