import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { newProject } from '../kit/project.ts';
import { command, openFile, PATIENCE, say, seen } from '../kit/window.ts';

const BANK = `Total = Total or 100

Handlers.add("Deposit", "Deposit", function(msg)
  Total = Total + tonumber(msg.Tags.Quantity)
  print("deposited " .. msg.Tags.Quantity)
end)

Handlers.add("Close", "Close", function(msg) Total = 0 end)
`;

it('in a file stands what runs: the values of the moment that is looked at, who used each handler, and what was sent before', async () => {
  const project = newProject({
    'aoscope.json': JSON.stringify({ version: 1, name: 'Bank', processes: [{ name: 'bank', source: 'bank.lua' }] }),
    'bank.lua': BANK,
    'other.lua': 'print(1)\n',
  });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  await command(page, 'Run project');
  await seen(page.getByRole('log', { name: 'Console of bank' }));
  await openFile(page, 'bank.lua');
  const editor = page.locator('.code-editor[data-path="bank.lua"]');
  const text = (): Promise<string> => editor.locator('.view-lines').innerText();
  const lenses = (): Promise<string[]> => editor.locator('.codelens-decoration').allTextContents();
  await expect.poll(lenses, PATIENCE).toEqual(['no messages yet', 'no messages yet']);
  await expect.poll(text, PATIENCE).toContain('Total\u00a0=\u00a0100');

  await say(page, 'Send({ Target = ao.id, Action = "Deposit", Quantity = "5", Memo = "rent" })');
  await seen(page.getByRole('log').getByText('deposited 5'));
  await expect.poll(lenses, PATIENCE).toEqual(['1 message from bank', 'no messages yet']);
  await expect.poll(text, PATIENCE).toContain('Total\u00a0=\u00a0105');
  await app.picture('traffic-editor');

  // The values are those of the moment that is looked at.
  await page.getByRole('log').locator('.console-row').filter({ hasText: 'Send(' }).first().click();
  await expect.poll(text, PATIENCE).toContain('Total\u00a0=\u00a0100');
  await editor.getByText('tonumber', { exact: false }).first().scrollIntoViewIfNeeded();
  await editor.locator('.view-line').filter({ hasText: 'Total' }).first().getByText('Total', { exact: true }).first().hover();
  await seen(
    page
      .locator('.monaco-hover')
      .getByText(/bank after slot/)
      .first(),
  );
  // With what it was before: the slot that made it.
  await seen(page.locator('.monaco-hover').getByText('Changes').first());
  await seen(page.locator('.monaco-hover').getByText('nil → 100').first());
  await page.getByRole('button', { name: 'Back to live' }).first().click();

  await editor.locator('.codelens-decoration a').first().click();
  await expect
    .poll(
      () =>
        page
          .getByRole('combobox', { name: /filter/i })
          .first()
          .inputValue(),
      PATIENCE,
    )
    .toContain('action:=Deposit');

  await editor.locator('.view-lines').click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('Send({ Target = "');
  await page.keyboard.press('Control+Space');
  await expect
    .poll(() => page.locator('.suggest-widget.visible .monaco-list-row').allTextContents(), PATIENCE)
    .toContainEqual(expect.stringContaining('bank'));
  await app.picture('traffic-offers');
  // Tags that messages had, as a key of what is sent and behind a message.
  await page.keyboard.press('Escape');
  await page.keyboard.type('x", Me');
  await page.keyboard.press('Control+Space');
  const offers = (): Promise<string[]> => page.locator('.suggest-widget.visible .monaco-list-row').allTextContents();
  await expect.poll(offers, PATIENCE).toContainEqual(expect.stringContaining('Memo'));
  await page.keyboard.press('Escape');
  await page.keyboard.type(' = msg.Tags.');
  await expect.poll(offers, PATIENCE).toContainEqual(expect.stringContaining('Memo'));
  expect(app.pageErrors).toEqual([]);
});
