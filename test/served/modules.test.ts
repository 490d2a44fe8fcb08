import { AxeBuilder } from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { limitsHere } from '../../node/host/memory-limit.ts';
import { openServed, type OpenApp } from '../kit/app.ts';
import { newProject } from '../kit/project.ts';
import { command, openFile, seen } from '../kit/window.ts';

const COUNTER = resolve(import.meta.dirname, '../../node/cu/vm/wasm/counter.wat');

async function isUsable({ page }: OpenApp): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).exclude('.monaco-editor').analyze();
  expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`))).toEqual([]);
  const panel = page.locator('.modules');
  // Nothing stands out of the panel's right edge.
  expect(await panel.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
}

it.each([
  ['wide', { width: 1440, height: 900 }],
  ['narrow', { width: 1000, height: 640 }],
] as const)('a module is added from a file and spawned on, %s, in light and dark', async (name, size) => {
  const app = await openServed({ size });
  onTestFinished(app.close);
  const { page } = app;
  await command(page, 'Show Modules');
  await seen(page.getByText('Lua of aoscope'));
  await page.getByLabel('A .wasm, .wat, .ts or .js file').setInputFiles(COUNTER);
  await seen(page.getByText('from counter.wat'));
  await page.getByRole('button', { name: 'Actions for counter' }).click();
  await page.getByRole('menuitem', { name: 'Spawn on it' }).click();
  await seen(page.getByText('counted 1').first());
  await command(page, 'Show Modules');
  await seen(page.getByText('runs 1 process'));
  await isUsable(app);
  await app.picture(`modules-${name}-a`);
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await isUsable(app);
  await app.picture(`modules-${name}-b`);
});

it('a gateway that does not answer is said where the person looks', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await command(page, 'Show Modules');
  await page.getByLabel('Id of a module').fill('ISShJH1ij-hPPt9St5UFFr_8Ys3Kj5cyg7zrMGt7H9s');
  await page.getByLabel('Gateway to ask').fill('http://127.0.0.1:9');
  await page.getByRole('button', { name: 'Fetch', exact: true }).click();
  await seen(page.getByText('MODULE_OFFLINE'));
});

it('what a process runs on in place of the module it names is read in the inspector too', async () => {
  const module = 'ISShJH1ij-hPPt9St5UFFr_8Ys3Kj5cyg7zrMGt7H9s';
  const processes = [{ name: 'strange', source: 'one.lua', module }];
  const network = { modules: { [module]: 'lua' } };
  const project = newProject({
    'aoscope.json': JSON.stringify({ version: 1, name: 'Strange', processes, network }),
    'one.lua': 'print("here")\n',
  });
  const app = await openServed({ size: { width: 1000, height: 640 }, project: project.path });
  onTestFinished(async () => {
    await app.close();
    project.remove();
  });
  const { page } = app;
  await seen(page.locator('.status-item.clock'));
  await command(page, 'Run project');
  await seen(page.getByRole('grid', { name: 'Processes' }).getByText('stand-in'));
  await page.getByRole('tab', { name: 'Message' }).click();
  await seen(page.getByRole('tabpanel', { name: 'Message' }).getByText(`Runs on aoscope's Lua in place of ${module}`));
  await app.picture('stand-in-narrow');
});

it('a .wat file of the project is spawned from its editor; the settings say how much memory it may really have', async () => {
  const project = newProject({ 'counter.wat': readFileSync(COUNTER) });
  onTestFinished(() => project.remove());
  const app = await openServed({ project: project.path });
  onTestFinished(app.close);
  const { page } = app;
  await openFile(page, 'counter.wat');
  await page.keyboard.press('ControlOrMeta+Shift+Enter');
  await seen(page.getByText('counted 1').first());

  await command(page, 'Show Settings');
  const row = page.getByRole('row').filter({ hasText: 'limits.memoryBytes' });
  await seen(row.getByText(`${Math.round(limitsHere({}).memoryBytes / 1024 ** 2).toLocaleString('en-US')} MiB`, { exact: true }));
  project.write('aoscope.json', JSON.stringify({ version: 1, name: 'Small', processes: [], limits: { memoryBytes: 64 * 1024 ** 2 } }));
  await seen(row.getByText('64 MiB', { exact: true }));
  await seen(row.getByText('set here'));
  expect(app.pageErrors).toEqual([]);
});
