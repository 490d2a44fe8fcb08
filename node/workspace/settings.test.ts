import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freshFolder, until } from './folder.fixture.ts';
import { openSettings } from './settings.ts';

it('remembers over a restart, and writes by itself within a moment', async () => {
  const file = join(await freshFolder(), 'settings.json');
  const settings = await openSettings(file);
  expect(settings.recall('layout')).toBeNull();
  settings.remember('layout', { left: 260, panes: ['flow', null] });
  settings.remember('theme', 'dark');
  expect(settings.recall('theme')).toBe('dark');
  await until(async () => (await readFile(file, 'utf8').catch(() => '')).includes('dark'), 1_000);
  settings.remember('theme', 'light');
  await settings.close();
  const again = await openSettings(file);
  expect(again.recall('layout')).toEqual({ left: 260, panes: ['flow', null] });
  expect(again.recall('theme')).toBe('light');
});

it('keeps what belongs to a project beside that of others, and forgets the one that was touched longest ago', async () => {
  const file = join(await freshFolder(), 'settings.json');
  const settings = await openSettings(file);
  for (let number = 1; number <= 50; number++) settings.rememberOf('session', `/p${number}`, number);
  settings.rememberOf('session', '/p1', 'again');
  settings.rememberOf('session', '/p51', 51);
  settings.rememberOf('other', '/p1', true);
  await settings.close();
  const again = await openSettings(file);
  expect([1, 2, 3, 51].map((number) => again.recallOf('session', `/p${number}`))).toEqual(['again', null, 3, 51]);
  again.rememberOf('session', '/p1', null);
  expect([again.recallOf('session', '/p1'), again.recallOf('other', '/p1'), again.recallOf('none', '/p1')]).toEqual([null, true, null]);
});

it("keeps keys that look like an object's own", async () => {
  const file = join(await freshFolder(), 'settings.json');
  const settings = await openSettings(file);
  expect(settings.recall('constructor')).toBeNull();
  settings.remember('__proto__', 1);
  await settings.close();
  expect((await openSettings(file)).recall('__proto__')).toBe(1);
});

it('puts a broken file aside and says so', async () => {
  const folder = await freshFolder();
  const file = join(folder, 'settings.json');
  await writeFile(file, '{ "theme": ');
  const settings = await openSettings(file);
  expect(settings.recall('theme')).toBeNull();
  expect(settings.notice).toContain('settings.json.broken-');
  settings.remember('theme', 'dark');
  await settings.close();
  const aside = (await readdir(folder)).find((name) => name.startsWith('settings.json.broken-')) ?? '';
  expect(await readFile(join(folder, aside), 'utf8')).toBe('{ "theme": ');
});
