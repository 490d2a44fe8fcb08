import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { runExchange } from '../kit/exchange/exchange.ts';
import { command, hasKeyboard, openFile, pane, PATIENCE, seen } from '../kit/window.ts';

const LONG = { timeout: 120_000 };
/** The same day as the one of 50,000 messages that the bench takes, as short as it can be. */
const TRADERS = 8;
const ROUNDS = 6;

/** Types into the filter as one does who knows its keys, and leaves it again. */
async function find(page: Page, field: Locator, text: string): Promise<void> {
  await page.locator('.status').first().click();
  await page.keyboard.press('/');
  await hasKeyboard(field);
  await field.fill(text);
  await field.press('Escape');
  if (await field.evaluate((node) => node === document.activeElement)) await field.press('Escape');
  await expect.poll(() => field.evaluate((node) => node === document.activeElement), PATIENCE).toBe(false);
}

it(
  'the expert: from an error among all messages to the line that caused it, what if it had not been, and the cure tried on all of it',
  { timeout: 400_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aoscope-expert-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    await runExchange(folder, TRADERS, ROUNDS);
    const app = await openServed({ project: folder });
    onTestFinished(app.close);
    const { page } = app;
    const flow = pane(page, 'Flow');
    const inspector = pane(page, 'Inspector');
    const slot = page.getByRole('textbox', { name: 'Go to slot' });
    const field = flow.getByRole('combobox', { name: 'Filter messages' });
    const counted = (): Promise<string | null> => flow.getByRole('status').first().textContent();
    const processes = page.getByRole('grid', { name: 'Processes' });

    // The symptom: two errors somewhere in a trading day.
    await expect.poll(counted, LONG).toMatch(/^2\d\d messages$/);
    await seen(page.locator('.code-editor[data-path="router.lua"] .view-lines'));
    await find(page, field, 'action:Credit-Notice error');
    await expect.poll(counted, PATIENCE).toMatch(/^2 of /);
    await page.keyboard.press('n');
    await seen(inspector.getByRole('heading', { name: 'Credit-Notice' }));
    await seen(inspector.getByText(/more than a trader takes at once: 80/).first());
    await page.keyboard.press('n');
    await expect.poll(() => processes.getByRole('row', { selected: true }).textContent(), PATIENCE).toContain('trader-1');

    // Which order was that? The same one, twice.
    await page.keyboard.press('Alt+2');
    await inspector.getByRole('button', { name: 'Use Order as filter' }).click();
    await page.getByRole('menuitem', { name: /^Only Order 3-x/ }).click();
    await find(page, field, 'tag:Order=3-x action:Express');
    await expect.poll(counted, PATIENCE).toMatch(/^4 of /);
    await app.picture('expert-order');
    expect(await violations(page)).toEqual([]);

    // Who pays for it? The ledger's books say so, under the names of the processes.
    await processes.getByText('ledger', { exact: true }).click();
    await page.keyboard.press('Alt+4');
    await inspector.getByRole('textbox', { name: 'Search the whole state' }).fill('trader-3');
    await seen(inspector.getByRole('button', { name: /^Balances.*trader-3\b.*-\d+$/ }));
    await inspector.getByRole('textbox', { name: 'Search the whole state' }).fill('');
    await inspector.getByRole('treeitem', { name: /^Balances/ }).click();
    const balance = inspector.getByRole('treeitem', { name: /^trader-3\b/ });
    await expect.poll(() => balance.textContent(), PATIENCE).toMatch(/trader-3-\d+$/);
    await balance.click();
    const card = inspector.getByRole('region', { name: /^The value Balances/ });
    await seen(card.getByText(/^\d+ → -\d+$/));
    await app.picture('expert-value');

    // Since when? From the first slot on to the one after which it is below zero.
    await page.getByRole('button', { name: 'First slot (Home)' }).click();
    await expect.poll(() => slot.inputValue(), PATIENCE).toBe('0');
    await page.keyboard.press('ControlOrMeta+Shift+H');
    const hits = pane(page, 'Hits');
    await hits.getByRole('combobox', { name: 'What to look for' }).selectOption('condition');
    await hits.getByRole('textbox', { name: 'Condition to look for' }).fill('Balances[Peers["trader-3"]] < 0');
    await page.keyboard.press('F8');
    await expect.poll(() => slot.inputValue(), LONG).not.toBe('0');
    await expect.poll(() => card.locator('.value-now').textContent(), PATIENCE).toMatch(/^-\d+$/);

    // Why? Over three processes to the message of a person.
    await card.getByRole('button', { name: /Why this value/ }).click();
    await seen(inspector.getByRole('button', { name: /^ledger slot \d+\s*wrote it: \d+ → -\d+/ }));
    const cause = inspector.getByRole('button', { name: /^trader-3 slot \d+\s*sent that/ });
    await seen(cause);
    await seen(inspector.getByRole('button', { name: /^router slot \d+\s*sent that/ }));
    await seen(inspector.getByText('A message from outside began it.'));
    await app.picture('expert-why');
    expect(await violations(page)).toEqual([]);
    await cause.click();
    await seen(inspector.getByRole('heading', { name: 'Express' }));

    // What if the second one had never come?
    await command(page, 'Branch here: this message never came');
    const branch = pane(page, 'What if');
    await branch.getByRole('button', { name: 'Run the branch' }).click();
    await expect.poll(() => branch.getByRole('status').filter({ hasText: 'evaluation' }).first().textContent(), LONG).toContain('done: ');
    const books = branch.getByRole('region', { name: 'ledger', exact: true });
    const ends = books.getByRole('row', { name: /^Balances.*trader-3\b/ }).getByRole('cell');
    await expect.poll(() => ends.allTextContents(), LONG).toEqual([expect.stringMatching(/^-\d+$/), expect.stringMatching(/^\d+$/)]);
    // An account in debt stands still: without that one message later orders are paid that were refused, and more than it is gone.
    const paid = async (): Promise<number> => {
      const [main = '', there = ''] = await books
        .getByRole('row', { name: /^Transfers/ })
        .getByRole('cell')
        .allTextContents();
      return Number(there) - Number(main);
    };
    await expect.poll(paid, LONG).toBeGreaterThan(0);
    const name = branch.getByRole('textbox', { name: 'Name of the branch' });
    const without = await name.inputValue();
    await app.picture('expert-branch');
    await branch.getByRole('tab', { name: 'Messages' }).click();
    await branch.getByRole('checkbox', { name: 'only what differs' }).check();
    await seen(branch.getByRole('row', { name: /Express.*first difference not here/ }));
    await branch.getByRole('button', { name: 'Keep' }).click();

    // Over a handler of a program that many run stand the process in focus and all together, not a line for each.
    await processes.getByText('trader-3', { exact: true }).click();
    await openFile(page, 'trader.lua');
    const takers = page.locator('.code-editor[data-path="trader.lua"] .codelens-decoration').first();
    await expect
      .poll(() => takers.textContent(), PATIENCE)
      .toMatch(/^trader-3: \d+ messages from router\W+all 8: \d+ messages from router$/);

    // The line that sends it twice is mended, and tried on everything that happened.
    await page.getByRole('button', { name: 'Follow the latest slot again' }).click();
    await processes.getByText('router', { exact: true }).click();
    await openFile(page, 'router.lua');
    const editor = page.locator('.code-editor[data-path="router.lua"]');
    await editor
      .locator('.view-line')
      .filter({ hasText: /"Express"/ })
      .last()
      .click();
    await page.keyboard.press('ControlOrMeta+Shift+K');
    await page.keyboard.press('Escape');
    await command(page, 'Run my unsaved code on the recorded history');
    const verdict = branch.getByRole('region', { name: 'What the code did' });
    await expect.poll(() => verdict.textContent(), LONG).toContain('The first difference is at slot 4 of router');
    await seen(verdict.getByText('No message fails that did not before.'));
    // What stands there now is of this branch, no longer of the one before.
    await expect.poll(() => name.inputValue(), LONG).not.toBe(without);
    // The same becomes of everybody's money as without the second message.
    await expect.poll(() => ends.allTextContents(), LONG).toEqual([expect.stringMatching(/^-\d+$/), expect.stringMatching(/^\d+$/)]);
    await expect.poll(paid, LONG).toBeGreaterThan(0);
    await app.picture('expert-verdict');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Switch light and dark' }).click();
    await page.setViewportSize({ width: 1000, height: 640 });
    await app.picture('expert-verdict-small-light');
    expect(app.pageErrors).toEqual([]);
  },
);
