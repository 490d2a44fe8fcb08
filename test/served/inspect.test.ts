import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject } from '../kit/project.ts';
import { pane, PATIENCE, say, seen } from '../kit/window.ts';

const slotOf = (page: Page): Promise<string> => page.getByRole('textbox', { name: 'Go to slot' }).inputValue();

it('a wrong value leads back to the line that wrote it; an unanswered message says which clause did not fit', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await page.getByText('Ledger', { exact: true }).first().click();
  await expect.poll(() => slotOf(page), { timeout: 120_000 }).toBe('201');
  const inspector = pane(page, 'Inspector');

  // The symptom: found by a search through the whole state, with its history.
  await page.keyboard.press('Alt+4');
  await inspector.getByRole('textbox', { name: 'Search the whole state' }).fill('dave');
  await inspector.getByRole('button', { name: /Balances\.dave/ }).click();
  const card = inspector.getByRole('region', { name: 'The value Balances.dave' });
  await seen(card.getByText('-3', { exact: true }));
  await seen(card.getByText('0 → -3'));
  await app.picture('inspect-value');
  expect(await violations(page)).toEqual([]);

  // Why: over two processes, and each link is a place to look at.
  await card.getByRole('button', { name: /Why this value/ }).click();
  const wrote = inspector.getByRole('button', { name: /ledger slot 141.*wrote it/ });
  await seen(wrote);
  await seen(inspector.getByRole('button', { name: /market slot 2.*sent that/ }));
  await wrote.click();
  await expect.poll(() => slotOf(page), PATIENCE).toBe('141');
  await seen(page.locator('.code-editor[data-path="ledger.lua"]'));
  await app.picture('inspect-why');
  expect(await violations(page)).toEqual([]);

  await page.keyboard.press('Alt+5');
  await seen(inspector.getByText('Handled by Transfer.'));
  await app.picture('inspect-handlers');

  // Compared with a slot that was pinned.
  await inspector.getByRole('button', { name: /^Pin this slot/ }).click();
  await page.keyboard.press('Shift+F10');
  await page.keyboard.press('Alt+1');
  await seen(inspector.getByText('From the pinned'));
  await inspector.getByRole('button', { name: 'Compare with the slot before' }).click();
  await expect.poll(() => inspector.getByText('From the pinned').count(), PATIENCE).toBe(0);

  // Nothing happened, and why.
  await page.getByRole('button', { name: 'Follow the latest slot again' }).click();
  await say(page, 'Send({ Target = ao.id, Action = "Transfr" })');
  await expect.poll(() => slotOf(page), PATIENCE).toBe('203');
  await page.keyboard.press('Alt+5');
  await seen(inspector.getByText(/its only handler, Transfer, did not match/));
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await page.setViewportSize({ width: 1000, height: 640 });
  await app.picture('inspect-unmatched-small-light');
  expect(await violations(page)).toEqual([]);
  expect(app.pageErrors).toEqual([]);
});

it('a process that a limit has stopped is shown, and let go on', async () => {
  const project = newProject({
    'aoscope.json': JSON.stringify({
      version: 1,
      name: 'Greedy',
      processes: [{ name: 'greedy', source: 'greedy.lua', start: { action: 'Loop' } }],
      limits: { gas: 3_000_000, onLimit: 'pause' },
    }),
    'greedy.lua': 'Handlers.add("loop", "Loop", function() while true do end end)\nprint("ready to loop")\n',
  });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  await page
    .getByRole('button', { name: /^Run the project/ })
    .first()
    .click();
  const banner = page.getByRole('alert').filter({ hasText: 'stands still at slot 1' }).first();
  await seen(banner);
  await seen(page.getByRole('grid', { name: 'Processes' }).getByText('stands still'));
  await app.picture('paused');
  expect(await violations(page)).toEqual([]);
  await banner.getByRole('button', { name: 'Go on with the error' }).click();
  await expect.poll(() => page.getByText('stands still').count(), PATIENCE).toBe(0);
  await seen(pane(page, 'Inspector').getByText('EVALUATION_GAS'));
  expect(app.pageErrors).toEqual([]);
});
