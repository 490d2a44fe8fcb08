import fs, { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { add, commit, init } from 'isomorphic-git';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { newProject } from '../kit/project.ts';
import { hasKeyboard, openFile, PATIENCE, seen } from '../kit/window.ts';

async function opened(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly app: Awaited<ReturnType<typeof openServed>>; readonly path: string }> {
  const project = newProject(files);
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  return { app, path: project.path };
}

it('a text is found in all files, what is not saved included; a click and Enter go to the place', async () => {
  const { app } = await opened({
    'main.lua': 'Balances = {}\nlocal total = 0\n',
    'src/pay.lua': 'return function(to)\n  Balances[to] = 1\nend\n',
    'notes.md': 'The balances of all.\n',
  });
  const { page } = app;
  await openFile(page, 'main.lua');
  await page.locator('.code-editor .view-lines').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('-- balances, once more');
  await page.keyboard.press('ControlOrMeta+Shift+F');
  const field = page.getByRole('searchbox', { name: 'Look for, in all files' });
  await hasKeyboard(field);
  await page.keyboard.type('balances');
  const places = page.getByRole('treegrid', { name: 'Places' });
  await seen(page.getByText('4 places in 3 files.'));
  await page.getByRole('button', { name: 'Capital letters matter' }).click();
  await seen(page.getByText('2 places in 2 files.'));
  await seen(places.getByText('once more'));
  await page.getByRole('button', { name: 'Capital letters matter' }).click();
  await places.getByText('[to] = 1').click();
  const editor = page.locator('.code-editor[data-path="src/pay.lua"]');
  await seen(editor);
  await seen(page.getByText('Ln 2, Col 3'));
  await page.getByRole('button', { name: 'Regular expression' }).click();
  await field.fill('(');
  await seen(page.getByText('PATTERN_INVALID'));
  expect(app.pageErrors).toEqual([]);
});

it('a command gets other keys, which it keeps; whoever had them is told of first', async () => {
  const { app } = await opened({ 'main.lua': 'x = 1\n' });
  const { page } = app;
  const find = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Look for a command or its keys' }).fill('show notes');
  };
  await find();
  await page.getByRole('button', { name: /Keys of Show Notes: none/ }).click();
  await page.keyboard.press('ControlOrMeta+Shift+P');
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /Give it to “Show Notes”/ })
    .click();
  await seen(page.getByRole('button', { name: /Keys of Show Notes: Ctrl\+Shift\+P/ }));
  // What buttons say of keys is what was chosen.
  await page.getByRole('searchbox', { name: 'Look for a command or its keys' }).fill('pause the node');
  await page.getByRole('button', { name: /^Keys of .*: F6\./ }).click();
  await page.keyboard.press('Control+Alt+9');
  await seen(page.getByRole('button', { name: 'Pause the node between messages (Ctrl+Alt+9)' }));
  await page.reload();
  await seen(page.getByRole('treegrid', { name: 'Files' }));
  await page.keyboard.press('ControlOrMeta+Shift+P');
  await seen(page.getByRole('tab', { name: 'Notes' }));
  expect(await page.getByRole('dialog').count()).toBe(0);
  await find();
  await page.getByRole('button', { name: 'Give Show Notes its own keys again' }).click();
  await seen(page.getByRole('button', { name: /Keys of Show Notes: none/ }));
  await page.keyboard.press('ControlOrMeta+Shift+P');
  await seen(page.getByRole('dialog', { name: 'Run a command' }));
  expect(app.pageErrors).toEqual([]);
});

it('the tree shows how files stand to the last commit', async () => {
  const { app, path: dir } = await opened({ 'main.lua': 'x = 1\n', 'src/a.lua': 'a = 1\n' });
  const { page } = app;
  const tree = page.getByRole('treegrid', { name: 'Files' });
  await seen(tree.getByText('main.lua'));
  expect(await tree.getByRole('img', { name: 'not known to git' }).count()).toBe(0);
  await init({ fs, dir, defaultBranch: 'trunk' });
  await add({ fs, dir, filepath: ['main.lua', 'src/a.lua', 'aoscope.json'] });
  await commit({ fs, dir, author: { name: 'A person', email: 'person@example.org' }, message: 'first' });
  writeFileSync(join(dir, 'src', 'a.lua'), 'a = 2\n');
  writeFileSync(join(dir, 'new.lua'), 'n = 1\n');
  await seen(tree.getByRole('row', { name: /new\.lua/ }).getByRole('img', { name: 'not known to git' }));
  await seen(tree.getByRole('row', { name: /src/ }).getByRole('img', { name: 'has files that are not committed' }));
  await seen(page.getByText('trunk', { exact: true }));
  expect(app.pageErrors).toEqual([]);
});

it('an editor takes Vim’s keys where that is chosen, and :w saves', async () => {
  const { app, path } = await opened({ 'main.lua': 'x = 1\ny = 2\n' });
  const { page } = app;
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Vim’s keys' }).check();
  await openFile(page, 'main.lua');
  await page.locator('.code-editor .view-lines').click({ position: { x: 60, y: 8 } });
  await seen(page.getByText('--NORMAL--'));
  await page.keyboard.type('ggdd');
  await page.keyboard.type('otext = 3');
  await page.keyboard.press('Escape');
  await seen(page.getByText('--NORMAL--'));
  await page.keyboard.type(':w');
  await page.keyboard.press('Enter');
  await expect.poll(() => readFileSync(join(path, 'main.lua'), 'utf8'), PATIENCE).toBe('y = 2\ntext = 3\n');
  // The line gives the keyboard back.
  await expect.poll(() => page.locator('.code-editor :focus').count(), PATIENCE).toBe(1);
  await page.keyboard.type(':q');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.code-editor').count(), PATIENCE).toBe(0);
  expect(app.pageErrors).toEqual([]);
});
