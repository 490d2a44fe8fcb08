import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { newProject } from '../kit/project.ts';
import { command, openFile, openSample, PATIENCE, seen } from '../kit/window.ts';

it('the editor follows the focus to the file of another process, and a file is evaluated in its own process', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  const processes = page.getByRole('grid', { name: 'Processes' });
  const editor = (path: string): ReturnType<typeof page.locator> => page.locator(`.code-editor[data-path="${path}"] .view-lines`);
  const slots = async (name: string): Promise<string | null> => processes.getByRole('row', { name: new RegExp(`^${name}`) }).textContent();
  await seen(editor('ping.lua'));

  // The file comes to the front, and the keyboard stays in the list.
  await processes.getByText('pong', { exact: true }).click();
  await seen(editor('pong.lua'));
  expect(await page.evaluate(() => document.activeElement?.closest('[role="grid"]')?.getAttribute('aria-label'))).toBe('Processes');
  await seen(page.getByRole('button', { name: /^Save and evaluate into pong/ }));
  await processes.getByText('ping', { exact: true }).click();
  await seen(editor('ping.lua'));

  // Out of a message of ping into that of pong which it caused: the file goes along.
  await page.keyboard.press('Shift+F10');
  await page.keyboard.press('Shift+F11');
  await seen(editor('pong.lua'));

  // Who opens the other file keeps it, and it is evaluated where it belongs, whoever is in focus.
  await openFile(page, 'ping.lua');
  await seen(page.getByRole('button', { name: /^Save and evaluate into ping/ }));
  const [ping, pong] = [await slots('ping'), await slots('pong')];
  await editor('ping.lua').click();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect.poll(() => slots('ping'), PATIENCE).not.toBe(ping);
  await seen(page.getByRole('log', { name: 'Console of ping' }));
  expect(await slots('pong')).toBe(pong);

  // A link from elsewhere says that it is, and leads nowhere.
  await page.evaluate(() => navigator.clipboard.writeText('').catch(() => undefined));
  await command(page, 'Go to a copied link');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+K');
  await page
    .getByRole('combobox')
    .first()
    .fill(`aoscope://focus?process=${'x'.repeat(43)}&slot=3`);
  await page.keyboard.press('Enter');
  await seen(page.getByText(/leads to the process x+, which is not in this project/));
  await seen(page.getByRole('log', { name: 'Console of ping' }));
  await app.picture('link-elsewhere');
});

it('a file that several processes are made of asks in which of them it is evaluated', async () => {
  const project = newProject({
    'aoscope.json': JSON.stringify({
      version: 1,
      name: 'Shards',
      processes: [
        { name: 'north', source: 'shard.lua' },
        { name: 'south', source: 'shard.lua' },
        { name: 'clerk', source: 'clerk.lua' },
        { name: 'guard', source: 'guard.lua' },
      ],
    }),
    'shard.lua': 'Runs = (Runs or 0) + 1\n',
    'clerk.lua': 'Clerk = true\n',
    'guard.lua': 'Guard = true\n',
  });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  await seen(page.locator('.code-editor[data-path="shard.lua"] .view-lines'));
  await page.keyboard.press('F5');
  const processes = page.getByRole('grid', { name: 'Processes' });
  await expect.poll(() => processes.getByRole('row').count(), PATIENCE).toBe(4);
  // A tab that was opened only to follow the focus makes room for the next.
  await processes.getByText('clerk', { exact: true }).click();
  await seen(page.locator('.code-editor[data-path="clerk.lua"] .view-lines'));
  await processes.getByText('guard', { exact: true }).click();
  await seen(page.locator('.code-editor[data-path="guard.lua"] .view-lines'));
  await expect.poll(() => page.getByRole('tab', { name: 'clerk.lua' }).count(), PATIENCE).toBe(0);
  await openFile(page, 'shard.lua');
  await page.getByRole('button', { name: /^Save and evaluate into one of its processes/ }).click();
  const question = page.getByRole('alertdialog', { name: /shard\.lua is the source of 2 processes/ });
  await seen(question);
  await app.picture('evaluate-which');
  await question.getByRole('button', { name: 'south' }).click();
  await seen(page.getByRole('log', { name: 'Console of south' }));
  await page.getByRole('button', { name: /^Save and evaluate into south/ }).waitFor();
  expect(app.pageErrors).toEqual([]);
});
