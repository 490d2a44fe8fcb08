import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { command, openFile, pane, PATIENCE, seen } from '../kit/window.ts';

it('what if: unsaved code and another message are run on the recorded history; the difference is seen, and kept or thrown away', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await page.getByText('Ledger', { exact: true }).first().click();
  const slot = page.getByRole('textbox', { name: 'Go to slot' });
  await expect.poll(() => slot.inputValue(), { timeout: 120_000 }).toBe('201');
  const branch = pane(page, 'What if');

  // The bug mended in the editor, without saving: would it have helped?
  await openFile(page, 'ledger.lua');
  await page.locator('.code-editor[data-path="ledger.lua"] .view-line').nth(9).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' if payer ~= sender then payer = recipient end');
  await page.keyboard.press('Escape');
  await command(page, 'Run the open file on the recorded history');
  await seen(branch.getByText(/^ledger\.lua as it is in the editor, from slot 0 of ledger/));
  await branch.getByRole('button', { name: 'Run the branch' }).click();
  await expect.poll(() => branch.getByRole('status').first().textContent(), { timeout: 120_000 }).toContain('done: 202');
  await seen(branch.getByText('2 values differ'));
  await seen(branch.getByText(/^They printed and sent the same/));
  const dave = branch.getByRole('row', { name: /Balances\.dave/ });
  expect(await dave.textContent()).toBe('Balances.dave-30');
  await app.picture('branch-code');
  expect(await violations(page)).toEqual([]);
  await branch.getByRole('button', { name: 'Throw away' }).click();
  await seen(branch.getByText('What if the message in focus had been another?'));

  // What is typed while one looks at the past offers a branch.
  await slot.fill('140');
  await page.keyboard.press('Enter');
  await seen(page.getByRole('status').filter({ hasText: 'PAST' }));
  await page.getByRole('textbox', { name: /^Lua to evaluate/ }).fill('Balances.dave = 100');
  await page.getByRole('button', { name: 'Try it in a branch' }).click();
  await expect.poll(() => branch.getByRole('status').first().textContent(), { timeout: 120_000 }).toContain('done: ');
  expect(await dave.textContent()).toBe('Balances.dave-397');
  await branch.getByRole('button', { name: 'Throw away' }).click();

  // Another message in the past.
  await slot.fill('141');
  await page.keyboard.press('Enter');
  await seen(page.getByRole('status').filter({ hasText: 'PAST' }));
  await page.keyboard.press('b');
  await branch.getByRole('textbox', { name: 'Value of Sender' }).fill('dave');
  await branch.getByRole('button', { name: 'Run the branch' }).click();
  const sides = branch.getByRole('group', { name: /^In the branch/ });
  await seen(sides.getByText(/Refused: dave has too little/).first());
  await expect.poll(() => branch.getByRole('status').first().textContent(), { timeout: 120_000 }).toContain('done: ');
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await page.setViewportSize({ width: 1000, height: 640 });
  await app.picture('branch-message-small-light');
  expect(await violations(page)).toEqual([]);
  await branch.getByRole('button', { name: 'Keep' }).click();
  await seen(branch.getByRole('button', { name: /^Edit Transfer, slot 141 of ledger/ }));

  // It is there tomorrow, and the recorded history is what it was.
  await page.reload();
  await command(page, 'Branches that were made');
  await seen(branch.getByRole('button', { name: /^Edit Transfer, slot 141 of ledger/ }));
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('201');
  expect(app.pageErrors).toEqual([]);
});
