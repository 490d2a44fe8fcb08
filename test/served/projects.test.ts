import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject } from '../kit/project.ts';
import { command, hasKeyboard, openFile, pane, PATIENCE, say, seen } from '../kit/window.ts';

it('a project is made from a template, run, changed in another editor, and run again', async () => {
  const parent = newProject({});
  onTestFinished(() => parent.remove());
  const app = await openServed({ size: { width: 1440, height: 900 } });
  onTestFinished(app.close);
  const { page } = app;
  await seen(page.getByText('Start with a running sample'));
  await command(page, 'New project');
  const dialog = page.getByRole('dialog', { name: 'New project' });
  const name = dialog.getByRole('textbox', { name: 'Name' });
  await hasKeyboard(name);
  await seen(dialog.getByRole('radio', { name: /^Counter/ }));
  expect(await violations(page, ['.new-project'])).toEqual([]);
  await app.picture('projects-new');
  await page.keyboard.type('My shop');
  await dialog.getByRole('radio', { name: /^Chat/ }).check();
  await dialog.getByRole('textbox', { name: 'In the folder' }).fill(parent.path);
  await page.keyboard.press('Enter');

  // The two processes of the template stand there, not spawned.
  const processes = pane(page, 'Processes');
  await seen(processes.getByRole('button', { name: 'Spawn member' }));
  expect(JSON.parse(readFileSync(join(parent.path, 'my-shop', 'aoscope.json'), 'utf8'))).toMatchObject({ name: 'My shop' });
  expect(await violations(page, ['.not-spawned'])).toEqual([]);
  await app.picture('projects-not-spawned');

  // Spawning one spawns what it needs.
  await processes.getByRole('button', { name: 'Spawn member' }).click();
  const rows = processes.getByRole('grid', { name: 'Processes' });
  await expect.poll(() => rows.getByRole('row').count(), PATIENCE).toBe(2);
  await processes.getByRole('heading', { name: 'Not spawned' }).waitFor({ state: 'detached', timeout: PATIENCE.timeout });
  await page.keyboard.press('F5');
  await seen(page.getByText('Nothing to do: what runs is what the files say.'));

  // A file that another editor writes is noticed, and only the change is run.
  parent.write(
    'my-shop/room.lua',
    `local words = require("lib.words")\n${readFileSync(join(parent.path, 'my-shop', 'room.lua'), 'utf8')}\nGreeting = words.hello`,
  );
  await seen(processes.getByText('cannot run'));
  parent.write('my-shop/lib/words.lua', 'return { hello = "good morning" }\n');
  await seen(processes.getByText('changed', { exact: true }));
  expect(await violations(page, ['.processes-pane'])).toEqual([]);
  await app.picture('projects-changed');
  await page.keyboard.press('F5');
  await seen(page.getByText('Evaluated into room.'));
  await rows.getByRole('row', { name: /room/ }).first().click();
  await say(page, 'return Greeting');
  await seen(page.getByRole('log').getByText('good morning', { exact: true }));

  // Respawned, it is another process; the one before is told as such.
  await command(page, 'Respawn this process');
  await expect.poll(() => rows.getByRole('row').count(), PATIENCE).toBe(3);
  await seen(processes.getByText('earlier', { exact: true }));
  expect(app.pageErrors).toEqual([]);
}, 240_000);

it('aoscope.json is completed and checked as one types, and a fault is a click away', async () => {
  const project = newProject({
    'aoscope.json': '{\n  "version": 1,\n  "name": "Shop",\n  "processes": [\n    { "name": "till", "source": "till.lua" }\n  ]\n}\n',
    'till.lua': 'require("gone")\n',
  });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  const processes = pane(page, 'Processes');
  // A file that requires what is not there says so, and leads to the line.
  await processes.getByRole('button', { name: /requires "gone"/ }).click();
  await seen(page.locator('.code-editor[data-path="till.lua"] .monaco-editor.focused'));

  await openFile(page, 'aoscope.json');
  project.write(
    'aoscope.json',
    '{\n  "version": 1,\n  "name": "Shop",\n  "processes": [\n    { "name": "till", "sorce": "till.lua" }\n  ]\n}\n',
  );
  await seen(
    page
      .locator('.code-editor[data-path="aoscope.json"] .squiggly-warning, .code-editor[data-path="aoscope.json"] .squiggly-error')
      .first(),
  );
  await page.getByRole('button', { name: 'Go to line 5 of aoscope.json' }).click();
  await seen(page.locator('.code-editor[data-path="aoscope.json"] .monaco-editor.focused'));
  expect(app.pageErrors).toEqual([]);
}, 240_000);
