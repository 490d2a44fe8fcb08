import type { Locator, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openServed, type OpenApp } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject } from '../kit/project.ts';
import { command, PATIENCE, seen } from '../kit/window.ts';

const BANK = `Balances = Balances or {}
Handlers.add("Transfer", "Transfer", function(msg)
  local amount = tonumber(msg.Tags.Quantity)
  Balances[msg.Tags.Recipient] = (Balances[msg.Tags.Recipient] or 0) + amount
  print("moved " .. amount .. " for " .. msg.From)
  Send({ Target = msg.Tags.Recipient, Action = "Credit-Notice", Quantity = msg.Tags.Quantity })
end)
Handlers.add("Settings", "Settings", function(msg)
  local json = require("json")
  print("fee " .. json.decode(msg.Data).fee)
end)
`;
const EAR = 'Handlers.add("credit", "Credit-Notice", function(msg) print("got " .. msg.Tags.Quantity) end)\n';
const SIZES = [
  ['narrow', { width: 1000, height: 640 }],
  ['wide', { width: 1440, height: 900 }],
] as const;

async function open(): Promise<{ readonly app: OpenApp; readonly page: Page; readonly form: Locator }> {
  const processes = [
    { name: 'bank', source: 'bank.lua' },
    { name: 'ear', source: 'ear.lua' },
  ];
  const project = newProject({
    'aoscope.json': JSON.stringify({ version: 1, name: 'Bank', processes }),
    'bank.lua': BANK,
    'ear.lua': EAR,
  });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await command(page, 'Run project');
  await seen(page.getByRole('log', { name: 'Console of bank' }));
  await seen(page.locator('.status').getByText('2 processes'));
  return { app, page, form: page.getByRole('form', { name: 'A message to bank' }) };
}

/** Nothing that axe calls serious in the form, in light and in dark, wide and narrow, each with a picture; ends as it began. */
async function isUsable(app: OpenApp, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(app.page, ['.call'])).toEqual([]);
    for (const [size, pixels] of SIZES) {
      await app.page.setViewportSize(pixels);
      await app.picture(`${name}-${size}-${colorScheme}`);
    }
  }
}

/** The value that the list of a field offers under a name. */
const offeredAs = (field: Locator, name: string): Promise<string> =>
  field.evaluate((node, wanted) => {
    const options = node instanceof HTMLInputElement ? [...(node.list?.options ?? [])] : [];
    return options.find(({ text }) => text === wanted)?.value ?? '';
  }, name);

const clipboard = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

it('a message is filled in by what handlers read, tried, sent by somebody else, found again and taken elsewhere', async () => {
  const { app, page, form } = await open();
  await command(page, 'Fill in a message to this process');
  const actions = page.getByRole('region', { name: 'bank takes' });
  await actions.getByRole('button', { name: 'Transfer' }).click();
  const quantity = form.getByRole('combobox', { name: 'Quantity' });
  await quantity.fill('many');
  await seen(form.getByText('This is no number.'));
  await quantity.fill('5');
  // Where nothing stood before, a name stays as it was typed: a ledger may know people by it. The list offers the ids of processes.
  const recipient = form.getByRole('combobox', { name: 'Recipient' });
  await recipient.fill('ear');
  await page.keyboard.press('Tab');
  await expect.poll(() => recipient.evaluate((node) => node === document.activeElement), PATIENCE).toBe(false);
  expect(await recipient.inputValue()).toBe('ear');
  await recipient.fill(await offeredAs(recipient, 'ear'));
  expect(await recipient.inputValue()).toMatch(/^[\w-]{43}$/);

  await form.getByRole('button', { name: 'Dry run' }).click();
  const end = page.getByRole('region', { name: 'What came of it' });
  await seen(end.getByText('Tried, not kept'));
  await seen(end.getByText(/^moved 5 for/));
  await isUsable(app, 'call-tried');

  await form.getByRole('combobox', { name: 'Signed by' }).selectOption('Somebody new…');
  const named = form.getByRole('textbox', { name: 'Name of the new wallet' });
  await named.fill('alice');
  await named.press('Enter');
  await expect.poll(() => form.getByRole('combobox', { name: 'Signed by' }).inputValue(), PATIENCE).toBe('alice');
  await recipient.press('Enter');
  await seen(end.getByText('Sent', { exact: false }).first());
  await seen(end.getByText('to ear'));
  const title = (await page.getByTitle(/^Development wallet/).getAttribute('title')) ?? '';
  const [, mine = 'nobody'] = /wallet ([\w-]+)/.exec(title) ?? [];
  expect(mine).toHaveLength(43);
  expect(await end.getByText(/^moved 5 for/).textContent()).not.toContain(mine);
  await end.getByRole('button', { name: /^Look at slot/ }).click();
  await expect
    .poll(() => page.getByRole('tabpanel', { name: 'Inspector' }).first().textContent(), PATIENCE)
    .toMatch(/Transfer[\s\S]*alice\s*→\s*bank/);

  // JSON is looked at while it is written.
  await actions.getByRole('button', { name: 'Settings' }).click();
  const data = form.getByRole('textbox', { name: 'Data' });
  await data.fill('{ "fee": ');
  await seen(form.getByText(/This is no JSON/));
  await data.fill('{ "fee": 3 }');
  await form.getByRole('combobox', { name: 'Signed by' }).selectOption('dev');
  await form.getByRole('button', { name: 'Send' }).click();
  await seen(end.getByText('fee 3'));
  await isUsable(app, 'call-sent');

  await form.getByRole('button', { name: 'Copy as' }).click();
  await page.getByRole('menuitem', { name: 'A line for aos' }).click();
  await expect
    .poll(() => clipboard(page), PATIENCE)
    .toMatch(/^Send\(\{ Target = "[\w-]{43}", Action = "Settings", Data = "\{ \\"fee\\": 3 \}" \}\)$/);

  // What was called is there in the next window too.
  await page.reload();
  await page.getByRole('grid', { name: 'Processes' }).getByText('bank', { exact: true }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Actions for bank' }).click();
  await page.getByRole('menuitem', { name: 'Fill in a message…' }).click();
  await page
    .getByRole('button', { name: /^Transfer Quantity = 5/ })
    .first()
    .click();
  await expect.poll(() => quantity.inputValue(), PATIENCE).toBe('5');
  expect(app.pageErrors).toEqual([]);
});
