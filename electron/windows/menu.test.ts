import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import { MENU_COMMANDS, menuTemplate } from './menu.ts';

const COMMANDS = resolve(import.meta.dirname, '../../renderer/commands');
const IDLE = { run: () => undefined, newWindow: () => undefined };
const NOTHING = { keys: {}, recent: [] };
const items = (entry: MenuItemConstructorOptions): MenuItemConstructorOptions[] => (Array.isArray(entry.submenu) ? entry.submenu : []);

/** The ids that the window's commands carry, read from their source: the menu must name no other. */
function windowCommands(): ReadonlySet<string> {
  const sources = readdirSync(COMMANDS)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(COMMANDS, name), 'utf8'));
  return new Set(sources.flatMap((source) => [...source.matchAll(/\bid: '([a-z]+\.[a-zA-Z]+)'/g)].map((match) => match[1] ?? '')));
}

test.each(MENU_COMMANDS)('%s is a command of the window', (command) => {
  expect(windowCommands()).toContain(command);
});

describe.each(['linux', 'win32', 'darwin'])('on %s', (platform) => {
  test('a click asks the window to run the command', () => {
    const asked: string[] = [];
    const template = menuTemplate(platform, { run: (command) => void asked.push(command), newWindow: () => undefined }, NOTHING);
    const save = template.flatMap(items).find((item) => item.id === 'file.save');
    // Electron hands over the item, the window and the event; the click needs none of them.
    (save?.click as (() => void) | undefined)?.();
    expect(asked).toEqual(['file.save']);
  });

  test('the keys of the debugger stay with the page', () => {
    const all = menuTemplate(platform, IDLE, NOTHING).flatMap(items);
    // Electron gives this role F11 where it has no key of its own; macOS has another for it.
    const full = all.find((item) => item.role === 'togglefullscreen');
    expect(full?.accelerator).toBe(platform === 'darwin' ? undefined : 'Ctrl+Shift+F11');
    for (const item of all.filter(({ accelerator }) => /^(Shift\+|Alt\+)*F\d/.test(String(accelerator))))
      expect(item.registerAccelerator).toBe(false);
  });

  test('it has the menus that people look for', () => {
    const labels = menuTemplate(platform, IDLE, NOTHING).map((one) => one.label ?? one.role);
    expect(labels).toEqual([...(platform === 'darwin' ? ['appMenu'] : []), 'File', 'Edit', 'View', 'Run', 'Help']);
  });
});

test('it shows the keys that the person has chosen, and none of its own that another command was given', () => {
  const keys = { 'file.save': '$mod+Alt+KeyX', 'project.run': null, 'view.theme': '$mod+KeyK', 'process.evaluate': 'KeyG KeyE' };
  const all = menuTemplate('darwin', IDLE, { keys, recent: [] }).flatMap(items);
  const shown = (id: string): unknown => all.find((item) => item.id === id)?.accelerator;
  expect(shown('file.save')).toBe('CmdOrCtrl+Alt+X');
  for (const id of ['project.run', 'view.search', 'process.evaluate']) expect([id, shown(id)]).toEqual([id, undefined]);
  expect(shown('view.theme')).toBe('CmdOrCtrl+K');
  expect(shown('view.files')).toBe('CmdOrCtrl+P');
});

test('it opens the projects of before, under their names', () => {
  const asked: (string | undefined)[] = [];
  const acts = { run: (command: string, argument?: string) => void asked.push(command, argument), newWindow: () => undefined };
  const all = menuTemplate('linux', acts, { keys: {}, recent: [{ path: '/p/shop', name: 'Shop & Co' }] }).flatMap(items);
  const [shop] = items(all.find(({ label }) => label === 'Open recent') ?? {});
  expect(shop?.label).toBe('Shop && Co');
  (shop?.click as (() => void) | undefined)?.();
  expect(asked).toEqual(['project.open', '/p/shop']);
});
