import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { newHome, startServed } from '../kit/app.ts';
import { launchBrowser } from '../kit/browser.ts';
import { newProject } from '../kit/project.ts';
import { openFile, pane, PATIENCE, seen } from '../kit/window.ts';

const SOURCE = `Count = 0

Handlers.add("Inc", "Inc", function(msg)
  Count = Count + 1
end)
`;

it('breakpoints and watches of a project are there again when the app was ended and started anew', { timeout: 420_000 }, async () => {
  const manifest = { version: 1, name: 'Counter', processes: [{ name: 'counter', source: 'counter.lua', start: { action: 'Inc' } }] };
  const project = newProject({ 'aoscope.json': JSON.stringify(manifest), 'counter.lua': SOURCE });
  const { home, remove } = newHome();
  onTestFinished(() => {
    project.remove();
    remove();
  });
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());

  /** The app as it is after a start, with one line of the latest slot looked at. */
  const within = async (look: (page: Page) => Promise<void>): Promise<void> => {
    const served = await startServed(home, [project.path]);
    try {
      const page = await browser.newPage();
      await page.goto(served.address);
      await look(page);
      await page.close();
    } finally {
      await served.stop();
    }
  };
  const enterSlot = async (page: Page): Promise<void> => {
    await expect.poll(() => page.getByRole('textbox', { name: 'Go to slot' }).inputValue(), PATIENCE).toBe('1');
    await openFile(page, 'counter.lua');
    await page.keyboard.press('Alt+F10');
    await seen(pane(page, 'Inside').getByRole('slider', { name: 'Line of the slot' }));
  };

  await within(async (page) => {
    await page
      .getByRole('button', { name: /^Run the project/ })
      .first()
      .click();
    await enterSlot(page);
    const editor = page.locator('.code-editor[data-path="counter.lua"]');
    await editor.locator('.view-line').nth(3).click();
    await page.keyboard.press('F9');
    await seen(editor.locator('.breakpoint'));
    await pane(page, 'Inside').getByRole('textbox', { name: 'Watch an expression' }).fill('Count * 100');
    await page.keyboard.press('Enter');
    await seen(pane(page, 'Inside').getByText('Count * 100', { exact: true }));
    await page.keyboard.press('Shift+F8');
    await pane(page, 'Hits').getByRole('textbox', { name: 'Condition at counter.lua:4' }).fill('Count == 0');
    await page.keyboard.press('Enter');
    // What is remembered is written a moment after the last change.
    await page.waitForTimeout(1_000);
  });

  await within(async (page) => {
    await enterSlot(page);
    await seen(page.locator('.code-editor[data-path="counter.lua"] .breakpoint'));
    await seen(pane(page, 'Inside').getByText('Count * 100', { exact: true }));
    await page.keyboard.press('Shift+F8');
    await expect
      .poll(() => pane(page, 'Hits').getByRole('textbox', { name: 'Condition at counter.lua:4' }).inputValue(), PATIENCE)
      .toBe('Count == 0');
  });
});
