import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { openSample, pane, PATIENCE, seen } from '../kit/window.ts';

it('time plays by itself, at several speeds, by mouse and by Space, and is scrubbed; at the end it begins anew', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  const time = page.getByRole('group', { name: 'Time', exact: true });
  const mode = time.getByRole('status');
  const slot = page.getByRole('textbox', { name: 'Go to slot' });
  const at = async (): Promise<number> => Number(await slot.inputValue());
  await expect.poll(at, PATIENCE).toBe(12);

  // From the latest it begins at the first, goes on one by one, and stands where it is paused.
  await time.getByRole('button', { name: /^Play from the first slot/ }).click();
  await expect.poll(() => mode.textContent(), PATIENCE).toContain('PAST');
  await expect.poll(at, PATIENCE).toBeGreaterThan(1);
  await time.getByRole('button', { name: /^Pause/ }).click();
  const paused = await at();
  expect(paused).toBeLessThan(12);
  await seen(pane(page, 'Inspector').getByText(`slot ${paused}`, { exact: true }));
  await app.picture('play');

  // Faster, by key, to its end, where it stops by itself.
  await time.getByRole('button', { name: 'Speed of playing: 1 times' }).click();
  await seen(time.getByRole('button', { name: 'Speed of playing: 5 times' }));
  await pane(page, 'Flow').getByRole('application').first().focus();
  expect(await at()).toBe(paused);
  await page.keyboard.press('Space');
  await expect.poll(at, PATIENCE).toBe(12);
  await seen(time.getByRole('button', { name: /^Play from the first slot/ }));

  // Scrubbing is one place in the history of the focus, however many slots went by.
  await page.keyboard.press('Home');
  await expect.poll(at, PATIENCE).toBe(0);
  const slider = time.getByRole('slider', { name: 'Slot of ping' });
  const box = await slider.boundingBox();
  if (box === null) throw new Error('there is no slider');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 7, y);
  await page.mouse.down();
  for (const share of [0.2, 0.4, 0.6, 0.8]) await page.mouse.move(box.x + box.width * share, y, { steps: 3 });
  await page.mouse.up();
  await expect.poll(at, PATIENCE).toBeGreaterThan(8);
  await page.keyboard.press('Alt+ArrowLeft');
  await expect.poll(at, PATIENCE).toBe(0);
  expect(app.pageErrors).toEqual([]);
});

it('the steps of a journey are read in full', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  const flow = pane(page, 'Flow');
  await flow.getByRole('button', { name: 'Journey', exact: true }).click();
  const words = flow.locator('.flow-step-words');
  await seen(words.first());
  for (const size of [
    { width: 1440, height: 900 },
    { width: 1000, height: 640 },
  ]) {
    await page.setViewportSize(size);
    await app.picture(`journey-words-${size.width}`);
    const cut = await words.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent));
    expect(cut).toEqual([]);
  }
});

it('the console goes along to the slot in focus, and back to its end with the latest', async () => {
  const app = await openServed({ size: { width: 1000, height: 640 } });
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  await page.getByRole('grid', { name: 'Processes' }).getByText('pong', { exact: true }).click();
  const log = page.getByRole('log', { name: 'Console of pong' });
  await seen(log.getByText('Ball 10 comes back'));
  const inSight = async (text: string): Promise<boolean> => {
    const line = log.getByText(text, { exact: true });
    if ((await line.count()) === 0) return false;
    return line.evaluate((node) => {
      const own = node.getBoundingClientRect();
      const all = node.closest('[role="log"]')?.getBoundingClientRect();
      return all !== undefined && own.top >= all.top - 1 && own.bottom <= all.bottom + 1;
    });
  };
  expect(await inSight('Ball 2 comes back')).toBe(false);
  const slot = page.getByRole('textbox', { name: 'Go to slot' });
  await slot.fill('3');
  await slot.press('Enter');
  await expect.poll(() => inSight('Ball 2 comes back'), PATIENCE).toBe(true);
  await page.getByRole('button', { name: 'Follow the latest slot again' }).click();
  await expect.poll(() => inSight('Ball 10 comes back'), PATIENCE).toBe(true);
});
