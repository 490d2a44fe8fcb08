import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { command, openSample, pane, PATIENCE, seen } from '../kit/window.ts';

it('the message in focus stays in sight when the window is made smaller', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await page.getByText('Ledger', { exact: true }).first().click();
  await expect.poll(() => page.getByRole('textbox', { name: 'Go to slot' }).inputValue(), { timeout: 120_000 }).toBe('201');
  const flow = pane(page, 'Flow');
  await flow.getByText('Table', { exact: true }).click();
  const table = flow.getByRole('grid', { name: 'Messages' });
  const chosen = table.getByRole('row', { selected: true });
  const under = async (): Promise<number> => {
    const [box, row] = [await table.boundingBox(), await chosen.boundingBox()];
    return box === null || row === null ? Number.NaN : row.y + row.height - (box.y + box.height);
  };
  await table.focus();
  await page.keyboard.press('Home');
  // Down to the last row that the table has room for.
  for (let row = 0; row < 40 && !((await under()) > -24); row += 1) await page.keyboard.press('ArrowDown');
  const text = await chosen.textContent();
  await page.setViewportSize({ width: 1000, height: 640 });
  await seen(chosen);
  await expect.poll(under, PATIENCE).toBeLessThanOrEqual(1);
  expect(await chosen.textContent()).toBe(text);
  expect(app.pageErrors).toEqual([]);
});

it('the lanes are drawn in the colours of a theme that was chosen while they stood behind another tab', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  await command(page, 'Show What if');
  await command(page, 'Theme: high contrast, light');
  await command(page, 'Show Flow');
  const corner = (): Promise<readonly number[]> =>
    page
      .locator('.flow-canvas')
      .evaluate((canvas: HTMLCanvasElement) => [...(canvas.getContext('2d')?.getImageData(2, 2, 1, 1).data ?? [])]);
  await expect.poll(corner, PATIENCE).toEqual([255, 255, 255, 255]);
  expect(app.pageErrors).toEqual([]);
});
