import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { openSample, pane, PATIENCE, say, seen } from '../kit/window.ts';

it('the map shows who talks with whom, keeps its places, and leads to the messages by mouse and keys', { timeout: 420_000 }, async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  const flow = pane(page, 'Flow');
  const open = (): Promise<void> => flow.getByRole('button', { name: 'Map', exact: true }).click();
  await open();
  const map = flow.getByRole('application', { name: 'Map of who sends to whom' });
  const boxOf = (name: string): ReturnType<typeof map.locator> => map.locator('.flow-map-party').filter({ hasText: name });
  await seen(boxOf('ping'));
  await seen(boxOf('pong'));
  await seen(boxOf('You'));

  // Somebody new gets a place, and nobody moves for it; what goes wrong is red.
  const placeOf = async (name: string): Promise<string> => (await boxOf(name).getAttribute('transform'))?.replace(/ scale.*/, '') ?? '';
  const placesOf = (): Promise<readonly string[]> => Promise.all(['ping', 'pong', 'You'].map(placeOf));
  const before = await placesOf();
  await say(page, 'ao.send({ Target = ao.env.Process.Owner, Action = "Notice" }) ao.send({ Target = ("x"):rep(43), Action = "Lost" })');
  await say(page, 'error("a planted fault")');
  await seen(boxOf('Gateway'));
  await seen(map.locator('.flow-map-route.has-errors').first());
  expect(await placesOf()).toEqual(before);
  await app.picture('map');
  expect(await violations(page)).toEqual([]);

  // A click looks at a process; the keys go on from there, and what was picked becomes a filter.
  await boxOf('pong').click();
  await seen(flow.getByRole('group', { name: 'pong', exact: true }));
  await expect.poll(() => page.getByRole('log').first().getAttribute('aria-label'), PATIENCE).toBe('Console of pong');
  await map.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(() => placeOf('pong'), PATIENCE).not.toBe(before[1]);
  await page.keyboard.press('e');
  await seen(map.locator('.flow-map-route.is-picked'));
  await page.keyboard.press('Enter');
  const filter = flow.getByRole('combobox', { name: 'Filter messages' });
  await expect.poll(() => filter.inputValue(), PATIENCE).toMatch(/^from:\S+ to:\S+$/);
  await expect.poll(() => map.locator('.flow-map-route').count(), PATIENCE).toBe(1);
  await filter.fill('');

  // The same as text, for those who cannot see it.
  await flow.getByRole('button', { name: 'As a list' }).click();
  const list = flow.getByRole('grid', { name: 'Who sent whom' });
  await list.focus();
  await page.keyboard.press('Home');
  await seen(list.locator('[aria-selected="true"]').getByText('10', { exact: true }));
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await app.picture('map-list-light');
  expect(await violations(page)).toEqual([]);

  // The map is as it was left after the window was closed, also on a small screen.
  const moved = await placesOf();
  await page.setViewportSize({ width: 1000, height: 640 });
  await page.reload();
  await open();
  await seen(boxOf('pong'));
  expect(await placesOf()).toEqual(moved);
  await app.picture('map-small-light');
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await app.picture('map-small');
  expect(await violations(page)).toEqual([]);
  expect(app.pageErrors).toEqual([]);
});
