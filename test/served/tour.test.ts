import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newHome, startServed } from '../kit/app.ts';
import { launchBrowser } from '../kit/browser.ts';
import { command, openSample, PATIENCE, seen } from '../kit/window.ts';

it('the first sample comes with a tour of three cards; Esc ends it, and it can be had again', async () => {
  const { home, remove } = newHome();
  onTestFinished(remove);
  rmSync(join(home, 'settings.json'));
  const served = await startServed(home);
  onTestFinished(() => served.stop().then(() => undefined));
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(served.address);
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  const card = page.getByRole('dialog', { name: /^Tour/ });
  await seen(card.getByText('This dot is a message'));
  await card.getByRole('button', { name: 'Next' }).click();
  await seen(card.getByText('Drag the time bar back'));
  await card.getByRole('button', { name: 'Next' }).click();
  await seen(card.getByText('This is what the slot changed'));
  await page.keyboard.press('Escape');
  await expect.poll(() => card.count(), PATIENCE).toBe(0);

  await page.reload();
  await seen(page.getByRole('log').getByText('The rally is over after 10 rounds'));
  expect(await card.count()).toBe(0);
  await command(page, 'Show the tour');
  await seen(card.getByText('1 of 3'));
});
