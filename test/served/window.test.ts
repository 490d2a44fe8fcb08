import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { command, hasKeyboard, openSample, pane, PATIENCE, seen } from '../kit/window.ts';

it('layout and theme are as one left them after a reload; reset brings the first layout back', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Token', 'Moved 250 SCOPE');
  const theme = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset['theme']);
  expect(await theme()).toBe('dark');
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await expect.poll(theme, PATIENCE).toBe('light');
  await page.keyboard.press('ControlOrMeta+Alt+1');
  await expect.poll(() => pane(page, 'Inspector').count(), PATIENCE).toBe(0);
  // What is remembered is written a moment after the last change.
  await page.waitForTimeout(1_000);

  await page.reload();
  await seen(pane(page, 'Flow'));
  await expect.poll(theme, PATIENCE).toBe('light');
  expect(await pane(page, 'Inspector').count()).toBe(0);
  await seen(page.locator('.code-editor[data-path="token.lua"]'));

  await command(page, 'Reset layout');
  await seen(pane(page, 'Inspector'));
  await seen(pane(page, 'Console'));
  expect(app.pageErrors).toEqual([]);
});

it('everything can be done with the keyboard alone', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await seen(page.getByText('Ping-pong', { exact: true }).first());
  const card = page.getByRole('button', { name: /^Ping-pong/ }).first();
  for (let presses = 0; presses < 60 && !(await card.evaluate((node) => node === document.activeElement)); presses += 1)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await seen(page.getByRole('log').getByText('The rally is over after 10 rounds'));

  const time = page.getByRole('group', { name: 'Time' });
  await page.keyboard.press('Shift+F10');
  await expect.poll(() => time.getByRole('status').textContent(), PATIENCE).toContain('PAST');
  await page.keyboard.press('F10');
  await expect.poll(() => time.getByRole('status').textContent(), PATIENCE).toContain('LATEST');
  await page.keyboard.press('F10');
  await expect.poll(() => time.getByRole('status').textContent(), PATIENCE).toContain('LIVE');

  await page.keyboard.press('ControlOrMeta+Backquote');
  await hasKeyboard(page.getByRole('textbox', { name: /^Lua to evaluate/ }));
  await page.keyboard.type('return 6 * 7');
  await page.keyboard.press('Enter');
  await seen(page.getByRole('log').getByText('42', { exact: true }));

  await page.keyboard.press('ControlOrMeta+P');
  await hasKeyboard(page.getByRole('combobox'));
  await page.keyboard.type('pong.lua');
  await page.keyboard.press('Enter');
  await seen(page.locator('.code-editor[data-path="pong.lua"] .view-lines'));
  await page.keyboard.press('ControlOrMeta+Shift+Enter');
  await expect.poll(() => page.getByRole('grid', { name: 'Processes' }).getByRole('row').count(), PATIENCE).toBe(3);
  expect(app.pageErrors).toEqual([]);
});

it('what the aos terminal and aoconnect need to reach this node is copied with its addresses', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openSample(page, 'Token', 'Moved 250 SCOPE');
  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await command(page, 'Copy the command line for the aos terminal');
  await expect.poll(clipboard, PATIENCE).toContain('aos my-process --legacy');
  const mu = /MU_URL=(\S+)/.exec(await clipboard())?.[1] ?? '';
  expect(await (await fetch(mu)).text()).toContain('ao messenger unit');
  await command(page, 'Copy a script for aoconnect');
  await expect.poll(clipboard, PATIENCE).toContain("from '@permaweb/aoconnect'");
  expect(await clipboard()).toContain(`MU_URL: "${mu}"`);
});

it('a pane takes the whole window and gives it back; of many tabs in a narrow window the one in front is in sight', async () => {
  const app = await openServed({ size: { width: 1000, height: 640 } });
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Token', 'Moved 250 SCOPE');
  for (const panel of ['Deliveries', 'Notes', 'Docs']) {
    await command(page, `Show ${panel}`);
    const tab = page.getByRole('tab', { name: panel });
    await expect.poll(() => tab.evaluate(isWholeInSight), PATIENCE).toBe(true);
  }
  await app.picture('tabs-small');

  const flow = pane(page, 'Flow');
  const width = async (): Promise<number> => (await flow.boundingBox())?.width ?? 0;
  await command(page, 'Show Flow');
  const tab = page.getByRole('tab', { name: 'Flow', selected: true });
  // The keys are for the pane in which one is.
  await seen(page.locator('.dv-active-group').filter({ has: tab }));
  const before = await width();
  const isAsBefore = async (): Promise<boolean> => Math.abs((await width()) - before) <= 1;
  await page.keyboard.press('ControlOrMeta+Alt+z');
  await expect.poll(width, PATIENCE).toBeGreaterThan(before * 1.4);
  await app.picture('zoomed-small');
  // Whoever goes elsewhere sees the others again.
  await command(page, 'Show Console');
  await expect.poll(isAsBefore, PATIENCE).toBe(true);
  await page.getByRole('tab', { name: 'Flow' }).dblclick();
  await expect.poll(width, PATIENCE).toBeGreaterThan(before * 1.4);
  await page
    .getByRole('button', { name: /^Give this pane the whole window/, pressed: true })
    .first()
    .click();
  await expect.poll(isAsBefore, PATIENCE).toBe(true);
  expect(app.pageErrors).toEqual([]);
});

/** Nothing of it is cut off by what holds it. */
function isWholeInSight(tab: Element): boolean {
  const box = tab.getBoundingClientRect();
  const holder = tab.closest('.dv-tabs-container')?.getBoundingClientRect();
  return holder !== undefined && box.left >= holder.left - 1 && box.right <= holder.right + 1;
}
