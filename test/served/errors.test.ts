import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { newProject } from '../kit/project.ts';
import { openFile, pane, PATIENCE, problems, say, seen } from '../kit/window.ts';

const BOOM = 'Handlers.add("Boom", "Boom", function(msg)\n  local nothing = nil\n  nothing.field = 1\nend)\n';

it('what goes wrong in a process is told where one looks, with code, sentence, cure and the way to the line', async () => {
  const project = newProject({ 'boom.lua': BOOM, 'typo.lua': 'local x = 1\nlocal y = = 2\n', 'throws.lua': 'error("not today")\n' });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  await openFile(page, 'boom.lua');
  await page.keyboard.press('ControlOrMeta+Shift+Enter');
  const log = page.getByRole('log', { name: 'Console of boom' });
  await seen(log);

  await say(page, 'Send({ Target = ao.id, Action = "Boom" })');
  await seen(log.getByText(/boom\.lua:3: attempt to index a nil value/));
  await seen(log.getByText(/SLOT_ERROR/));
  const inspector = pane(page, 'Inspector');
  await seen(inspector.getByRole('alert').getByText(/boom\.lua:3: attempt to index/));
  await seen(inspector.getByRole('alert').getByText('SLOT_ERROR'));
  const list = await problems(page);
  await seen(list.getByText(/Slot 2 of boom ended in an error: boom\.lua:3/));
  await seen(list.getByText(/mend the code and send it again/));
  await list.getByRole('button', { name: 'boom.lua:3', exact: true }).click();
  await seen(page.getByText('Ln 3, Col 1'));

  await openFile(page, 'typo.lua');
  await seen(list.getByText('typo.lua:2:11 · Lua syntax'));
  await page.keyboard.press('ControlOrMeta+Enter');
  await seen(inspector.getByRole('alert').getByText(/typo\.lua:2: unexpected symbol/));

  await openFile(page, 'throws.lua');
  await page.keyboard.press('ControlOrMeta+Shift+Enter');
  await seen(page.getByRole('log', { name: 'Console of throws' }).getByText(/spawn it again.*BOOT_ERROR/));
  expect(app.pageErrors).toEqual([]);
});

it('a loop without end is stopped by the person or by its limit, an endless journey is held, and the process lives on', async () => {
  const limits = { gas: 50_000_000, hops: 12, memoryBytes: 64 * 1024 * 1024 };
  const project = newProject({
    'aoscope.json': JSON.stringify({ version: 1, name: 'Limits', processes: [], limits }),
    'main.lua': 'Handlers.add("Again", "Again", function(msg) Send({ Target = ao.id, Action = "Again" }) end)\n',
  });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  await openFile(page, 'main.lua');
  await page.keyboard.press('ControlOrMeta+Shift+Enter');
  const log = page.getByRole('log', { name: 'Console of main' });
  await seen(log);

  await say(page, 'while true do end');
  await seen(log.getByText(/Slot 1 ran 50,000,000 instructions/));
  await seen(log.getByText(/limits\.gas in aoscope\.json\. EVALUATION_GAS/));
  await seen(pane(page, 'Inspector').getByRole('alert').getByText('EVALUATION_GAS'));

  await say(page, 'hoard = {} while true do hoard[#hoard + 1] = ("x"):rep(1000000) .. #hoard end');
  await seen(log.getByText(/EVALUATION_MEMORY/));

  await say(page, 'local n = 0 while true do n = n + #(("ab"):rep(3000000)) end');
  await seen(log.getByText('running …'));
  await page.keyboard.press('Shift+F5');
  await seen(log.getByText(/EVALUATION_STOPPED|EVALUATION_GAS/).last());

  await say(page, 'Send({ Target = ao.id, Action = "Again" })');
  const list = await problems(page);
  await seen(list.getByText(/This journey was held after 12 hops/));
  await list.getByRole('button', { name: 'Continue', exact: true }).click();
  await seen(list.getByText(/This journey was held after 24 hops/));

  await page.getByRole('tab', { name: 'Console' }).first().click();
  await say(page, 'return "still " .. "here"');
  await seen(log.getByText('still here'));
  await expect
    .poll(
      () =>
        page
          .getByRole('contentinfo')
          .getByText(/problems/)
          .textContent(),
      PATIENCE,
    )
    .toMatch(/[45] problems/);
  expect(app.pageErrors).toEqual([]);
});
