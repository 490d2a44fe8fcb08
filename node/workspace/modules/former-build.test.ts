import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectFiles } from '../files.ts';
import { freshFolder } from '../folder.fixture.ts';
import { keptBuilds } from './former-build.ts';

it('what is built takes the place of what was built before, and never of a file of the person: that lies in the trash', async () => {
  const root = await freshFolder();
  const nothing = (): void => undefined;
  const files = projectFiles(root, nothing, nothing);
  const builds = keptBuilds();
  const build = async (text: string): Promise<boolean> => {
    const isKept = await builds.keepFormer(files, 'counter.wasm', Buffer.from(text));
    await files.writeBytes('counter.wasm', Buffer.from(text));
    return isKept;
  };
  const trashDir = join(root, '.aoscope', 'trash');
  const trash = (): string[] =>
    (existsSync(trashDir) ? readdirSync(trashDir) : [])
      .map((name) => readFileSync(join(trashDir, name, 'counter.wasm'), 'utf8'))
      .toSorted();
  expect([await build('one'), await build('two'), await build('two')]).toEqual([false, false, false]);
  expect(trash()).toEqual([]);
  await writeFile(join(root, 'counter.wasm'), 'by hand');
  expect(await build('two')).toBe(true);
  expect(readFileSync(join(root, 'counter.wasm'), 'utf8')).toBe('two');
  // An app that was started anew knows only what it is about to write.
  const later = keptBuilds();
  expect(await later.keepFormer(files, 'counter.wasm', Buffer.from('two'))).toBe(false);
  expect(await keptBuilds().keepFormer(files, 'counter.wasm', Buffer.from('three'))).toBe(true);
  expect(trash()).toEqual(['by hand', 'two']);
});
