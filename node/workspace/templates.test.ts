import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFromSample, createFromTemplate } from './templates.ts';

/** Where templates and samples stand in the sources, as they do among the assets of a built app. */
const ASSETS = resolve(import.meta.dirname, '..');

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'aoscope-new-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
const nameIn = (project: string): unknown => (JSON.parse(readFileSync(join(project, 'aoscope.json'), 'utf8')) as { name: unknown }).name;

test('a project begins with a template or a sample, under a name and in a place of its own', async () => {
  const parent = folder();
  const [shop, pool] = [
    await createFromTemplate('My shop!', 'counter', parent, ASSETS),
    await createFromSample('pool', 'amm', parent, ASSETS),
  ];
  expect([shop, pool]).toEqual([join(parent, 'my-shop'), join(parent, 'pool')]);
  expect([nameIn(shop), nameIn(pool)]).toEqual(['My shop!', 'pool']);
  expect(readdirSync(pool)).toEqual(expect.arrayContaining(['pool.lua', 'fixed.lua', 'tests']));
});

test('what is there already stays as it is, and what is not there is named', async () => {
  const parent = folder();
  mkdirSync(join(parent, 'shop'));
  writeFileSync(join(parent, 'shop', 'mine.lua'), 'x = 1');
  await expect(createFromSample('shop', 'token', parent, ASSETS)).rejects.toMatchObject({ code: 'FOLDER_TAKEN' });
  expect(readdirSync(join(parent, 'shop'))).toEqual(['mine.lua']);
  await expect(createFromSample('other', 'nothing', parent, ASSETS)).rejects.toMatchObject({ code: 'SAMPLE_UNKNOWN' });
  await expect(createFromTemplate('other', 'amm', parent, ASSETS)).rejects.toMatchObject({ code: 'TEMPLATE_UNKNOWN' });
  expect(readdirSync(parent)).toEqual(['shop']);
});
