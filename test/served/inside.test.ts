import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject } from '../kit/project.ts';
import { openFile, pane, PATIENCE, seen } from '../kit/window.ts';

const SHOP = `Stock = { apple = 3 }

local function take(name, count)
  local left = (Stock[name] or 0) - count
  if left < 0 then
    print("sold out")
    return nil
  end
  Stock[name] = left
  return left
end

Handlers.add("Buy", "Buy", function(msg)
  local wanted = 2
  local left = take("apple", wanted)
  print(left)
end)
`;

it('lines are stepped through both ways: the editor shows the line, its values and how often each ran', async () => {
  const project = newProject({
    'aoscope.json': JSON.stringify({
      version: 1,
      name: 'Shop',
      processes: [{ name: 'shop', source: 'shop.lua', start: { action: 'Buy' } }],
    }),
    'shop.lua': SHOP,
  });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  await page
    .getByRole('button', { name: /^Run the project/ })
    .first()
    .click();
  await expect.poll(() => page.getByRole('textbox', { name: 'Go to slot' }).inputValue(), PATIENCE).toBe('1');
  await openFile(page, 'shop.lua');
  const where = pane(page, 'Inside').getByRole('status');
  const stack = pane(page, 'Inside');
  const editor = page.locator('.code-editor[data-path="shop.lua"]');

  await page.keyboard.press('Alt+F10');
  await expect.poll(() => where.textContent(), PATIENCE).toContain('shop.lua:14 · 1 of ');
  await page.keyboard.press('Alt+F10');
  await page.keyboard.press('Alt+F10');
  await expect.poll(() => where.textContent(), PATIENCE).toContain('shop.lua:4');
  await seen(stack.getByRole('treeitem', { name: /count\s*2/ }));
  await seen(editor.locator('.line-here'));
  await seen(editor.getByText(/count\s=\s2/));
  // The branch that was not taken steps back.
  await seen(editor.locator('.line-untaken').first());
  await page.keyboard.press('Shift+Alt+F10');
  await expect.poll(() => where.textContent(), PATIENCE).toContain('shop.lua:15');

  // An expression is computed wherever one stands; a level further out has its own values.
  await stack.getByRole('textbox', { name: 'Watch an expression' }).fill('Stock.apple');
  await page.keyboard.press('Enter');
  await seen(stack.getByText('Stock.apple', { exact: true }));
  await page.getByRole('slider', { name: 'Line of the slot' }).focus();
  await page.keyboard.press('End');
  await expect.poll(() => where.textContent(), PATIENCE).toContain('shop.lua:17');
  await expect.poll(() => stack.getByRole('listitem').filter({ hasText: 'Stock.apple' }).textContent(), PATIENCE).toContain('1');
  // A click on the number of a line that ran goes there.
  await editor.locator('.line-numbers', { hasText: /^1×\s+9$/ }).click();
  await expect.poll(() => where.textContent(), PATIENCE).toContain('shop.lua:9');
  await app.picture('inside');
  expect(await violations(page)).toEqual([]);

  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await page.setViewportSize({ width: 1000, height: 640 });
  await app.picture('inside-small-light');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Look at the slot as a whole again' }).click();
  await expect.poll(() => editor.locator('.line-here').count(), PATIENCE).toBe(0);
  expect(app.pageErrors).toEqual([]);
});
