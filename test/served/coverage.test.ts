import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject } from '../kit/project.ts';
import { command, openFile, pane, PATIENCE, seen } from '../kit/window.ts';

const COUNTER = `Count = Count or 0
Handlers.add("Add", "Add", function(msg)
  if msg.Data == nil then
    error("nothing to add")
  end
  Count = Count + tonumber(msg.Data)
end)
Handlers.add("Never", "Never", function()
  Count = 0
end)
`;
const TESTS = `it("adds", function()
  local counter = spawn("counter")
  send(counter, { Action = "Add", Data = "1" })
  send(counter, { Action = "Add", Data = "1" })
  expect(state(counter, "Count")).equals(2)
end)
`;

it(
  'a run of tests with coverage marks the lines in the editor, and counts each handler in tests and on the node',
  { timeout: 300_000 },
  async () => {
    const project = newProject({
      'aoscope.json': JSON.stringify({ version: 1, name: 'Counter', processes: [{ name: 'counter', source: 'counter.lua' }] }),
      'counter.lua': COUNTER,
      'counter.test.lua': TESTS,
    });
    onTestFinished(() => project.remove());
    const app = await openServed({ project: project.path });
    onTestFinished(app.close);
    const { page } = app;
    await openFile(page, 'counter.lua');
    const editor = page.locator('.code-editor[data-path="counter.lua"]');
    const covered = editor.locator('.line-covered');
    const uncovered = editor.locator('.line-uncovered');

    await command(page, 'Run all tests and count which lines ran');
    const tests = pane(page, 'Tests');
    const list = tests.getByRole('region', { name: 'Coverage' });
    await seen(list.getByText('5 of 7 lines ran, 71 %'));
    await seen(
      list
        .getByRole('row', { name: 'Add 2× 0×' })
        .or(list.getByRole('row', { name: /^Add 2×/ }))
        .first(),
    );
    await seen(list.getByRole('row', { name: /^Never never/ }));
    await expect.poll(() => covered.count(), PATIENCE).toBe(5);
    await expect.poll(() => uncovered.count(), PATIENCE).toBe(2);
    await seen(editor.getByText('never ran in tests').first());
    await seen(editor.getByText('2× in tests').first());
    expect(await violations(page)).toEqual([]);
    await app.picture('coverage');

    // On the node of the project it is counted as well, and the marks go with their lines while one types.
    await page.keyboard.press('F5');
    await seen(list.getByRole('row', { name: 'Add 2× 0×' }));
    await list.getByRole('button', { name: 'Never' }).click();
    await expect
      .poll(
        () =>
          editor
            .locator('textarea, .native-edit-context')
            .first()
            .evaluate((node) => node === document.activeElement),
        PATIENCE,
      )
      .toBe(true);
    await page.keyboard.type('\n');
    await expect.poll(() => uncovered.count(), PATIENCE).toBe(2);

    // What is saved is another text: no mark says anything of it until it is tested.
    const file = join(project.path, 'counter.lua');
    await page.keyboard.press('ControlOrMeta+S');
    await expect.poll(() => readFileSync(file, 'utf8'), PATIENCE).not.toBe(COUNTER);
    await expect.poll(async () => (await covered.count()) + (await uncovered.count()), PATIENCE).toBe(0);
    writeFileSync(join(project.path, 'counter.test.lua'), `${TESTS}it("nulls", function() send(spawn("counter"), "Never") end)\n`);
    await page.keyboard.press('Alt+R');
    await seen(list.getByText('6 of 7 lines ran, 85 %'));
    await expect.poll(() => uncovered.count(), PATIENCE).toBe(1);

    // Switched off they are gone.
    await page.setViewportSize({ width: 1000, height: 640 });
    await page.getByRole('button', { name: 'Switch light and dark' }).click();
    await app.picture('coverage-small-light');
    await tests.getByRole('checkbox', { name: 'Coverage' }).uncheck();
    await expect.poll(async () => (await covered.count()) + (await uncovered.count()), PATIENCE).toBe(0);
    expect(app.pageErrors).toEqual([]);
  },
);
