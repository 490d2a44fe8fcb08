import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** How long a person's app may take on a busy machine. */
export const PATIENCE = { timeout: 60_000, interval: 100 };

/** Waits until it is on the screen. */
export async function seen(locator: Locator): Promise<void> {
  await locator.waitFor({ state: 'visible', timeout: PATIENCE.timeout });
}

/** The pane of that title. */
export function pane(page: Page, title: string): Locator {
  return page.getByRole('tabpanel', { name: title }).first();
}

/** Opens the sample and waits for its first words. */
export async function openSample(page: Page, title: string, words: string): Promise<void> {
  await page.getByText(title, { exact: true }).first().click();
  await seen(page.getByRole('log').getByText(words).first());
}

/** Opens a file of the tree and waits for its editor. */
export async function openFile(page: Page, name: string): Promise<void> {
  await page.getByRole('treegrid', { name: 'Files' }).getByText(name, { exact: true }).click();
  await seen(page.locator(`.code-editor[data-path="${name}"] .view-lines`));
}

/** Enters a line in the console of the process in focus. */
export async function say(page: Page, line: string): Promise<void> {
  const input = page.getByRole('textbox', { name: /Lua to evaluate/ });
  await input.fill(line);
  await input.press('Enter');
  await expect.poll(() => input.inputValue(), PATIENCE).toBe('');
}

/** Runs a command by its title, as a person does who knows only the palette. */
export async function command(page: Page, title: string): Promise<void> {
  // A key that is pressed before the window is drawn goes nowhere.
  await seen(page.locator('.status').first());
  await page.keyboard.press('ControlOrMeta+Shift+P');
  const field = page.getByRole('combobox').first();
  await field.fill(title);
  // It stands in the list before that is filtered, too: Enter runs what is chosen.
  await seen(page.getByRole('option', { selected: true }).filter({ hasText: title }));
  await field.press('Enter');
}

/** Opens the list of problems. */
export async function problems(page: Page): Promise<Locator> {
  await page
    .getByRole('tab', { name: /^Problems/ })
    .first()
    .click();
  return pane(page, 'Problems');
}

/** Waits until what is typed next goes there. */
export async function hasKeyboard(field: Locator): Promise<void> {
  await expect.poll(() => field.evaluate((node) => node === document.activeElement), PATIENCE).toBe(true);
}
