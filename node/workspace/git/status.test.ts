import fs from 'node:fs';
import { mkdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { add, commit, init } from 'isomorphic-git';
import { expect, it } from 'vitest';
import { freshFolder } from '../folder.fixture.ts';
import { gitStatus } from './status.ts';

const author = { name: 'A person', email: 'person@example.org' };

/** A repository with one commit of these files. */
async function repository(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await freshFolder();
  await init({ fs, dir, defaultBranch: 'main' });
  await put(dir, files);
  for (const filepath of Object.keys(files)) await add({ fs, dir, filepath });
  await commit({ fs, dir, author, message: 'first' });
  return dir;
}

async function put(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

it('tells which files were changed, added, deleted and never committed, and on which branch', async () => {
  const dir = await repository({ 'a.lua': 'a', 'src/b.lua': 'b', 'c.lua': 'c', '.gitignore': 'ignored/\n' });
  expect(await gitStatus(dir)).toEqual({ branch: 'main', files: [] });
  await put(dir, { 'src/b.lua': 'changed', 'new.lua': 'n', 'staged.lua': 's', 'ignored/x.lua': 'x' });
  await add({ fs, dir, filepath: 'staged.lua' });
  await rm(join(dir, 'c.lua'));
  expect(await gitStatus(dir)).toEqual({
    branch: 'main',
    files: [
      { path: 'c.lua', mark: 'deleted' },
      { path: 'new.lua', mark: 'untracked' },
      { path: 'src/b.lua', mark: 'modified' },
      { path: 'staged.lua', mark: 'added' },
    ],
  });
});

it('of a project within a repository its own files alone are told, by their paths in the project', async () => {
  const dir = await repository({ 'other.txt': 'o', 'apps/token/main.lua': 'm' });
  await put(dir, { 'other.txt': 'changed', 'apps/token/main.lua': 'changed', 'apps/token-2/x.lua': 'x' });
  expect((await gitStatus(join(dir, 'apps', 'token')))?.files).toEqual([{ path: 'main.lua', mark: 'modified' }]);
});

it('says nothing of a folder that is in no repository, of one that is broken, and of one that is a link to elsewhere', async () => {
  const plain = await freshFolder();
  expect(await gitStatus(plain)).toBeNull();
  const broken = await repository({ 'a.lua': 'a' });
  await writeFile(join(broken, '.git', 'index'), 'nonsense');
  expect(await gitStatus(broken)).toBeNull();
  await symlink(join(broken, '.git'), join(plain, '.git'));
  expect(await gitStatus(plain)).toBeNull();
});

it('never writes into the repository, whose index belongs to git', async () => {
  const dir = await repository({ 'a.lua': 'a' });
  const index = join(dir, '.git', 'index');
  const before = await readFile(index);
  await utimes(join(dir, 'a.lua'), new Date(0), new Date(0));
  expect(await gitStatus(dir)).toEqual({ branch: 'main', files: [] });
  expect((await readFile(index)).equals(before)).toBe(true);
});

it('does not follow a repository that says that it lies elsewhere', async () => {
  const [dir, other] = [await freshFolder(), await repository({ 'secret.lua': 's' })];
  await writeFile(join(dir, '.git'), `gitdir: ${join(other, '.git')}\n`);
  expect(await gitStatus(dir)).toBeNull();
  const linked = await repository({ 'a.lua': 'a' });
  await rm(join(linked, '.git', 'HEAD'));
  await symlink(join(other, '.git', 'HEAD'), join(linked, '.git', 'HEAD'));
  expect(await gitStatus(linked)).toBeNull();
});
