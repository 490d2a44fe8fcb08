import type { Locator, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openServed, type OpenApp } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { command, openFile, pane, PATIENCE, seen } from '../kit/window.ts';

const LONG = { timeout: 120_000 };

interface Opened {
  readonly app: OpenApp;
  readonly page: Page;
  /** The field of the time bar. */
  readonly slot: Locator;
  readonly branch: Locator;
}

/** The ledger: 201 messages to one process. */
async function openLedger(): Promise<Opened> {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await page.getByText('Ledger', { exact: true }).first().click();
  const slot = page.getByRole('textbox', { name: 'Go to slot' });
  await expect.poll(() => slot.inputValue(), LONG).toBe('201');
  return { app, page, slot, branch: pane(page, 'What if') };
}

async function goTo({ page, slot }: Opened, number: number): Promise<void> {
  await slot.fill(String(number));
  await page.keyboard.press('Enter');
  await seen(page.getByRole('status').filter({ hasText: 'PAST' }));
}

async function isDone({ branch }: Opened, words = 'done: '): Promise<void> {
  await expect.poll(() => branch.getByRole('status').filter({ hasText: 'evaluation' }).first().textContent(), LONG).toContain(words);
}

it('what if: unsaved code and another message are run on the recorded history; the difference is seen, and kept or thrown away', async () => {
  const opened = await openLedger();
  const { app, page, slot, branch } = opened;

  // The bug mended in the editor, without saving: would it have helped?
  await openFile(page, 'ledger.lua');
  await page.locator('.code-editor[data-path="ledger.lua"] .view-line').nth(9).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' if payer ~= sender then payer = recipient end');
  await page.keyboard.press('Escape');
  await command(page, 'Run my unsaved code on the recorded history');
  await isDone(opened, 'done: 202');
  const verdict = branch.getByRole('region', { name: 'What the code did' });
  await seen(verdict.getByText(/^The first difference is at slot \d+ of ledger:/));
  await seen(verdict.getByText('No message fails that did not before.'));
  await seen(branch.getByText(/from slot 0 on: 202 the same, 0 different$/));
  await seen(branch.getByText(/^They printed and sent the same/));
  await seen(branch.getByText('2 values differ'));
  // Nothing was printed or sent otherwise: the values stand side by side where they parted.
  const parted = branch.getByRole('table', { name: 'Values after slot 141' });
  await seen(parted.getByRole('row', { name: /Balances\.bob 366 363/ }));
  const dave = branch.getByRole('table', { name: 'At the end' }).getByRole('row', { name: /Balances\.dave/ });
  expect(await dave.textContent()).toBe('Balances.dave-30');
  await app.picture('branch-code');
  expect(await violations(page)).toEqual([]);

  // It is what one wants: the process that runs gets it, and the file is saved.
  await verdict.getByRole('button', { name: /^Evaluate this code in ledger/ }).click();
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('202');
  await command(page, 'Branches that were made');
  await branch.getByRole('button', { name: /^Throw away: ledger\.lua as it is/ }).click();

  // What is typed while one looks at the past offers a branch.
  await goTo(opened, 140);
  await page.getByRole('textbox', { name: /^Lua to evaluate/ }).fill('Balances.dave = 100');
  await page.getByRole('button', { name: 'Try it in a branch' }).click();
  await isDone(opened);
  expect(await dave.textContent()).toMatch(/^Balances\.dave-/);
  await branch.getByRole('button', { name: 'Throw away' }).click();

  // Another message in the past.
  await goTo(opened, 141);
  await page.keyboard.press('b');
  await branch.getByRole('textbox', { name: 'Value of Sender' }).fill('dave');
  await branch.getByRole('button', { name: 'Run the branch' }).click();
  const sides = branch.getByRole('group', { name: /^In the branch/ });
  await seen(sides.getByText(/Refused: dave has too little/).first());
  // What the other half has not got is marked.
  await seen(sides.locator('li.is-other').filter({ hasText: 'Refused: dave has too little' }));
  await isDone(opened);
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await page.setViewportSize({ width: 1000, height: 640 });
  await app.picture('branch-message-small-light');
  expect(await violations(page)).toEqual([]);
  await branch.getByRole('button', { name: 'Keep' }).click();
  await seen(branch.getByRole('button', { name: /^Edit Transfer, slot 141 of ledger/ }));

  // It is there tomorrow, and the recorded history is what it was.
  await page.reload();
  await command(page, 'Branches that were made');
  await seen(branch.getByRole('button', { name: /^Edit Transfer, slot 141 of ledger/ }));
  // One stands where one stood.
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('141');
  await command(page, 'Back to live');
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('202');
  expect(app.pageErrors).toEqual([]);
});

it(
  'what if: several changes in one branch, messages dragged and moved by keys, later ones asked about, and the branch walked',
  { timeout: 400_000 },
  async () => {
    const opened = await openLedger();
    const { app, page, branch } = opened;
    await goTo(opened, 3);
    await page.keyboard.press('b');
    await branch.getByRole('textbox', { name: 'Value of Amount' }).fill('1');
    const grid = branch.getByRole('grid', { name: /^Messages of ledger/ });
    const rowOf = (number: number) => grid.getByRole('row').nth(number);
    const first = async (count: number): Promise<string[]> => {
      const rows = await grid.getByRole('row').allTextContents();
      return rows.slice(1, count + 1).map((text) => /^(?:new|\d+)/.exec(text)?.[0] ?? text);
    };
    await grid.focus();
    await page.keyboard.press('Home');
    expect(await first(5)).toEqual(['1', '2', '3', '4', '5']);

    // By keys: the first one two places down, the next left out, one comes twice.
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(() => first(5)).toEqual(['2', '3', '1', '4', '5']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Delete');
    await seen(branch.getByRole('button', { name: /^Without Transfer, slot 4 of ledger/ }));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('t');
    await expect.poll(() => first(6)).toEqual(['2', '3', '1', '4', '5', '5']);
    // By the mouse: back up to the first place.
    await rowOf(3).dragTo(rowOf(1), { targetPosition: { x: 120, y: 3 } });
    await expect.poll(() => first(6)).toEqual(['1', '2', '3', '4', '5', '5']);
    await seen(branch.getByRole('heading', { name: '3 changes' }));
    await rowOf(2).dragTo(rowOf(3), { targetPosition: { x: 120, y: 20 } });
    await expect.poll(() => first(6)).toEqual(['1', '3', '2', '4', '5', '5']);
    // To the end of the list and back: only what is in view is drawn.
    await page.keyboard.press('End');
    await seen(grid.getByRole('row', { name: /^201/ }));
    expect(await grid.getByRole('row').count()).toBeLessThan(60);
    await page.keyboard.press('Home');
    await app.picture('branch-draft');
    expect(await violations(page)).toEqual([]);

    // A change that one thinks better of, and what becomes of the later messages.
    await branch.getByRole('button', { name: /^Remove: Without Transfer, slot 4/ }).click();
    await branch.getByRole('combobox', { name: 'Later messages' }).selectOption('are asked about, one by one');
    await branch.getByRole('textbox', { name: 'Name of the branch' }).fill('three changes');
    await page.getByRole('button', { name: 'Switch light and dark' }).click();
    await app.picture('branch-draft-light');
    await page.setViewportSize({ width: 1000, height: 640 });
    await app.picture('branch-draft-small-light');
    await branch.getByRole('button', { name: 'Run the branch' }).click();
    const asked = branch.getByRole('group', { name: 'A later message' });
    await seen(asked.getByText(/slot 4\b/));
    await asked.getByRole('button', { name: 'Leave it out', exact: true }).click();
    await seen(asked.getByText(/slot 5\b/));
    await app.picture('branch-asks-small-light');
    expect(await violations(page)).toEqual([]);
    await asked.getByRole('button', { name: 'Send all that follow' }).click();
    await isDone(opened);
    await seen(branch.getByText(/1 only here, 1 not here/));

    // Its messages beside those of the main line.
    await page.setViewportSize({ width: 1440, height: 900 });
    await branch.getByRole('tab', { name: 'Messages' }).click();
    const messages = branch.getByRole('grid', { name: 'Messages of the branch, beside the main line' });
    await branch.getByRole('checkbox', { name: 'only what differs' }).check();
    await seen(branch.getByText('2 messages'));
    await seen(messages.getByRole('row', { name: /Transfer.*first difference not here/ }));
    await seen(messages.getByRole('row', { name: /duplicated.*only here/ }));

    // The branch is looked at like the main line: step by step, with everything that belongs to a slot.
    const time = page.getByRole('group', { name: 'Time', exact: true });
    const inspector = pane(page, 'Inspector');
    await branch.getByRole('button', { name: /^Look at it like the main line/ }).click();
    await seen(time.getByText('BRANCH', { exact: true }));
    await seen(inspector.getByText('only here'));
    await page.keyboard.press('F10');
    await seen(inspector.getByText('slot 6 on main'));
    await inspector.getByRole('button', { name: 'main, slot 6' }).click();
    await seen(inspector.locator('.inspector-change').first());
    await app.picture('branch-walk-light');
    await page.setViewportSize({ width: 1000, height: 640 });
    await app.picture('branch-walk-small-light');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Switch light and dark' }).click();
    await app.picture('branch-walk-small');
    await page.setViewportSize({ width: 1440, height: 900 });
    await inspector.getByRole('tab', { name: 'Message' }).click();
    await seen(inspector.getByRole('row', { name: /^Action ?Transfer/ }));
    await inspector.getByRole('tab', { name: 'Handlers' }).click();
    await seen(inspector.getByText('Handled by Transfer.'));
    await inspector.getByRole('tab', { name: 'State' }).click();
    await inspector.getByRole('treeitem', { name: /^Balances/ }).click();
    await seen(inspector.getByRole('treeitem', { name: /^alice/ }));
    await app.picture('branch-walk');

    // What is found in its state has its past in the branch, and is asked about there.
    await inspector.getByRole('textbox', { name: 'Search the whole state' }).fill('alice');
    await inspector
      .getByRole('list', { name: 'Places found' })
      .getByRole('button', { name: /^Balances\.alice/ })
      .click();
    const value = inspector.getByRole('region', { name: 'The value Balances.alice' });
    await seen(value.getByRole('list', { name: 'Changes, the newest first' }).getByRole('button').first());
    await app.picture('branch-value');
    await value.getByRole('button', { name: /^Why this value/ }).click();
    await seen(inspector.getByText('in the branch'));
    await seen(inspector.getByText('A message from outside began it.'));
    await app.picture('branch-why');
    expect(await violations(page)).toEqual([]);

    // Line by line through a step of the branch, and to the line that wrote a value there.
    const step = page.getByRole('textbox', { name: 'Go to step of the branch' });
    expect(await step.inputValue()).toBe('5');
    await inspector.getByRole('button', { name: /^Step through the lines that ran here/ }).click();
    const inside = page.getByRole('group', { name: 'Lines of the slot' });
    await seen(inside.getByText(/^ledger\.lua:\d+ · in the branch · 1 of \d+$/));
    await seen(page.getByRole('tree', { name: 'Locals' }).getByRole('treeitem').first());
    await page.keyboard.press('Alt+F10');
    await seen(inside.getByText(/ · in the branch · 2 of \d+$/));
    await app.picture('branch-inside');
    expect(await step.inputValue()).toBe('5');
    await inspector
      .getByRole('button', { name: /wrote it/ })
      .first()
      .click();
    await seen(time.getByText('BRANCH', { exact: true }));
    await seen(inside.getByText(/ · in the branch · /));
    await inspector.getByRole('tab', { name: 'State' }).click();
    await inspector.getByRole('textbox', { name: 'Search the whole state' }).fill('');
    await page.getByRole('textbox', { name: 'Go to step of the branch' }).fill('5');
    await page.keyboard.press('Enter');
    await inspector.getByRole('tabpanel').focus();
    await page.keyboard.press('Shift+F10');
    await seen(time.getByText('BRANCH', { exact: true }));
    expect(await page.getByRole('textbox', { name: 'Go to step of the branch' }).inputValue()).toBe('4');

    // What is looked for is looked for in the branch: only there does anybody pay 1 so early. A link leads to it, and into it.
    const hits = pane(page, 'Hits');
    await page.keyboard.press('ControlOrMeta+Shift+H');
    await hits.getByRole('combobox', { name: 'What to look for' }).selectOption('message');
    await hits.getByRole('textbox', { name: 'Message to look for' }).fill('Amount=1');
    await page.keyboard.press('Enter');
    await expect.poll(() => step.inputValue(), PATIENCE).toBe('1');
    await seen(time.getByText('BRANCH', { exact: true }));
    await app.picture('branch-hits');
    await page.keyboard.press('Enter');
    await seen(hits.getByText('Nothing more that way in ledger, branch three changes.'));
    await hits.getByRole('button', { name: 'Amount=1', exact: true }).click();
    await seen(hits.getByText(/^\d+ hits in \d+ slots/));
    await inspector.getByRole('tabpanel').focus();
    await page.keyboard.press('Alt+F10');
    await seen(inside.getByText(/ · in the branch · 1 of \d+$/));
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('.status').first().click();
    await page.keyboard.press('ControlOrMeta+c');
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()), PATIENCE).toContain('branch=');
    await time.getByRole('button', { name: /^Back to the main line/ }).click();
    await seen(page.getByRole('status').filter({ hasText: 'PAST' }));
    await command(page, 'Go to a copied link');
    await seen(inside.getByText(/ · in the branch · 1 of \d+$/));
    expect(await step.inputValue()).toBe('1');

    await inspector.getByRole('tabpanel').focus();
    await page.keyboard.press('Shift+B');
    await seen(page.getByRole('status').filter({ hasText: 'PAST' }));

    // By the time bar to any branch, and back.
    await time.getByRole('button', { name: /^Line that is looked at: main/ }).click();
    await page.getByRole('menuitem', { name: 'three changes' }).click();
    await seen(time.getByText('BRANCH', { exact: true }));
    await time.getByRole('button', { name: /^Back to the main line/ }).click();
    await page.reload();
    await seen(time.getByRole('button', { name: /^Line that is looked at: main, of 2/ }));
    expect(app.pageErrors).toEqual([]);
  },
);
