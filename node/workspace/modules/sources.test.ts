import { mkdirSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { projectFiles, type ProjectFiles } from '../files.ts';
import { sourcesOf, versionOfSources } from './sources.ts';

const silent = (): void => undefined;
const MIB = 1024 * 1024;

function project(texts: Readonly<Record<string, string>>): {
  readonly files: ProjectFiles;
  write(path: string, text: string): void;
  grow(path: string, bytes: number): void;
} {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'aoscope-sources-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const grow = (path: string, bytes: number): void => {
    write(path, '');
    truncateSync(join(root, path), bytes);
  };
  for (const [path, text] of Object.entries(texts)) write(path, text);
  return { files: projectFiles(root, silent, silent), write, grow };
}

test('a source may be so large and no larger, and all of a program together', async () => {
  const { files, grow } = project({ 'a.c': '#include "large.h"\n', 'b/Cargo.toml': '' });
  grow('large.h', 16 * MIB + 1);
  await expect(sourcesOf('a.c', files)).rejects.toMatchObject({
    code: 'SOURCES_TOO_LARGE',
    message: expect.stringContaining('large.h of a.c') as string,
  });
  for (const name of ['a', 'b', 'c', 'd', 'e']) grow(`b/src/${name}.rs`, 15 * MIB);
  await expect(sourcesOf('b/Cargo.toml', files)).rejects.toMatchObject({ code: 'SOURCES_TOO_LARGE' });
  // A program is no source.
  grow('program.wasm', 17 * MIB);
  expect((await sourcesOf('program.wasm', files)).get('program.wasm')?.length).toBe(17 * MIB);
});

test('a program in Rust is another one where a package that it needs or a file that it includes was changed, and not by its first build', async () => {
  const { files, write } = project({
    'counter/Cargo.toml': '[dependencies]\nmore = { path = "../more" }\n',
    'counter/src/lib.rs': 'const TEXT: &str = include_str!("../text.txt");\n',
    'counter/text.txt': 'one',
    'more/Cargo.toml': '[package]\nname = "more"\n',
    'more/src/lib.rs': 'pub fn more() {}\n',
    'other/src/lib.rs': '',
  });
  const version = async (): Promise<string> => versionOfSources(await sourcesOf('counter/Cargo.toml', files));
  expect([...(await sourcesOf('counter/Cargo.toml', files)).keys()].toSorted()).toEqual([
    'counter/Cargo.toml',
    'counter/src/lib.rs',
    'counter/text.txt',
    'more/Cargo.toml',
    'more/src/lib.rs',
  ]);
  const first = await version();
  write('counter/Cargo.lock', 'version = 4\n');
  write('other/src/lib.rs', '// changed\n');
  expect(await version()).toBe(first);
  write('more/src/lib.rs', 'pub fn more() { }\n');
  const second = await version();
  write('counter/text.txt', 'two');
  expect(new Set([first, second, await version()]).size).toBe(3);
});
