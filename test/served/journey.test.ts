import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { openSample, pane, PATIENCE, seen } from '../kit/window.ts';

it('the journey of a message is a tree with the time of every step, walked and folded with the keys', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  const flow = pane(page, 'Flow');
  await flow.getByRole('button', { name: 'Journey', exact: true }).click();
  const tree = flow.getByRole('treegrid', { name: 'Journey' });
  const focused = tree.locator('[aria-selected="true"]');
  await seen(tree);
  await tree.focus();
  await page.keyboard.press('Home');
  await expect.poll(() => focused.getAttribute('aria-level'), PATIENCE).toBe('1');
  const all = Number(await tree.getAttribute('aria-rowcount'));
  expect(all).toBeGreaterThan(10);
  // What its own way took, hop by hop.
  await seen(flow.getByText(/given its slot/).first());
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => focused.getAttribute('aria-level'), PATIENCE).toBe('2');
  await app.picture('journey');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => tree.getAttribute('aria-rowcount'), PATIENCE).toBe('1');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => tree.getAttribute('aria-rowcount'), PATIENCE).toBe(String(all));
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await page.setViewportSize({ width: 1000, height: 640 });
  await app.picture('journey-small-light');
  expect(await violations(page)).toEqual([]);
  expect(app.pageErrors).toEqual([]);
});
