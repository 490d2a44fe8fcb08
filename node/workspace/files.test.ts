import { chmod, link, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FileChange } from '../contract/desktop.ts';
import { projectFiles, type ProjectFiles } from './files.ts';
import { freshFolder } from './folder.fixture.ts';
import { LIST_MAX } from './list.ts';

let root: string;
let files: ProjectFiles;
let changes: FileChange[];
beforeEach(async () => {
  root = join(await freshFolder(), 'project');
  await mkdir(root);
  changes = [];
  files = projectFiles(
    root,
    (change) => changes.push(change),
    () => {},
  );
});
const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing',
    (error: { code?: string }) => error.code ?? String(error),
  );
const onWindows = process.platform === 'win32';

describe('containment', () => {
  it.each(['../secret', 'a/../../secret', '/etc/passwd', 'C:/secret', 'C:secret', '..', '.aoscope/lock', '.AOSCOPE/lock', '.git/config'])(
    'refuses %s',
    async (path) => {
      await writeFile(join(root, '..', 'secret'), 'hidden');
      const wanted = 'FILE_OUTSIDE_PROJECT';
      expect(await code(files.read(path))).toBe(wanted);
      expect(await code(files.write(path, 'x', null))).toBe(wanted);
      expect(await code(files.create(path, 'file'))).toBe(wanted);
      expect(await code(files.remove(path))).toBe(wanted);
      expect(await code(files.rename(path, 'mine'))).toBe(wanted);
      expect(await readFile(join(root, '..', 'secret'), 'utf8')).toBe('hidden');
    },
  );

  it.each(['', 'a//b', './a', 'a\\b', 'a\u0000b', 'a\nb', `${'x'.repeat(300)}.lua`])('refuses the name %j', async (path) => {
    expect(await code(files.create(path, 'file'))).toBe('FILE_NAME_INVALID');
  });

  it.skipIf(onWindows)('does not follow links out of the project', async () => {
    const outside = join(root, '..', 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret.txt'), 'hidden');
    await symlink(outside, join(root, 'folder'));
    await symlink(join(outside, 'secret.txt'), join(root, 'file.txt'));
    for (const path of ['folder/secret.txt', 'file.txt']) {
      expect(await code(files.read(path))).toBe('FILE_OUTSIDE_PROJECT');
      expect(await code(files.write(path, 'mine', null))).toBe('FILE_OUTSIDE_PROJECT');
    }
    expect(await code(files.create('folder/new.txt', 'file'))).toBe('FILE_OUTSIDE_PROJECT');
    expect(await code(files.create('folder/deep/new.txt', 'file'))).toBe('FILE_OUTSIDE_PROJECT');
    expect(await code(files.rename('folder/secret.txt', 'mine.txt'))).toBe('FILE_OUTSIDE_PROJECT');
    expect(await code(files.remove('folder/secret.txt'))).toBe('FILE_OUTSIDE_PROJECT');
    expect(await files.list()).toEqual([]);
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('hidden');
    expect(await readdir(outside)).toEqual(['secret.txt']);
  });

  it.skipIf(onWindows)('does not write through a link whose target is still missing', async () => {
    const target = join(root, '..', 'not-yet');
    await symlink(target, join(root, 'dangling'));
    await files.write('dangling', 'mine', null);
    await expect(stat(target)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.skipIf(onWindows)('does not reach the node data through a link inside the project', async () => {
    await mkdir(join(root, '.aoscope'));
    await writeFile(join(root, '.aoscope', 'su.db'), 'log');
    await symlink(join(root, '.aoscope'), join(root, 'data'));
    expect(await code(files.read('data/su.db'))).toBe('FILE_OUTSIDE_PROJECT');
  });

  it.skipIf(onWindows)('removes a link as a link', async () => {
    await writeFile(join(root, '..', 'kept'), 'kept');
    await symlink(join(root, '..', 'kept'), join(root, 'link'));
    await files.remove('link');
    expect(await readFile(join(root, '..', 'kept'), 'utf8')).toBe('kept');
  });
});

describe('reading and saving', () => {
  it('gives the text without its mark and the version of the bytes', async () => {
    await writeFile(join(root, 'größe 1.lua'), '\uFEFFprint("ä")\r\n');
    const { text, version } = await files.read('größe 1.lua');
    expect(text).toBe('print("ä")\r\n');
    const saved = await files.write('größe 1.lua', 'print("ö")', version);
    expect(await files.read('größe 1.lua')).toEqual({ path: 'größe 1.lua', text: 'print("ö")', version: saved.version });
  });

  it('refuses to save over a change from outside, and saves when told to', async () => {
    await writeFile(join(root, 'a.lua'), 'one');
    const { version } = await files.read('a.lua');
    await writeFile(join(root, 'a.lua'), 'two');
    expect(await code(files.write('a.lua', 'mine', version))).toBe('FILE_CHANGED_OUTSIDE');
    expect(await readFile(join(root, 'a.lua'), 'utf8')).toBe('two');
    await files.write('a.lua', 'mine', null);
    expect(await readFile(join(root, 'a.lua'), 'utf8')).toBe('mine');
  });

  it('makes a file with its text at once, and writes over none', async () => {
    await files.create('deep/a.lua', 'file', 'one');
    expect(await readFile(join(root, 'deep', 'a.lua'), 'utf8')).toBe('one');
    expect(await code(files.create('deep/a.lua', 'file', 'two'))).toBe('FILE_EXISTS');
    expect(await readFile(join(root, 'deep', 'a.lua'), 'utf8')).toBe('one');
  });

  it('lets only the first of two savers win', async () => {
    await writeFile(join(root, 'a.lua'), 'one');
    const { version } = await files.read('a.lua');
    const ends = await Promise.all([code(files.write('a.lua', 'left', version)), code(files.write('a.lua', 'right', version))]);
    expect(ends).toEqual(['nothing', 'FILE_CHANGED_OUTSIDE']);
  });

  it.skipIf(onWindows)('keeps the mode and never changes the file in place', async () => {
    await writeFile(join(root, 'run.sh'), 'one');
    await chmod(join(root, 'run.sh'), 0o755);
    await link(join(root, 'run.sh'), join(root, 'other-name'));
    await files.write('run.sh', 'two', null);
    expect((await stat(join(root, 'run.sh'))).mode & 0o777).toBe(0o755);
    // A second name of the same file still has the old bytes: the new ones came by a rename.
    expect(await readFile(join(root, 'other-name'), 'utf8')).toBe('one');
    expect((await readdir(root)).toSorted()).toEqual(['other-name', 'run.sh']);
  });

  it('tells files that are no text, too large, missing or folders apart', async () => {
    await writeFile(join(root, 'a.wasm'), Buffer.from([0, 0x61, 0x73, 0x6d]));
    await writeFile(join(root, 'latin1.txt'), Buffer.from([0x67, 0xfc, 0x6e]));
    await writeFile(join(root, 'huge.txt'), Buffer.alloc(17 * 1024 * 1024, 'a'));
    await mkdir(join(root, 'folder'));
    expect(await code(files.read('a.wasm'))).toBe('FILE_NOT_TEXT');
    expect(await code(files.read('latin1.txt'))).toBe('FILE_NOT_TEXT');
    expect(await code(files.read('huge.txt'))).toBe('FILE_UNREADABLE');
    expect(await code(files.read('nothing'))).toBe('FILE_MISSING');
    expect(await code(files.read('a.wasm/b'))).toBe('FILE_UNREADABLE');
    expect(await code(files.read('folder'))).toBe('FILE_UNREADABLE');
    expect(await code(files.write('folder', 'x', null))).toBe('FILE_UNREADABLE');
    expect(await code(files.write('gone.lua', 'x', 'some-version'))).toBe('FILE_MISSING');
  });

  it('keeps the old manifest beside the first one of a newer version', async () => {
    const old = '{"name":"x","processes":[]}';
    await writeFile(join(root, 'aoscope.json'), old);
    await files.write('aoscope.json', '{"version":1,"name":"x","processes":[]}', null);
    await files.write('aoscope.json', '{"version":1,"name":"y","processes":[]}', null);
    expect(await readFile(join(root, 'aoscope.json.v0.bak'), 'utf8')).toBe(old);
  });
});

describe('creating, renaming, deleting', () => {
  it('creates files and folders with their parents, and never over something', async () => {
    await files.create('src/deep/a.lua', 'file');
    await files.create('src/more', 'folder');
    expect(await code(files.create('src/deep/a.lua', 'file'))).toBe('FILE_EXISTS');
    expect(await code(files.create('src', 'folder'))).toBe('FILE_EXISTS');
    expect((await files.list()).map((entry) => entry.path)).toEqual(['src', 'src/deep', 'src/deep/a.lua', 'src/more']);
    expect(changes).toContainEqual({ path: 'src/deep/a.lua', change: 'added', kind: 'file' });
  });

  it('renames, but never over something or into itself', async () => {
    await files.write('a.lua', 'a', null);
    await files.write('b.lua', 'b', null);
    await files.create('folder', 'folder');
    expect(await code(files.rename('a.lua', 'b.lua'))).toBe('FILE_EXISTS');
    expect(await code(files.rename('folder', 'folder/inner'))).toBe('FILE_NAME_INVALID');
    expect(await code(files.rename('nothing', 'c.lua'))).toBe('FILE_MISSING');
    await files.rename('a.lua', 'folder/new/c.lua');
    expect((await files.read('folder/new/c.lua')).text).toBe('a');
    expect((await files.read('b.lua')).text).toBe('b');
  });

  it('deletes into the trash, twice the same name too', async () => {
    await files.write('src/a.lua', 'first', null);
    await files.remove('src');
    await files.write('src/a.lua', 'second', null);
    await files.remove('src');
    expect(await code(files.read('src/a.lua'))).toBe('FILE_MISSING');
    const trash = join(root, '.aoscope', 'trash');
    const kept = await Promise.all((await readdir(trash)).map((time) => readFile(join(trash, time, 'src', 'a.lua'), 'utf8')));
    expect(kept.toSorted()).toEqual(['first', 'second']);
    expect(changes).toContainEqual({ path: 'src', change: 'removed', kind: 'folder' });
  });
});

describe('list', () => {
  it("puts folders first, numbers in order, and leaves out what is not the person's", async () => {
    for (const folder of ['.aoscope', '.git', 'node_modules', 'src']) await mkdir(join(root, folder));
    const passing = 'aoscope.deployments.json.3141592653';
    for (const name of ['file10.lua', 'file2.lua', 'Zeta.lua', 'alpha.lua', 'src/x.lua', '.git/HEAD', '.gitignore', passing])
      await writeFile(join(root, name), '');
    expect((await files.list()).map((entry) => entry.path)).toEqual([
      'src',
      'src/x.lua',
      '.gitignore',
      'alpha.lua',
      'file2.lua',
      'file10.lua',
      'Zeta.lua',
    ]);
  });

  it('stops at its limit, the deepest first', async () => {
    await mkdir(join(root, 'many'));
    for (let start = 0; start < LIST_MAX; start += 500)
      await Promise.all(Array.from({ length: 500 }, (_, index) => writeFile(join(root, 'many', `f${start + index}`), '')));
    await writeFile(join(root, 'outer.lua'), '');
    const listed = await files.list();
    expect(listed).toHaveLength(LIST_MAX);
    expect(listed.at(-1)?.path).toBe('outer.lua');
  });
});
