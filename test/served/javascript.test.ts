import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject } from '../kit/project.ts';
import { openFile, pane, PATIENCE, seen } from '../kit/window.ts';

const TALLY = `export const initialState = { votes: {} };

export function handle(state, { input, caller }) {
  const choice = input.choice ?? 'none';
  const before = state.votes[choice] ?? 0;
  state.votes[choice] = before + 1;
  ao.send({ Target: caller, Action: 'Counted', Choice: choice });
  return { state };
}
`;

it('a contract in JavaScript is run, stepped through line by line with its values beside the code, its state is opened, and its code is changed', async () => {
  const processes = [{ name: 'tally', source: 'tally.js', start: { action: 'vote', data: '{"choice":"tea"}' } }];
  const project = newProject({ 'aoscope.json': JSON.stringify({ version: 1, name: 'Tally', processes }), 'tally.js': TALLY });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  await openFile(page, 'tally.js');
  const editor = page.locator('.code-editor[data-path="tally.js"]');
  await page
    .getByRole('button', { name: /^Run the project/ })
    .first()
    .click();
  await expect.poll(() => page.getByRole('textbox', { name: 'Go to slot' }).inputValue(), { timeout: 120_000 }).toBe('1');
  const where = pane(page, 'Inside').getByRole('status');
  const press = async (keys: string, line: number): Promise<void> => {
    await page.keyboard.press(keys);
    await expect.poll(() => where.textContent(), PATIENCE).toContain(`tally.js:${line} `);
  };
  // The end of the run leaves whoever has gone inside where they are.
  await press('Alt+F10', 4);
  await press('Alt+F10', 5);
  await press('Alt+F10', 6);
  await seen(editor.getByText('before = 0').first());
  await pane(page, 'Inside').getByRole('textbox', { name: 'Watch an expression' }).fill('state.votes[choice]');
  await page.keyboard.press('Enter');
  await press('Alt+F10', 7);
  await seen(pane(page, 'Inside').getByText('1', { exact: true }).first());
  await app.picture('javascript-inside');
  expect(await violations(page)).toEqual([]);

  await page.getByRole('tab', { name: 'State' }).first().click();
  await seen(page.getByText('votes', { exact: true }).first());
  await app.picture('javascript-state');

  // Changed code takes the place of the contract's, over the same state.
  await editor.locator('.view-line').nth(5).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' state.total = 7;');
  await page.keyboard.press('ControlOrMeta+Enter');
  await seen(page.getByRole('log').getByText('runs this code from the next message on').first());
  expect(app.pageErrors).toEqual([]);
});
