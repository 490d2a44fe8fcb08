import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { findHelp } from './find-help.ts';
import { HELP_PAGES, helpPageOf } from './help-pages.ts';
import { PANELS } from '../stores/dock.ts';

const FOLDER = resolve(import.meta.dirname, '../docs');
const texts = new Map(
  readdirSync(FOLDER)
    .filter((name) => name !== 'README.md')
    .map((name) => [name.replace('.md', ''), readFileSync(resolve(FOLDER, name), 'utf8')]),
);

test('every page of the list is there under its title, and none is left out', () => {
  expect([...texts.keys()].sort()).toEqual(HELP_PAGES.map(({ id }) => id).sort());
  for (const { id, title } of HELP_PAGES) expect(texts.get(id)).toMatch(new RegExp(`^# ${title}\n`));
});

test('every pane leads to a page about it', () => {
  const named = HELP_PAGES.flatMap(({ panes }): readonly string[] => panes);
  expect(named.filter((pane) => !PANELS.some((panel) => panel === pane))).toEqual([]);
  expect(PANELS.filter((panel) => !named.includes(panel))).toEqual(['help', 'guide']);
  expect([helpPageOf('console'), helpPageOf(null, 'src/a.ts'), helpPageOf(null, 'a.lua'), helpPageOf('guide')]).toEqual([
    'console',
    'webassembly',
    'editor',
    'start',
  ]);
});

test('a search finds words of titles first, then lines', () => {
  expect(findHelp('', texts)).toHaveLength(HELP_PAGES.length);
  expect(findHelp('console', texts)[0]).toEqual({ id: 'console', title: 'Console', line: '' });
  const [found] = findHelp('LOADER_REFUSES', texts);
  expect(found).toMatchObject({ id: 'webassembly', line: expect.stringContaining('What does not hold is refused') as string });
  expect(findHelp('no such words anywhere', texts)).toEqual([]);
});
