import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { OpenApp } from './app.ts';
import { PATIENCE, seen } from './window.ts';

/** What is appended to the sample: a greeting that a message can change. */
const GREETER = `
Greeting = "first"
Handlers.add("Greet", "Greet", function(msg) Greeting = msg.Data end)`;

/**
 * The one path that everything stands on, the same in both shells: open a sample, edit it, spawn, send, see it in Flow,
 * step back, find the old state, step forward.
 */
export async function firstLight(app: OpenApp): Promise<void> {
  try {
    await walk(app);
  } catch (error) {
    await app.picture('failed');
    throw error;
  }
}

async function walk(app: OpenApp): Promise<void> {
  const { page } = app;
  await page.getByText('Ping-pong', { exact: true }).first().click();
  const console_ = page.getByRole('log', { name: 'Console of ping' });
  await seen(console_.getByText('The rally is over after 10 rounds'));
  const flow = page.getByRole('tabpanel', { name: 'Flow' });
  await expect.poll(() => flow.getByRole('status').first().textContent(), PATIENCE).toMatch(/\d+ messages/);
  await app.picture('flow');

  await edit(page, GREETER);
  await page.keyboard.press('ControlOrMeta+Shift+Enter');
  const processes = page.getByRole('grid', { name: 'Processes' });
  await expect.poll(() => processes.getByRole('row').count(), PATIENCE).toBe(3);

  await say(page, 'Send({ Target = ao.id, Action = "Greet", Data = "second" })');
  await flow.getByRole('button', { name: 'Table' }).click();
  await flow.getByRole('combobox', { name: 'Filter messages' }).fill('action:Greet');
  const row = flow.getByRole('row').filter({ hasText: 'Greet' }).first();
  await seen(row);
  await row.click();

  const inspector = page.getByRole('tabpanel', { name: 'Inspector' }).first();
  await seen(inspector.getByRole('heading', { name: 'Greet' }));
  await seen(inspector.getByText('"second"').first());
  await inspector.getByRole('tab', { name: 'State' }).click();
  const greeting = inspector.getByRole('treeitem').filter({ hasText: 'Greeting' });
  await expect.poll(() => greeting.textContent(), PATIENCE).toContain('"second"');

  const time = page.getByRole('group', { name: 'Time' });
  await time.getByRole('button', { name: /^Previous message/ }).click();
  await expect.poll(() => greeting.textContent(), PATIENCE).toContain('"first"');
  await expect.poll(() => time.getByRole('status').textContent(), PATIENCE).toContain('PAST');
  await app.picture('past');
  await time.getByRole('button', { name: /^Next message/ }).click();
  await expect.poll(() => greeting.textContent(), PATIENCE).toContain('"second"');
  await time.getByRole('button', { name: /^Follow the latest/ }).click();
  await expect.poll(() => time.getByRole('status').textContent(), PATIENCE).toContain('LIVE');
  expect(app.pageErrors).toEqual([]);
}

/** Types at the end of the file that is open, as a person does. */
async function edit(page: Page, text: string): Promise<void> {
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText(text);
  await page.keyboard.press('ControlOrMeta+s');
}

/** Enters a line in the console of the process in focus. */
async function say(page: Page, line: string): Promise<void> {
  const input = page.getByRole('textbox', { name: /Lua to evaluate/ });
  await input.fill(line);
  await input.press('Enter');
}
