import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openServed, type OpenApp } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject, type TestProject } from '../kit/project.ts';
import { command, hasKeyboard, openFile, pane, PATIENCE, problems, seen } from '../kit/window.ts';

const LIB = `local M = {}

--- Adds two amounts.
---@param first number The one
---@param second number The other
function M.add(first, second)
  return first + second
end

return M
`;
const MAIN = `local lib = require("lib")

Handlers.add("Info", "Info", function(msg)
  Send({ Action = "Told" })
end)

print(lib.add(1, 2))
`;

async function open(files: Readonly<Record<string, string>>): Promise<{ app: OpenApp; page: Page; project: TestProject }> {
  const project = newProject(files);
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  return { app, page: app.page, project };
}

/** Puts the cursor on a line of the open file, at the column that its text begins a word at. */
async function goTo(page: Page, path: string, line: number, column: number): Promise<void> {
  const editor = page.locator(`.code-editor[data-path="${path}"]`);
  await editor.locator('.view-lines').click();
  await page.keyboard.press('ControlOrMeta+Home');
  for (let at = 1; at < line; at++) await page.keyboard.press('ArrowDown');
  for (let at = 1; at < column; at++) await page.keyboard.press('ArrowRight');
  await seen(page.getByText(`Ln ${line}, Col ${column}`));
}

const textOf = (page: Page, path: string): Promise<string> =>
  page.locator(`.code-editor[data-path="${path}"] .view-lines`).evaluate((lines) =>
    [...lines.children]
      .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map((row) => (row.textContent ?? '').replaceAll('\u00a0', ' '))
      .join('\n'),
  );

it('what is meant is offered while one writes: members, names of other files, parameters; a new name stays as it is typed', async () => {
  const { app, page } = await open({ 'lib.lua': LIB, 'main.lua': MAIN });
  await openFile(page, 'main.lua');
  await goTo(page, 'main.lua', 7, 21);
  await page.keyboard.press('Enter');
  const offered = page.locator('.suggest-widget.visible .monaco-list-row');
  await page.keyboard.type('lib.');
  await expect.poll(() => offered.allTextContents(), PATIENCE).toContainEqual(expect.stringContaining('add'));
  await page.keyboard.press('Tab');
  await page.keyboard.type('(');
  const hints = page.locator('.parameter-hints-widget.visible');
  await expect.poll(() => hints.textContent(), PATIENCE).toContain('lib.add(first: number, second: number)');
  await expect.poll(() => hints.textContent(), PATIENCE).toContain('Adds two amounts.');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('local x');
  await page.keyboard.press('Enter');
  await page.keyboard.type('ao.se');
  await expect.poll(() => offered.first().textContent(), PATIENCE).toContain('send');
  await app.picture('language-completion');
  await page.keyboard.press('Escape');
  expect(await textOf(page, 'main.lua')).toMatch(/local x\nao\.se/);
  expect(app.pageErrors).toEqual([]);
});

it('what looks wrong is told with a code, in files that nobody opened too, and is mended by a key', async () => {
  const { app, page } = await open({ 'lib.lua': LIB, 'main.lua': MAIN, 'typo.lua': 'local x = = 1\nlocal fine = 2\nfoo(]\n' });
  const list = await problems(page);
  await seen(list.getByText('typo.lua:1:11 · Lua syntax'));
  await seen(list.getByText('typo.lua:3:', { exact: false }));
  await seen(list.getByText('The message has no Target: it is sent to nobody.'));
  await seen(list.getByText('NO_TARGET'));
  await list.getByText('The message has no Target: it is sent to nobody.').click();
  await seen(page.getByText('Ln 4, Col 3'));
  await app.picture('language-lints');
  expect(await violations(page)).toEqual([]);
  await hasKeyboard(
    page.locator('.code-editor[data-path="main.lua"] textarea, .code-editor[data-path="main.lua"] .native-edit-context').first(),
  );
  await page.keyboard.press('ControlOrMeta+.');
  await seen(page.getByText('Send it to msg.From'));
  await page.keyboard.press('Enter');
  await expect.poll(() => textOf(page, 'main.lua'), PATIENCE).toContain('Send({ Target = msg.From, Action = "Told" })');
  await expect.poll(() => list.getByText('NO_TARGET').count(), PATIENCE).toBe(0);
  expect(app.pageErrors).toEqual([]);
});

it('a name leads to where it is made in another file, and is renamed in all of them', async () => {
  const { app, page, project } = await open({ 'lib.lua': LIB, 'main.lua': MAIN });
  await openFile(page, 'main.lua');
  await goTo(page, 'main.lua', 7, 12);
  await page.keyboard.press('F2');
  const name = page.locator('.rename-box input');
  await seen(name);
  await name.fill('plus');
  await name.press('Enter');
  await expect.poll(() => textOf(page, 'main.lua'), PATIENCE).toContain('lib.plus(1, 2)');
  await seen(page.getByText('add is now plus in lib.lua too, which was saved.'));
  expect(readFileSync(join(project.path, 'lib.lua'), 'utf8')).toBe(LIB.replace('M.add', 'M.plus'));
  await page.getByRole('button', { name: 'Undo there' }).click();
  await expect.poll(() => readFileSync(join(project.path, 'lib.lua'), 'utf8'), PATIENCE).toBe(LIB);

  await goTo(page, 'main.lua', 1, 22);
  await page.keyboard.press('F12');
  await seen(page.locator('.code-editor[data-path="lib.lua"] .view-lines'));
  await seen(page.getByText('Ln 10, Col 8'));
  await page.getByRole('tab', { name: /main\.lua/ }).click();
  await goTo(page, 'main.lua', 1, 22);
  await command(page, 'Go to definition');
  await seen(page.locator('.code-editor[data-path="lib.lua"] .view-lines'));
  expect(app.pageErrors).toEqual([]);
});

it('a file is put into the usual form, and one that is not Lua is left as it is', async () => {
  const { app, page } = await open({ 'ugly.lua': "if  x   then\nprint( 'a' )end\n", 'typo.lua': 'local = 1\n' });
  await openFile(page, 'ugly.lua');
  await command(page, 'Format the file');
  await expect.poll(() => textOf(page, 'ugly.lua'), PATIENCE).toBe('if x then\n  print("a")\nend\n');
  await openFile(page, 'typo.lua');
  await command(page, 'Format the file');
  await seen(page.getByText('FORMAT_REFUSED'));
  expect(await textOf(page, 'typo.lua')).toBe('local = 1\n');
  expect(app.pageErrors).toEqual([]);
});

it('everything that a process can use is looked up: by words, and from the name at the cursor', async () => {
  const { app, page } = await open({ 'main.lua': 'ao.isTrusted(msg)\n' });
  await openFile(page, 'main.lua');
  await goTo(page, 'main.lua', 1, 6);
  await command(page, 'Look the name at the cursor up');
  const docs = pane(page, 'Docs');
  await seen(docs.getByText('ao.isTrusted(message: table): boolean'));
  const field = docs.getByRole('searchbox', { name: 'Look for a name or a word' });
  expect(await field.inputValue()).toBe('isTrusted');
  await field.fill('big integer');
  await seen(docs.getByText('require(".bint")'));
  await app.picture('language-docs');
  expect(await violations(page, ['.docs'])).toEqual([]);
  await field.fill('no such thing');
  await docs.getByRole('button', { name: 'Show all names' }).click();
  await seen(docs.getByText('Globals', { exact: true }));
  expect(app.pageErrors).toEqual([]);
});
