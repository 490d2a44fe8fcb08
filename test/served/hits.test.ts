import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { openFile, pane, PATIENCE, seen } from '../kit/window.ts';

it('breakpoints and conditions lead from hit to hit through the whole history, both ways', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await page.getByText('Ledger', { exact: true }).first().click();
  const slot = page.getByRole('textbox', { name: 'Go to slot' });
  await expect.poll(() => slot.inputValue(), { timeout: 120_000 }).toBe('201');
  const hits = pane(page, 'Hits');
  await openFile(page, 'ledger.lua');
  const editor = page.locator('.code-editor[data-path="ledger.lua"]');

  // Nothing to look for yet: said, with the place to begin.
  await page.keyboard.press('Shift+F8');
  await seen(hits.getByText(/^Nothing to look for yet/));

  // A breakpoint in the margin, with a condition.
  await editor.locator('.view-line').nth(10).click();
  await page.keyboard.press('F9');
  await seen(editor.locator('.breakpoint'));
  await hits.getByRole('textbox', { name: 'Condition at ledger.lua:11' }).fill('payer ~= sender');
  await page.keyboard.press('Shift+F8');
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('141');
  await expect.poll(() => pane(page, 'Inside').getByRole('status').textContent(), PATIENCE).toContain('ledger.lua:11');
  await page.keyboard.press('Shift+F8');
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('140');
  await page.keyboard.press('F8');
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('141');
  await page.keyboard.press('F8');
  await seen(hits.getByText('Nothing more that way in ledger.'));
  await seen(editor.getByText(/sender\s=\s"erin"/));

  // What a log would have told, long after it ran.
  await hits.getByRole('textbox', { name: 'Log at ledger.lua:11' }).fill('payer .. " pays for " .. sender');
  await hits.getByRole('button', { name: 'ledger.lua:11', exact: true }).last().click();
  await seen(hits.getByText(/dave pays for erin/));
  await app.picture('hits');
  expect(await violations(page)).toEqual([]);

  // A question without a line: when was it last changed?
  await page.getByRole('button', { name: 'Follow the latest slot again' }).click();
  await page.keyboard.press('ControlOrMeta+Shift+H');
  await hits.getByRole('combobox', { name: 'What to look for' }).selectOption('change');
  await hits.getByRole('textbox', { name: 'Change of to look for' }).fill('Balances.dave');
  await page.keyboard.press('Enter');
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('141');

  // Every time a function was entered, by its name.
  await hits.getByRole('combobox', { name: 'What to look for' }).selectOption('call');
  await hits.getByRole('textbox', { name: 'Function to look for' }).fill('chargeFee()');
  await seen(hits.getByText('No function is called chargeFee().'));
  await hits.getByRole('textbox', { name: 'Function to look for' }).fill('chargeFee');
  await page.keyboard.press('Enter');
  const inside = pane(page, 'Inside').getByRole('status');
  await expect.poll(() => inside.textContent(), PATIENCE).toContain('ledger.lua:8');
  expect(await slot.inputValue()).toBe('141');
  await page.keyboard.press('Shift+F8');
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('140');
  await page.keyboard.press('ControlOrMeta+Shift+H');
  await seen(hits.getByText('chargeFee · slot 140 · ledger.lua:7'));
  await app.picture('hits-function');
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await page.setViewportSize({ width: 1000, height: 640 });
  await app.picture('hits-small-light');
  expect(await violations(page)).toEqual([]);
  expect(app.pageErrors).toEqual([]);
});
