import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { openServed, type OpenApp } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject } from '../kit/project.ts';
import { hasKeyboard, openFile, pane, PATIENCE, seen } from '../kit/window.ts';

const modules = await ensureModulesForTests();
const SHOP = `Stock = { apple = 30 } Sold = 0
local function cost(count)
  local each = 3
  return count * each
end
Handlers.add("Buy", "Buy", function(msg)
  local count = tonumber(msg.Tags.Count or "1")
  local total = cost(count)
  Stock.apple = Stock.apple - total Sold = Sold + count
  if count < 4 then
    Send({ Target = ao.id, Action = "Buy", Count = tostring(count + 1) })
  end
end)
`;

/** Runs the project that is open and waits until its process has come to a slot. */
async function run(page: Page, slot: string): Promise<void> {
  await page
    .getByRole('button', { name: /^Run the project/ })
    .first()
    .click();
  await expect.poll(() => page.getByRole('textbox', { name: 'Go to slot' }).inputValue(), { timeout: 120_000 }).toBe(slot);
}

/** Rests the mouse on a word of a line, as a person does. */
async function hoverOn(page: Page, path: string, line: number, word: string): Promise<void> {
  const at = await page.locator(`.code-editor[data-path="${path}"] .view-lines`).evaluate(
    (lines, wish) => {
      const row = [...lines.children].toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)[wish.line - 1];
      if (row === undefined) return null;
      const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const found = (node.textContent ?? '').indexOf(wish.word);
        if (found < 0) continue;
        const range = document.createRange();
        range.setStart(node, found);
        range.setEnd(node, found + wish.word.length);
        const { left, top, width, height } = range.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      }
      return null;
    },
    { line, word },
  );
  await page.mouse.move(at?.x ?? 0, (at?.y ?? 0) + 1);
  await page.mouse.move((at?.x ?? 0) + 1, at?.y ?? 0);
}

/** The screen as it is in light and dark, large and small. */
async function fourPictures(app: OpenApp, name: string): Promise<void> {
  const { page } = app;
  for (const theme of ['one', 'other']) {
    for (const [size, width, height] of [
      ['large', 1440, 900],
      ['small', 1000, 640],
    ] as const) {
      await page.setViewportSize({ width, height });
      await app.picture(`${name}-${size}-${theme}`);
    }
    await page.getByRole('button', { name: 'Switch light and dark' }).click();
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** The shop, run to its end, with its file before the person. */
async function openShop(): Promise<{ readonly app: OpenApp; readonly editor: Locator; readonly slot: Locator; readonly where: Locator }> {
  const processes = [{ name: 'shop', source: 'shop.lua', start: { action: 'Buy' } }];
  const project = newProject({ 'aoscope.json': JSON.stringify({ version: 1, name: 'Shop', processes }), 'shop.lua': SHOP });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  await run(page, '4');
  await openFile(page, 'shop.lua');
  const editor = page.locator('.code-editor[data-path="shop.lua"]');
  const slot = page.getByRole('textbox', { name: 'Go to slot' });
  const where = pane(page, 'Inside').getByRole('status');
  return { app, editor, slot, where };
}

it('calls are stepped over and out of; values show their past; a line lists its slots', { timeout: 360_000 }, async () => {
  const { app, editor, slot, where } = await openShop();
  const { page } = app;
  const press = async (keys: string, line: number): Promise<void> => {
    await page.keyboard.press(keys);
    await expect.poll(() => where.textContent(), PATIENCE).toContain(`shop.lua:${line} `);
  };

  await press('Alt+F10', 7);
  await press('Alt+F11', 8);
  await press('Alt+F11', 9);
  await press('Shift+Alt+F11', 8);
  await press('Alt+F10', 3);
  await press('Alt+F12', 9);
  await press('Shift+Alt+F10', 4);
  await press('Shift+Alt+F12', 8);
  await pane(page, 'Inside')
    .getByRole('button', { name: /^Next line, over calls/ })
    .click();
  await expect.poll(() => where.textContent(), PATIENCE).toContain('shop.lua:9 ');

  // A global tells what changed it, a local what it was whenever the line ran; both lead there.
  const hover = page.locator('.monaco-hover').filter({ visible: true });
  // What is drawn anew under the mouse takes a hover away: a person points at it once more.
  const hovered = async (word: string): Promise<string> => {
    if ((await hover.count()) === 0) await hoverOn(page, 'shop.lua', 9, word);
    return (
      (await hover
        .first()
        .textContent({ timeout: 3_000 })
        .catch(() => null)) ?? ''
    );
  };
  await expect.poll(() => hovered('apple'), PATIENCE).toMatch(/Stock\.apple\s*=\s*12.*Changes [▁-█]{4,5}/s);
  await app.picture('stepping-hover');
  await hover.getByText('slot 2', { exact: true }).click();
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('2');
  await page.keyboard.press('Escape');
  await press('Alt+F10', 7);
  await press('Alt+F11', 8);
  await press('Alt+F11', 9);
  await expect.poll(() => hovered('total'), PATIENCE).toMatch(/total\s*=\s*6.*Whenever this line ran/s);
  await page.mouse.move(5, 5);

  // A line lists the slots that ran it: by mouse, and by keys.
  await editor.locator('.line-numbers', { hasText: /^1×\s+4$/ }).click({ modifiers: ['Alt'] });
  const menu = page.getByRole('menu', { name: 'Slots that ran line 4' });
  await expect.poll(() => menu.getByRole('menuitem').allTextContents(), PATIENCE).toEqual([4, 3, 2, 1].map((one) => `slot ${one}once`));
  await app.picture('stepping-slots');
  expect(await violations(page)).toEqual([]);
  await menu.getByRole('menuitem', { name: 'slot 3' }).click();
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('3');
  await expect.poll(() => where.textContent(), PATIENCE).toContain('shop.lua:4 ');
  expect(app.pageErrors).toEqual([]);
});

it('by keys: the slots of a line lead there; a value is watched, and a breakpoint set', { timeout: 360_000 }, async () => {
  const { app, editor, slot, where } = await openShop();
  const { page } = app;
  await page.keyboard.press('Alt+F10');
  await expect.poll(() => where.textContent(), PATIENCE).toContain('shop.lua:7 ');
  await editor.locator('.view-line').nth(10).click();
  await page.keyboard.press('Shift+F9');
  const other = page.getByRole('menu', { name: 'Slots that ran line 11' });
  await expect.poll(() => other.getByRole('menuitem').count(), PATIENCE).toBe(3);
  await hasKeyboard(other.getByRole('menuitem', { name: 'slot 3' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('2');

  await pane(page, 'Inside').getByRole('textbox', { name: 'Watch an expression' }).fill('Stock.apple * 2');
  await page.keyboard.press('Enter');
  await editor.locator('.view-line').nth(8).click();
  await page.keyboard.press('F9');
  await seen(editor.locator('.breakpoint'));
  await fourPictures(app, 'stepping');
  expect(await violations(page)).toEqual([]);

  // With the keyboard on the slider of time, its keys are those of every slider.
  await page.getByRole('slider', { name: 'Slot of shop' }).focus();
  for (const [key, wanted] of [
    ['Home', '0'],
    ['ArrowRight', '1'],
    ['End', '4'],
    ['ArrowLeft', '3'],
  ] as const) {
    await page.keyboard.press(key);
    await expect.poll(() => slot.inputValue(), PATIENCE).toBe(wanted);
  }
  expect(app.pageErrors).toEqual([]);
});

/** What the window has asked of the node and not heard of yet, and how often it asked. With `isCut` nothing more is sent. */
interface Wire {
  isCut: boolean;
  asked: number;
  readonly open: Set<number>;
}
declare global {
  interface Window {
    wire: Wire;
  }
}

/** Runs in the page, before anything else. */
function listenToWire(): void {
  const wire: Wire = { isCut: false, asked: 0, open: new Set() };
  window.wire = wire;
  const send = WebSocket.prototype.send;
  const known = new WeakSet<WebSocket>();
  WebSocket.prototype.send = function (this: WebSocket, data: string): void {
    if (!known.has(this)) {
      known.add(this);
      this.addEventListener('message', ({ data: text }) => {
        const [, id] = /^\{[^{]{0,40}"id":(\d+)/.exec(String(text)) ?? [];
        if (id !== undefined) wire.open.delete(Number(id));
      });
    }
    if (wire.isCut) return;
    const [, id] = /"id":(\d+),"name":"(?:cu|su\.log)/.exec(data) ?? [];
    if (id !== undefined) {
      wire.asked += 1;
      wire.open.add(Number(id));
    }
    send.call(this, data);
  };
}

it(
  'who has rested at a slot steps to the one beside it without asking the node: every pane has what it shows',
  { timeout: 360_000 },
  async () => {
    const { app, editor, slot } = await openShop();
    const { page } = app;
    await page.addInitScript(listenToWire);
    await page.reload();
    await seen(editor.locator('.view-line').first());
    await pane(page, 'Processes').getByRole('row', { name: /^shop/ }).click();
    await expect.poll(() => slot.inputValue(), PATIENCE).toBe('4');
    await page.keyboard.press('Shift+F10');
    await expect.poll(() => slot.inputValue(), PATIENCE).toBe('3');
    // It is quiet on the wire once nothing is open at two looks and nothing was asked between them.
    let before = -1;
    await expect
      .poll(
        async () => {
          const { asked, open } = await page.evaluate(() => ({ asked: window.wire.asked, open: window.wire.open.size }));
          const isQuiet = open === 0 && asked === before;
          before = asked;
          return isQuiet;
        },
        { ...PATIENCE, interval: 500 },
      )
      .toBe(true);
    await page.evaluate(() => (window.wire.isCut = true));
    await page.keyboard.press('Shift+F10');
    await expect.poll(() => slot.inputValue(), PATIENCE).toBe('2');
    const values = editor.locator('.line-values');
    await expect.poll(() => values.allTextContents(), PATIENCE).toContainEqual(expect.stringMatching(/Sold\s=\s3/));
    await seen(pane(page, 'Inspector').getByText('27 → 21'));
    await seen(editor.locator('.line-numbers', { hasText: /^1×\s+9$/ }));
    expect(app.pageErrors).toEqual([]);
  },
);

const PRICE = `local price = {}
function price.of(count)
  return count * 7
end
return price`;
const BUNDLE = `local price = (function()
-- source: price.lua
${PRICE}
-- source: -
end)()
Handlers.add("Buy", { Action = "Buy" }, function(msg)
  Earned = (Earned or 0) + price.of(5)
end)
`;

it.skipIf(modules === undefined)(
  'a breakpoint holds in the file of a bundle, also on a module of the network',
  { timeout: 360_000 },
  async () => {
    const processes = [{ name: 'real', source: 'bundle.lua', module: 'aos.wasm', start: { action: 'Buy' } }];
    const project = newProject({
      'aoscope.json': JSON.stringify({ version: 1, name: 'Real', processes }),
      'bundle.lua': BUNDLE,
      'price.lua': PRICE,
      'aos.wasm': readFileSync(modules?.['aos-2.0.6'].path ?? ''),
    });
    onTestFinished(() => project.remove());
    const app = await openServed({ project: project.path });
    onTestFinished(app.close);
    const { page } = app;
    await run(page, '1');
    await openFile(page, 'price.lua');
    const editor = page.locator('.code-editor[data-path="price.lua"]');
    await editor.locator('.view-line').nth(2).click();
    await page.keyboard.press('F9');
    await seen(editor.locator('.breakpoint'));
    await page.keyboard.press('Shift+F8');
    await expect.poll(() => pane(page, 'Inside').getByRole('status').textContent(), { timeout: 60_000 }).toContain('price.lua:3 ');
    await seen(editor.locator('.line-here'));
    await seen(pane(page, 'Inside').getByRole('treeitem', { name: /count\s*5/ }));
    expect(app.pageErrors).toEqual([]);
  },
);
