import { cpSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findCCompiler } from '../../node/workspace/modules/native/c.ts';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject } from '../kit/project.ts';
import { command, PATIENCE, seen } from '../kit/window.ts';

const TEMPLATE = resolve(import.meta.dirname, '../../node/templates/c');
const SIZES = [
  ['wide', { width: 1440, height: 900 }],
  ['narrow', { width: 1000, height: 640 }],
] as const;

it.skipIf((await findCCompiler()) === null).each(SIZES)(
  'a project in C is built after the person has said yes, and runs; a no leaves it unbuilt and says what to do, %s',
  async (name, size) => {
    const project = newProject({});
    cpSync(TEMPLATE, project.path, { recursive: true });
    onTestFinished(() => project.remove());
    const app = await openServed({ project: project.path, size });
    onTestFinished(app.close);
    const { page } = app;
    const question = page.getByRole('alertdialog');
    await command(page, 'Run project');
    await seen(question.getByText(/has programs in C or Rust/));
    await app.picture(`trust-build-${name}-a`);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await seen(page.getByText(/nobody has allowed that/).first());
    await command(page, 'Switch light and dark');
    await command(page, 'Run project');
    await seen(question);
    await app.picture(`trust-build-${name}-b`);
    await question.getByRole('button', { name: 'Trust this folder' }).click();
    const { processes } = JSON.parse(readFileSync(join(TEMPLATE, 'aoscope.json'), 'utf8')) as { processes: { name: string }[] };
    await seen(page.getByRole('grid', { name: 'Processes' }).getByText(processes[0]?.name ?? '', { exact: true }));
    // The yes is kept: a second run asks nothing.
    await command(page, 'Reset project: new processes for all');
    await question.getByRole('button', { name: 'Begin anew' }).click();
    await expect.poll(() => page.getByRole('alertdialog').count(), PATIENCE).toBe(0);
    expect(app.pageErrors).toEqual([]);
  },
);
