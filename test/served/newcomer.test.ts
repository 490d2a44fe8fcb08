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

/** The line of pong.lua in which the bug stands, up to its pattern. */
const PATTERN = 'Handlers.add("Ping", { Action = "Ping", Count = "^%d';

it('the first hunt: a message that nobody answered, the pattern that did not fit it, and the cure that brings the ball back', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Lost ball', 'A rally of 12 rounds begins');
  const inspector = pane(page, 'Inspector');
  const slot = page.getByRole('textbox', { name: 'Go to slot' });
  const processes = page.getByRole('grid', { name: 'Processes' });

  // It is marked, and says what it wanted.
  await processes.getByText('pong', { exact: true }).click();
  await expect.poll(() => slot.inputValue(), LONG).toBe('11');
  await seen(inspector.getByText(/^No handler of pong took the action "Ping"/));
  await inspector.getByRole('tab', { name: /^Handlers/ }).click();
  await seen(inspector.getByText('Ping came closest: it wants Count to be "^%d$", and it was "10".'));
  await app.picture('newcomer-hunt');

  // The pattern is mended where it stands, and tried on what happened.
  await inspector.getByRole('button', { name: /pong\.lua:6/ }).click();
  await seen(page.locator('.code-editor[data-path="pong.lua"] .view-lines'));
  await page.locator('.code-editor[data-path="pong.lua"] .view-line').nth(5).click();
  await page.keyboard.press('Home');
  for (let step = 0; step < PATTERN.indexOf('%d') + 2; step += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.insertText('+');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+Alt+Enter');
  const branch = pane(page, 'What if');
  const verdict = branch.getByRole('region', { name: 'What the code did' });
  await expect.poll(() => verdict.textContent(), LONG).toContain('The first difference is at slot 11 of pong: after Ping, Returned is 10');
  const there = branch.getByRole('group', { name: 'In the branch · slot 11' });
  await seen(there.locator('li.is-other').filter({ hasText: 'Ball 10 comes back' }));
  await app.picture('newcomer-hunt-cure');
  await verdict.getByRole('button', { name: /^Evaluate this code in pong/ }).click();
  await expect.poll(() => slot.inputValue(), LONG).toBe('12');
  // What runs is what the file says.
  await expect.poll(() => processes.getByText('changed').count(), PATIENCE).toBe(0);

  await processes.getByText('ping', { exact: true }).click();
  await say(page, 'Send({ Target = ao.id, Action = "Start", Rounds = "12" })');
  await seen(page.getByRole('log', { name: 'Console of ping' }).getByText('The rally is over after 12 rounds'));
  expect(app.pageErrors).toEqual([]);
});
