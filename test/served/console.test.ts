import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { openServed, type OpenApp } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject, type TestProject } from '../kit/project.ts';
import { command, hasKeyboard, PATIENCE, say, seen } from '../kit/window.ts';

const BANK = `Balances = Balances or { alice = 100 }
local pot = require("lib.pot")
Handlers.add("Deposit", "Deposit", function(msg)
  Balances.alice = pot.add(Balances.alice, tonumber(msg.Tags.Quantity))
  print("deposited " .. msg.Tags.Quantity)
  Send({ Target = Peers and Peers.ear or ao.id, Action = "Heard" })
end)
`;
const POT = `local M = {}
function M.add(first, second) return first + second end
return M
`;
const EAR = `Handlers.add("Heard", "Heard", function(msg)
  print("heard of it")
end)
`;
const FILES = { 'bank.lua': BANK, 'lib/pot.lua': POT, 'ear.lua': EAR };
const SIZES = [
  ['narrow', { width: 1000, height: 640 }],
  ['wide', { width: 1440, height: 900 }],
] as const;

/** A project that runs, with its first process in focus. */
async function open(
  processes: readonly object[],
  module: string | null = null,
): Promise<{ readonly app: OpenApp; readonly page: Page; readonly project: TestProject }> {
  const project = newProject({ 'aoscope.json': JSON.stringify({ version: 1, name: 'Bank', processes }), ...FILES });
  onTestFinished(() => project.remove());
  if (module !== null) copyFileSync(module, join(project.path, 'aos.wasm'));
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  await command(page, 'Run project');
  await seen(page.getByRole('log', { name: 'Console of bank' }));
  await seen(page.locator('.status').getByText(`${processes.length} processes`));
  return { app, page, project };
}

const lineOf = (page: Page): Locator => page.getByRole('textbox', { name: /Lua to evaluate/ });
const printed = (page: Page, text: string | RegExp): Locator =>
  page.getByRole('log').locator('.console-row').filter({ hasText: text }).last();

/** Nothing that axe calls serious in the console, in light and in dark, wide and narrow, each with a picture; ends as it began. */
async function isUsable(app: OpenApp, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(app.page, ['.console'])).toEqual([]);
    for (const [size, pixels] of SIZES) {
      await app.page.setViewportSize(pixels);
      await app.picture(`${name}-${size}-${colorScheme}`);
    }
  }
}

const TWO = [
  { name: 'bank', source: 'bank.lua' },
  { name: 'ear', source: 'ear.lua' },
];

it('a process is talked to in many lines, with completion, dry runs and a history that stays', async () => {
  const { app, page } = await open(TWO);
  const line = lineOf(page);
  await line.click();
  await page.keyboard.type('for i = 1, 2 do');
  await page.keyboard.press('Enter');
  await seen(page.getByText(/Not finished yet/));
  await page.keyboard.type('print("line " .. i)');
  await page.keyboard.press('Enter');
  await page.keyboard.type('end');
  await page.keyboard.press('Enter');
  await seen(printed(page, /line 1\s*line 2/));

  // What the process holds completes what is typed.
  await line.pressSequentially('return Balances.al');
  await page.keyboard.press('Tab');
  await expect.poll(() => line.inputValue(), PATIENCE).toBe('return Balances.alice');
  await page.keyboard.press('Enter');
  await seen(printed(page, /^100$/));
  await line.pressSequentially('Handlers.');
  await page.keyboard.press('Tab');
  await seen(page.getByRole('listbox', { name: 'Names that could stand here' }).getByRole('option', { name: /^add/ }));
  await isUsable(app, 'console-offers');
  await page.keyboard.press('Escape');
  await line.fill('');

  await say(page, '.load bank.lua');
  await seen(printed(page, 'Loading bank.lua, with lib/pot.lua'));
  await say(page, 'Send({ Target = ao.id, Action = "Deposit", Quantity = "5" })');
  await seen(printed(page, /^deposited 5$/));
  await say(page, 'Balances');
  await expect.poll(() => printed(page, 'alice').locator('[class*="ansi-"]').allTextContents(), PATIENCE).toContain('105');

  await command(page, 'Console: try what is typed on a copy');
  await seen(page.getByText(/Dry run: what you type is tried on a copy/));
  await say(page, 'Balances.alice = 7; return "spent"');
  await seen(printed(page, 'spent'));
  await seen(printed(page, 'tried, not kept'));
  await say(page, '.dryrun');
  await say(page, 'return "still " .. Balances.alice');
  await seen(printed(page, /^still 105$/));
  await say(page, '.nonsense');
  await seen(printed(page, 'CONSOLE_COMMAND_UNKNOWN'));
  await isUsable(app, 'console-talk');

  // A click on what was printed goes to the slot that printed it.
  await printed(page, /^deposited 5$/).click();
  await seen(page.locator('.console-strip.past'));
  await expect
    .poll(() => page.locator('.console-row.focused').allTextContents(), PATIENCE)
    .toContainEqual(expect.stringContaining('deposited 5'));
  await page.getByRole('button', { name: 'Back to live' }).first().click();

  // Another window has what was typed in this one.
  await page.reload();
  await page.getByRole('grid', { name: 'Processes' }).getByText('bank', { exact: true }).click();
  await seen(page.getByRole('log', { name: 'Console of bank' }));
  await line.click();
  await expect
    .poll(async () => {
      await page.keyboard.press('ArrowUp');
      return line.inputValue();
    }, PATIENCE)
    .toBe('.nonsense');
  await page.keyboard.press('Control+r');
  await line.fill('line ..');
  await page.keyboard.press('Enter');
  expect(await line.inputValue()).toContain('print("line " .. i)');
  expect(app.pageErrors).toEqual([]);
});

const modules = await ensureModulesForTests();

it.skipIf(modules === undefined)(
  'a process of the real aos is talked to in the same way, with the commands that its terminal has',
  async () => {
    const module = modules?.['aos-2.0.6'].path ?? '';
    const aos = [
      { name: 'bank', source: 'bank.lua', module: 'aos.wasm' },
      { name: 'ear', source: 'ear.lua', module: 'aos.wasm' },
    ];
    const { app, page, project } = await open(aos, module);
    const line = lineOf(page);
    await say(page, '{ a = 1, text = "words" }');
    await expect.poll(() => printed(page, 'words').locator('[class*="ansi-"]').count(), PATIENCE).toBeGreaterThan(1);
    await say(page, 'error("oh no")');
    await seen(printed(page, 'oh no'));
    expect(await printed(page, 'SLOT_ERROR').textContent()).not.toContain('\u001b');

    await say(page, '.editor');
    await line.pressSequentially('total = 40');
    await page.keyboard.press('Enter');
    await line.pressSequentially('return "total " .. total + 2');
    await page.keyboard.press('Enter');
    await line.pressSequentially('.done');
    await page.keyboard.press('Enter');
    await seen(printed(page, /^total 42$/));
    await line.pressSequentially('tot');
    await page.keyboard.press('Tab');
    await expect.poll(() => line.inputValue(), PATIENCE).toBe('total');
    await line.fill('');

    await say(page, '.monitor');
    await seen(printed(page, /^·Monitored/));
    await say(page, '.unmonitor');
    await seen(printed(page, /^·No longer monitored/));
    // What comes while it is paused waits; what is typed is answered.
    await say(page, '.pause');
    await say(page, 'Send({ Target = ao.id, Action = "Deposit", Quantity = "5" })');
    await seen(page.getByText(/newer slots? waits?/));
    expect(await printed(page, /^deposited 5$/).count()).toBe(0);
    await say(page, '.live');
    await seen(printed(page, /^deposited 5$/));

    await say(page, '.pad');
    await seen(page.locator('.code-editor[data-path="pads/bank-pad.lua"]'));
    project.write('blueprints/gift.lua', 'Gift = "given"\nreturn Gift');
    const files = page.getByRole('treegrid', { name: 'Files' });
    await files.getByText('blueprints', { exact: true }).click();
    await seen(files.getByText('gift.lua', { exact: true }));
    await say(page, '.load-blueprint gift');
    await seen(printed(page, /^given$/));
    await say(page, '.help');
    await seen(printed(page, '.load-blueprint NAME'));
    await line.fill('.exit');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('log', { name: 'Console of bank' }).count(), PATIENCE).toBe(0);
    await page.keyboard.press('ControlOrMeta+Backquote');
    await hasKeyboard(line);
    expect(app.pageErrors).toEqual([]);
  },
);
