import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject } from '../kit/project.ts';
import { command, openFile, PATIENCE, problems, seen } from '../kit/window.ts';

const TEMPLATE = resolve(import.meta.dirname, '../../node/templates/assemblyscript');

it(
  'a program is built for the network by its button and from the palette; what does not compile is shown where it stands',
  { timeout: 240_000 },
  async () => {
    const project = newProject({});
    cpSync(TEMPLATE, project.path, { recursive: true });
    onTestFinished(() => project.remove());
    const app = await openServed({ project: project.path });
    onTestFinished(app.close);
    const { page } = app;
    await openFile(page, 'counter.ts');
    const made = join(project.path, 'counter.wasm');
    await page.getByRole('button', { name: /^Save and build a module/ }).click();
    await seen(page.getByText(/^counter\.wasm is written: [\d,]+ bytes, Module-Format wasm32-unknown-emscripten4\./).first());
    expect(readFileSync(made).subarray(0, 4)).toEqual(Buffer.from('\0asm'));
    await seen(page.getByRole('treegrid', { name: 'Files' }).getByText('counter.wasm', { exact: true }));
    expect(await violations(page)).toEqual([]);
    await app.picture('build');

    // With a mistake nothing is written, and the mistake is gone to.
    project.remove('counter.wasm');
    const editor = page.locator('.code-editor[data-path="counter.ts"]');
    await editor.getByText('let count').click();
    await page.keyboard.press('End');
    await page.keyboard.type('\nlet wrong: i32 = "many";');
    await openFile(page, 'ao.ts');
    await page.getByRole('tab', { name: /counter\.ts/ }).click();
    await command(page, 'Build this program for the network');
    await seen(page.getByText(/counter\.ts:\d+:\d+ does not compile: Type 'string' is not assignable to type 'i32'/).first());
    await seen((await problems(page)).getByText("Type 'string' is not assignable to type 'i32'."));
    await seen(editor.locator('.squiggly-error').first());
    expect(existsSync(made)).toBe(false);
    await expect.poll(() => page.locator('.status').innerText(), PATIENCE).toMatch(/Col 18/);
  },
);
