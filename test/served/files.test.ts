import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { newProject } from '../kit/project.ts';
import { hasKeyboard, openFile, PATIENCE, seen } from '../kit/window.ts';

it('an editor that opens late leaves the keyboard to the person who has meanwhile put it elsewhere', async () => {
  const project = newProject({ 'notes.md': '# Notes\n' });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  let letIn = (): void => undefined;
  const editorMayCome = new Promise<void>((resolve) => (letIn = resolve));
  await page.route(/file-panel/, async (route) => {
    await editorMayCome;
    await route.continue();
  });
  await page.reload();
  const tree = page.getByRole('treegrid', { name: 'Files' });
  await page.getByRole('button', { name: 'New file' }).click();
  await hasKeyboard(page.getByRole('textbox', { name: 'New file' }));
  await page.keyboard.type('made.lua');
  await page.keyboard.press('Enter');
  await seen(page.getByRole('tab', { name: /made\.lua/ }));
  await tree.getByText('made.lua').click();
  await page.keyboard.press('F2');
  const name = page.getByRole('textbox', { name: 'New name of made.lua' });
  await hasKeyboard(name);
  letIn();
  await seen(page.locator('.code-editor[data-path="made.lua"] .view-lines'));
  await name.fill('mine.lua');
  await page.keyboard.press('Enter');
  await seen(tree.getByText('mine.lua'));
  expect(app.pageErrors).toEqual([]);
});

it('files are made, named, deleted and brought back, and what others change is noticed', async () => {
  const project = newProject({ 'main.lua': 'x = 1\n', 'empty.lua': '', 'picture.png': new Uint8Array([0x89, 0x50, 0, 0, 255, 254]) });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  const tree = page.getByRole('treegrid', { name: 'Files' });
  const has = (name: string): boolean => existsSync(join(project.path, name));

  await page.getByRole('button', { name: 'New file' }).click();
  await hasKeyboard(page.getByRole('textbox', { name: 'New file' }));
  await page.keyboard.type('made.lua');
  await page.keyboard.press('Enter');
  await seen(tree.getByText('made.lua'));
  expect(has('made.lua')).toBe(true);

  await tree.getByText('made.lua').click();
  await page.keyboard.press('F2');
  await page.getByRole('textbox', { name: 'New name of made.lua' }).fill('ünï 你.lua');
  await page.keyboard.press('Enter');
  await seen(tree.getByText('ünï 你.lua'));
  expect(has('made.lua')).toBe(false);

  await tree.getByText('ünï 你.lua').click();
  await page.keyboard.press('Delete');
  await expect.poll(() => has('ünï 你.lua'), PATIENCE).toBe(false);
  await page.getByRole('button', { name: 'Undo' }).click();
  await seen(tree.getByText('ünï 你.lua'));

  project.write('outside.lua', '-- from outside\n');
  await seen(tree.getByText('outside.lua'));

  await openFile(page, 'main.lua');
  project.write('main.lua', 'x = "changed outside"\n');
  await seen(page.locator('.view-lines').getByText('changed outside').first());
  await page.locator('.code-editor[data-path="main.lua"] .view-lines').click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText('y = "mine"');
  project.write('main.lua', 'x = "changed again"\n');
  await seen(page.getByRole('alert').getByText('FILE_CHANGED_OUTSIDE'));
  await page.getByRole('button', { name: 'Overwrite with mine' }).click();
  await expect.poll(() => readFileSync(join(project.path, 'main.lua'), 'utf8'), PATIENCE).toContain('y = "mine"');

  await openFile(page, 'empty.lua');
  await tree.getByText('picture.png').click();
  await seen(page.getByRole('alert').getByText('FILE_NOT_TEXT').first());

  project.remove('outside.lua');
  await tree.getByText('outside.lua').waitFor({ state: 'detached', timeout: PATIENCE.timeout });
  expect(app.pageErrors).toEqual([]);
});

it('a Lua file that is dropped on the window becomes one of the project, and over one that is there nothing is written', async () => {
  const project = newProject({ 'main.lua': 'x = 1\n' });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  const drop = async (name: string, text: string): Promise<void> => {
    const dataTransfer = await page.evaluateHandle(
      ([file, content]) => {
        const dropped = new DataTransfer();
        dropped.items.add(new File([content ?? ''], file ?? ''));
        return dropped;
      },
      [name, text],
    );
    await page.dispatchEvent('body', 'drop', { dataTransfer });
  };
  await seen(page.getByRole('treegrid', { name: 'Files' }).getByText('main.lua'));
  await drop('helper.lua', 'return 42\n');
  await seen(page.locator('.code-editor[data-path="helper.lua"] .view-lines'));
  expect(readFileSync(join(project.path, 'helper.lua'), 'utf8')).toBe('return 42\n');
  await drop('main.lua', 'other');
  await seen(page.getByText('FILE_EXISTS'));
  expect(readFileSync(join(project.path, 'main.lua'), 'utf8')).toBe('x = 1\n');
  await drop('picture.png', 'no');
  await seen(page.getByText('DROP_FOREIGN'));
});
