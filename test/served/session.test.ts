import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { newHome, startServed, type ServedProcess } from '../kit/app.ts';
import { launchBrowser } from '../kit/browser.ts';
import { newProject } from '../kit/project.ts';
import { command, openFile, pane, PATIENCE, seen } from '../kit/window.ts';

const LONG = `Count = 0
Handlers.add("Inc", "Inc", function(msg)
  Count = Count + 1
end)
${Array.from({ length: 200 }, (_, index) => `-- line ${index + 5}`).join('\n')}
`;
const SIZE = { width: 1440, height: 900 };

/** A project that runs, in an app that can be killed and started again for the same person. */
function installation() {
  const manifest = {
    version: 1,
    name: 'Left',
    processes: [
      { name: 'counter', source: 'counter.lua', start: { action: 'Inc' } },
      { name: 'other', source: 'other.lua' },
    ],
  };
  const project = newProject({
    'aoscope.json': JSON.stringify(manifest),
    'counter.lua': LONG,
    'other.lua': 'Other = 1\n',
    'lib/deep/numbers.lua': 'return { 1, 2 }\n',
  });
  const { home, remove } = newHome();
  let served: ServedProcess | null = null;
  onTestFinished(async () => {
    await served?.stop();
    project.remove();
    remove();
  });
  return {
    project,
    settings: () => readFileSync(join(home, 'settings.json'), 'utf8'),
    async start(...args: readonly string[]): Promise<string> {
      served = await startServed(home, args);
      return served.address;
    },
    async kill(): Promise<void> {
      await served?.stop('SIGKILL');
      served = null;
    },
  };
}

function editorOf(page: Page, path: string) {
  return page.locator(`.code-editor[data-path="${path}"]`);
}

it('what was open, typed, looked for and looked at is there again after the app was killed', { timeout: 420_000 }, async () => {
  const app = installation();
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const first = await browser.newPage({ viewport: SIZE });
  await first.goto(await app.start(app.project.path));

  const tree = first.getByRole('treegrid', { name: 'Files' });
  await seen(tree.getByText('counter.lua', { exact: true }));
  await first
    .getByRole('button', { name: /^Run the project/ })
    .first()
    .click();
  await expect.poll(() => first.getByRole('textbox', { name: 'Go to slot' }).inputValue(), PATIENCE).toBe('1');
  await tree.getByText('lib', { exact: true }).click();
  await tree.getByText('deep', { exact: true }).click();
  await tree.getByText('numbers.lua', { exact: true }).click();
  await seen(editorOf(first, 'lib/deep/numbers.lua').locator('.view-lines'));
  await openFile(first, 'other.lua');
  await openFile(first, 'counter.lua');
  await command(first, 'Split: move this tab to the right');
  // The cursor in a line far below, and a text there that is not saved.
  await editorOf(first, 'counter.lua').locator('.view-line').first().click();
  await first.keyboard.press('ControlOrMeta+End');
  await first.keyboard.type('-- not saved yet');
  await first.getByRole('textbox', { name: /Lua to evaluate/ }).fill('return "not sent"');
  await pane(first, 'Flow').getByRole('button', { name: 'Table', exact: true }).click();
  await first.getByRole('combobox', { name: 'Filter messages' }).fill('action:Inc');
  await first.keyboard.press('Escape');
  const slot = first.getByRole('textbox', { name: 'Go to slot' });
  await slot.fill('0');
  await slot.press('Enter');
  await command(first, 'Show Tests');
  for (const kept of ['not saved yet', 'not sent', 'action%3AInc|action:Inc', 'slot=0', 'lib/deep', '"tests"', '"lineNumber": 205'])
    await expect.poll(app.settings, PATIENCE).toMatch(new RegExp(kept));
  const group = (page: Page, tab: RegExp) => page.locator('.dv-groupview', { has: page.getByRole('tab', { name: tab }) });
  await expect
    .poll(
      () =>
        group(first, /counter\.lua/)
          .getByRole('tab', { name: /other\.lua/ })
          .count(),
      PATIENCE,
    )
    .toBe(0);
  const settled = app.settings();
  await app.kill();
  await first.close();
  expect(settled).toContain('not sent');

  const again = await browser.newPage({ viewport: SIZE });
  await again.goto(await app.start());
  // It stands where it stood, far below its beginning, and what is not saved is there.
  const counter = editorOf(again, 'counter.lua');
  await seen(counter.locator('.view-line').filter({ hasText: /--.line.195/ }));
  await seen(again.getByRole('tab', { name: /counter\.lua/ }).getByRole('img', { name: 'not saved' }));
  await counter
    .locator('.view-line')
    .filter({ hasText: /--.line.195/ })
    .click();
  await again.keyboard.press('ControlOrMeta+End');
  await seen(counter.locator('.view-line').filter({ hasText: /--.not.saved.yet/ }));
  await seen(again.getByRole('tab', { name: /other\.lua/ }));
  await seen(again.getByRole('tab', { name: /numbers\.lua/ }));
  await expect
    .poll(
      () =>
        group(again, /counter\.lua/)
          .getByRole('tab', { name: /other\.lua/ })
          .count(),
      PATIENCE,
    )
    .toBe(0);
  await seen(again.getByRole('treegrid', { name: 'Files' }).getByText('numbers.lua', { exact: true }));
  await seen(pane(again, 'Tests'));
  await expect.poll(() => again.getByRole('textbox', { name: 'Go to slot' }).inputValue(), PATIENCE).toBe('0');
  await expect.poll(() => again.getByRole('textbox', { name: /Lua to evaluate/ }).inputValue(), PATIENCE).toBe('return "not sent"');
  await command(again, 'Show Flow');
  await expect.poll(() => again.getByRole('combobox', { name: 'Filter messages' }).inputValue(), PATIENCE).toBe('action:Inc');
  await seen(pane(again, 'Flow').getByRole('grid').first());
  // Nothing of it stands in the project, where git would find it.
  expect(readdirSync(app.project.path).toSorted()).toEqual(['.aoscope', 'aoscope.json', 'counter.lua', 'lib', 'other.lua']);
});
