import type { Locator } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openServed, type OpenApp } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { hasKeyboard, pane, PATIENCE, seen } from '../kit/window.ts';

/** The Ledger: a market day of two hundred transfers. */
async function openLedger(): Promise<OpenApp & { readonly flow: Locator; readonly field: Locator; readonly slot: Locator }> {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await page.getByText('Ledger', { exact: true }).first().click();
  const slot = page.getByRole('textbox', { name: 'Go to slot' });
  await expect.poll(() => slot.inputValue(), { timeout: 120_000 }).toBe('201');
  const flow = pane(page, 'Flow');
  return { ...app, flow, field: flow.getByRole('combobox', { name: 'Filter messages' }), slot };
}

const counted = (flow: Locator): Promise<string | null> => flow.getByRole('status').first().textContent();

it('messages are found by what one types, with what has been seen offered, and walked through', async () => {
  const { page, flow, field, slot, ...app } = await openLedger();
  await page.keyboard.press('Escape');
  await page.locator('.status').first().click();
  await page.keyboard.press('/');
  await hasKeyboard(field);

  // A condition, then one of its values, both out of the list.
  await page.keyboard.type('act');
  await seen(page.getByRole('option', { name: /^action:/ }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('tr');
  await seen(page.getByRole('option', { name: /^Transfer\s*20[01]/ }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => field.inputValue(), PATIENCE).toBe('action:=Transfer ');
  await expect.poll(() => counted(flow), PATIENCE).toMatch(/^20\d of \d+$/);
  await page.keyboard.type('tag:Send');
  await seen(page.getByRole('option', { name: /^Sender/ }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: /^dave/ }).click();
  await expect.poll(() => field.inputValue(), PATIENCE).toBe('action:=Transfer tag:Sender=dave ');
  await expect.poll(() => counted(flow), PATIENCE).toMatch(/^1 of /);

  // What is wrong is underlined and said, and the rest counts all the same.
  await page.keyboard.type('slot:many');
  await expect.poll(() => flow.locator('.flow-query-marks u').textContent(), PATIENCE).toBe('slot:many');
  await expect.poll(() => field.getAttribute('aria-invalid'), PATIENCE).toBe('true');
  await seen(page.getByText(/^slot:many\s+slot: takes 5/));
  await expect.poll(() => counted(flow), PATIENCE).toMatch(/^1 of /);
  expect(await violations(page)).toEqual([]);
  await app.picture('filter-wrong');

  // Back to where the keyboard was, and from hit to hit.
  await field.fill('tag:Sender=dave or tag:Sender=erin');
  await expect.poll(() => counted(flow), PATIENCE).toMatch(/^2 of /);
  await page.keyboard.press('Escape');
  if (await field.evaluate((node) => node === document.activeElement)) await page.keyboard.press('Escape');
  await expect.poll(() => field.evaluate((node) => node === document.activeElement), PATIENCE).toBe(false);
  await page.keyboard.press('Shift+N');
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('141');
  await page.keyboard.press('Shift+N');
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('140');
  await page.keyboard.press('n');
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('141');

  // Marked among all, in the table as text, and in the journey.
  await flow.getByRole('button', { name: 'Only these' }).click();
  await flow.getByRole('button', { name: 'Table' }).click();
  const table = flow.getByRole('grid', { name: 'Messages' });
  await seen(table.locator('.flow-row.is-hit').first());
  await expect.poll(() => table.locator('.flow-row.is-dim').count(), PATIENCE).toBeGreaterThan(1);
  await app.picture('filter-marked');
  expect(await violations(page)).toEqual([]);
  await flow.getByRole('button', { name: 'Journey' }).click();
  await seen(flow.getByText(/^2 found here/));
  expect(app.pageErrors).toEqual([]);
});

it('a field becomes a filter with the pointer and with keys, is kept under a name, and a range of time sums up', async () => {
  const { page, flow, field, ...app } = await openLedger();
  const inspector = pane(page, 'Inspector');

  // From a tag in the inspector.
  await inspector.getByRole('tab', { name: 'Message' }).click();
  await inspector.getByRole('button', { name: 'Use Sender as filter' }).click();
  await page.getByRole('menuitem', { name: /^Only Sender carol/ }).click();
  await expect.poll(() => field.inputValue(), PATIENCE).toBe('tag:Sender=carol');
  await expect.poll(() => counted(flow), PATIENCE).toMatch(/^6\d of /);

  // From a cell, and from a row with keys alone.
  await flow.getByRole('button', { name: 'Table' }).click();
  const table = flow.getByRole('grid', { name: 'Messages' });
  await table.getByRole('row').nth(1).getByRole('gridcell').nth(4).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Leave out action Transfer' }).click();
  await expect.poll(() => field.inputValue(), PATIENCE).toBe('tag:Sender=carol -action:=Transfer');
  await seen(flow.getByText('No message matches this filter.'));
  await flow.getByRole('button', { name: 'Show all' }).click();
  await table.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('f');
  await seen(page.getByRole('menu', { name: 'Actions for this message' }));
  await page.getByRole('menuitem', { name: 'Only from market' }).press('Enter');
  await expect.poll(() => field.inputValue(), PATIENCE).toBe('from:=market');

  // Under a name, over a reload of the window.
  await flow.getByRole('button', { name: 'Saved searches' }).click();
  await page.getByRole('menuitem', { name: /^Save this search/ }).click();
  await flow.getByRole('textbox', { name: 'Name of the search' }).fill('Market day');
  await page.keyboard.press('Enter');
  await flow.getByRole('button', { name: 'Clear the filter' }).click();
  // Settings are written a moment after they change.
  await flow.getByRole('button', { name: 'Saved searches' }).click();
  await seen(page.getByRole('menuitem', { name: /^Market day/ }));
  await page.keyboard.press('Escape');
  await page.reload();
  await expect.poll(() => counted(flow), { timeout: 120_000 }).toMatch(/^20\d messages/);
  await flow.getByRole('button', { name: 'Saved searches' }).click();
  await page.getByRole('menuitem', { name: /^Market day/ }).click();
  await expect.poll(() => field.inputValue(), PATIENCE).toBe('from:=market');
  await field.press('Escape');

  // The view is that of before the reload, too.
  await flow.getByRole('button', { name: 'Space–time' }).click();
  // A lane is hidden and shown again from its head.
  await flow.getByRole('button', { name: 'Lane of market' }).click();
  await page.getByRole('menuitem', { name: 'Colour: violet' }).click();
  await flow.getByRole('button', { name: 'Lane of market' }).click();
  await page.getByRole('menuitem', { name: /^Hide market/ }).click();
  await seen(flow.getByText('1 lane is hidden; what came through is dashed.'));
  await app.picture('filter-hidden');
  await flow.getByRole('button', { name: 'Show it' }).click();

  // A range with keys, and with the pointer over the lanes.
  const from = flow.getByRole('slider', { name: 'Range from' });
  await from.focus();
  await page.keyboard.press('PageUp');
  const sums = flow.getByRole('group', { name: 'Sums' });
  await seen(sums.getByRole('button', { name: 'Clear the time range (Esc)' }));
  await expect.poll(() => counted(flow), PATIENCE).toMatch(/^1[78]\d of /);
  await page.keyboard.press('Escape');
  await expect.poll(() => counted(flow), PATIENCE).toMatch(/^200 of /);
  const box = await flow.getByRole('application', { name: 'Space–time view of the messages' }).boundingBox();
  if (box === null) throw new Error('the lanes are not drawn');
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.9);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.9, { steps: 4 });
  await page.mouse.up();
  await seen(sums.getByText(/^\+/));
  await expect.poll(() => counted(flow), PATIENCE).toMatch(/^\d{1,2} of /);
  expect(await violations(page)).toEqual([]);
  await app.picture('filter-range');
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await page.setViewportSize({ width: 1000, height: 640 });
  await app.picture('filter-range-small-light');
  expect(await violations(page)).toEqual([]);
  expect(app.pageErrors).toEqual([]);
});
