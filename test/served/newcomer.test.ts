import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { command, openFile, openSample, pane, PATIENCE, say, seen } from '../kit/window.ts';

const LONG = { timeout: 120_000 };
/** The first line of pong's handler; the editor counts from 0. */
const HANDLER = 5;
const LOST = 'if msg.Tags.Count == "3" then return end';

it('the first five minutes: see, go back, lose a ball, find where, try the cure on what happened, keep it as a test', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;

  // No sign-up, no wallet, no network: a click, and messages move.
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  const slot = page.getByRole('textbox', { name: 'Go to slot' });
  const latest = async (): Promise<number> => Number(await slot.inputValue());

  // Back through time, and forward again.
  const time = page.getByRole('group', { name: 'Time' });
  await page.keyboard.press('Shift+F10');
  await expect.poll(() => time.getByRole('status').textContent(), PATIENCE).toContain('PAST');
  await page.getByRole('button', { name: 'Follow the latest slot again' }).click();
  await expect.poll(() => time.getByRole('status').textContent(), PATIENCE).toContain('LIVE');

  // One line is edited and evaluated: pong loses the third ball.
  const processes = page.getByRole('grid', { name: 'Processes' });
  await processes.getByText('pong', { exact: true }).click();
  await openFile(page, 'pong.lua');
  const editor = page.locator('.code-editor[data-path="pong.lua"]');
  await editor
    .locator('.view-line')
    .nth(HANDLER - 1)
    .click();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.keyboard.insertText(LOST);
  const before = await latest();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect.poll(latest, LONG).toBe(before + 1);

  // Another rally: it stops where the ball was lost.
  await processes.getByText('ping', { exact: true }).click();
  await say(page, 'Send({ Target = ao.id, Action = "Start", Rounds = "5" })');
  const rally = page.getByRole('log', { name: 'Console of ping' });
  await seen(rally.getByText('A rally of 5 rounds begins'));
  await processes.getByText('pong', { exact: true }).click();
  await expect.poll(latest, LONG).toBe(before + 4);

  // Its last message: nothing was sent, and the line that ended it is shown.
  const inspector = pane(page, 'Inspector');
  await seen(inspector.getByRole('heading', { name: 'Ping' }));
  await inspector.getByRole('tab', { name: /^Handlers/ }).click();
  await seen(inspector.getByText(/Ping/).first());
  await page.keyboard.press('Alt+F10');
  await expect.poll(() => pane(page, 'Inside').getByRole('status').textContent(), LONG).toContain('pong.lua:');
  await app.picture('newcomer-lost');

  // The cure is tried on what happened, before it is saved anywhere.
  await page.getByRole('button', { name: 'Follow the latest slot again' }).click();
  await editor.locator('.view-line').filter({ hasText: /^if\s/ }).click();
  await page.keyboard.press('ControlOrMeta+Shift+K');
  await page.keyboard.press('Escape');
  await command(page, 'Run my unsaved code on the recorded history');
  const branch = pane(page, 'What if');
  const verdict = branch.getByRole('region', { name: 'What the code did' });
  await expect.poll(() => verdict.textContent(), LONG).toMatch(/The first difference is at slot \d+ of pong/);
  await app.picture('newcomer-cure');
  await verdict.getByRole('button', { name: /^Evaluate this code in pong/ }).click();

  // Now the rally comes to its end, and its journey is kept as a test, which is green.
  await processes.getByText('ping', { exact: true }).click();
  await say(page, 'Send({ Target = ao.id, Action = "Start", Rounds = "4" })');
  await seen(rally.getByText('The rally is over after 4 rounds'));
  await command(page, 'Save this journey as a test');
  const tree = pane(page, 'Tests').getByRole('tree', { name: 'Tests' });
  await seen(tree.getByRole('treeitem', { name: /, passed$/ }).last());
  await app.picture('newcomer-test');
  expect(app.pageErrors).toEqual([]);
});
