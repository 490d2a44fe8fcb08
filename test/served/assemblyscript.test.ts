import { cpSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject } from '../kit/project.ts';
import { command, openFile, openSample, PATIENCE, problems, seen } from '../kit/window.ts';

const TEMPLATE = resolve(import.meta.dirname, '../../node/templates/assemblyscript');
const SIZES = [
  ['wide', { width: 1440, height: 900 }],
  ['narrow', { width: 1000, height: 640 }],
] as const;

it('a mistake in AssemblyScript is marked while it is typed, in WebAssembly text too, and goes when it is mended', async () => {
  const project = newProject({ 'low.wat': '(module (func (result i32)))\n' });
  cpSync(TEMPLATE, project.path, { recursive: true });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  await openFile(page, 'counter.ts');
  const editor = page.locator('.code-editor[data-path="counter.ts"]');
  await editor.getByText('let count').click();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.keyboard.type('export let other: i32 = "many";');
  await seen(editor.locator('.squiggly-error').first());
  const list = await problems(page);
  await seen(list.getByText("Type 'string' is not assignable to type 'i32'."));
  await seen(list.getByText(/^counter\.ts:\d+:25 · AssemblyScript$/));
  await app.picture('assemblyscript-error');
  expect(await violations(page)).toEqual([]);
  await editor.getByText('let other').click();
  await page.keyboard.press('ControlOrMeta+KeyZ');
  await expect.poll(() => list.getByText("Type 'string' is not assignable").count(), PATIENCE).toBe(0);

  await openFile(page, 'low.wat');
  await seen(list.getByText(/type mismatch in implicit return, expected \[i32\] but got \[\]/));
  await seen(list.getByText('low.wat:1:15 · WebAssembly text'));
  expect(app.pageErrors).toEqual([]);
});

it.each(SIZES)('the sample in AssemblyScript is compiled, counts, and is stepped through as any process is, %s', async (name, size) => {
  const app = await openServed({ size });
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'WASM counter', 'counted 3');
  await page.getByRole('grid', { name: 'Processes' }).getByText('counter', { exact: true }).click();
  const slot = page.getByRole('textbox', { name: 'Go to slot' });
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('3');
  await page.getByRole('tab', { name: 'State' }).first().click();
  await page.getByRole('treeitem').filter({ hasText: 'exports' }).first().click();
  const count = page
    .getByRole('treeitem')
    .filter({ hasText: /^count/ })
    .first();
  await expect.poll(() => count.innerText(), PATIENCE).toMatch(/3$/);
  await page.keyboard.press('Shift+F10');
  await expect.poll(() => slot.inputValue(), PATIENCE).toBe('2');
  await expect.poll(() => count.innerText(), PATIENCE).toMatch(/2$/);
  await app.picture(`wasm-counter-${name}-a`);
  expect(await violations(page)).toEqual([]);
  await command(page, 'Switch light and dark');
  await app.picture(`wasm-counter-${name}-b`);
  expect(readFileSync(join(TEMPLATE, 'ao.ts'), 'utf8')).toBe(readFileSync(resolve(TEMPLATE, '../../samples/wasm-counter/ao.ts'), 'utf8'));
  expect(app.pageErrors).toEqual([]);
});
