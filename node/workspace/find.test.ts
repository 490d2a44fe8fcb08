import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { FindQuery, Found } from '../contract/find.ts';
import { projectFiles, type ProjectFiles } from './files.ts';
import { findInFiles } from './find.ts';
import { freshFolder } from './folder.fixture.ts';

let root: string;
let files: ProjectFiles;
beforeEach(async () => {
  root = join(await freshFolder(), 'project');
  await mkdir(join(root, 'src'), { recursive: true });
  files = projectFiles(
    root,
    () => {},
    () => {},
  );
});

const find = (text: string, more: Partial<FindQuery> = {}): Promise<Found> =>
  findInFiles(files, { text, isCase: false, isWord: false, isPattern: false, drafts: [], ...more }, new AbortController().signal);
const told = ({ files: all }: Found): string[] =>
  all.flatMap(({ path, places }) => places.map(({ line, column, length }) => `${path}:${line}:${column}+${length}`));

it('tells every place in the order of the tree, and looks through what is not saved yet instead of the disk', async () => {
  await writeFile(join(root, 'a.lua'), 'Balance = 1\r\nlocal b = balance + Balances\n');
  await writeFile(join(root, 'src', 'b.lua'), 'balance\n');
  await writeFile(join(root, 'picture.png'), Buffer.from([0, 98, 97, 108, 97, 110, 99, 101]));
  expect(told(await find('balance'))).toEqual(['src/b.lua:1:1+7', 'a.lua:1:1+7', 'a.lua:2:11+7', 'a.lua:2:21+7']);
  expect(told(await find('balance', { isCase: true }))).toEqual(['src/b.lua:1:1+7', 'a.lua:2:11+7']);
  expect(told(await find('balance', { isWord: true }))).toEqual(['src/b.lua:1:1+7', 'a.lua:1:1+7', 'a.lua:2:11+7']);
  const drafts = [{ path: 'src/b.lua', text: 'nothing\n  balance' }];
  expect(told(await find('balance', { isCase: true, drafts }))).toEqual(['src/b.lua:2:3+7', 'a.lua:2:11+7']);
});

it('takes a text as it stands, and a regular expression where one is asked for', async () => {
  await writeFile(join(root, 'a.lua'), 'msg.reply({})\nmsgXreply({})\nHandlers.add("x")\n');
  expect(told(await find('msg.reply({'))).toEqual(['a.lua:1:1+11']);
  expect(told(await find('msg.reply', { isPattern: true }))).toEqual(['a.lua:1:1+9', 'a.lua:2:1+9']);
  expect(told(await find('x*', { isPattern: true }))).toEqual(['a.lua:2:4+1', 'a.lua:3:15+1']);
  await expect(find('(', { isPattern: true })).rejects.toMatchObject({ code: 'PATTERN_INVALID' });
});

it('an expression that others never end with ends at once', async () => {
  await writeFile(join(root, 'a.lua'), `${'a'.repeat(4_000)}!`);
  expect((await find('(a+)+$', { isPattern: true })).places).toBe(0);
});

it('shows a long line around the place, and tells where there is more than is told', async () => {
  await writeFile(join(root, 'long.json'), `${'x'.repeat(5_000)}needle${'y'.repeat(5_000)}`);
  const [place] = (await find('needle')).files[0]?.places ?? [];
  expect(place?.text.slice(place.at, place.at + place.length)).toBe('needle');
  expect(place?.text.length).toBeLessThan(300);
  await writeFile(join(root, 'many.lua'), 'x\n'.repeat(3_000));
  const many = await find('x', { isWord: true });
  expect(many).toMatchObject({ places: 2_000, isComplete: false });
  expect(told(many)).toHaveLength(2_000);
});

it('a file that is too large is named', async () => {
  await writeFile(join(root, 'large.txt'), Buffer.alloc(17 * 1024 * 1024, 'a'));
  expect(await find('b')).toMatchObject({ places: 0, skipped: ['large.txt'] });
});
