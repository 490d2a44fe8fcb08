import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tagValue } from '../contract/item.ts';
import { buildLuaModule, LUA_FORMAT } from './module.ts';

function inFolder(files: Readonly<Record<string, string>>, use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'lua-module-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the same sources give the same bytes, whatever the order and the line ends', () => {
  inFolder({ 'boot.lua': 'return 1\n', 'b.lua': 'x', 'a.lua': 'y', 'notes.txt': 'no source' }, (first) => {
    inFolder({ 'a.lua': 'y', 'b.lua': 'x', 'boot.lua': 'return 1\r\n' }, (second) => {
      expect(buildLuaModule(second).bytes).toEqual(buildLuaModule(first).bytes);
    });
  });
});

test('another source gives another module', () => {
  inFolder({ 'boot.lua': 'return 1' }, (first) => {
    inFolder({ 'boot.lua': 'return 2' }, (second) => {
      expect(buildLuaModule(second).bytes).not.toEqual(buildLuaModule(first).bytes);
    });
  });
});

test('the tags say what a reader of the protocol needs', () => {
  const { format, tags } = buildLuaModule(import.meta.dirname);
  expect(format).toBe(LUA_FORMAT);
  expect(tagValue(tags, 'Data-Protocol')).toBe('ao');
  expect(tagValue(tags, 'Type')).toBe('Module');
  expect(tagValue(tags, 'Module-Format')).toBe(format);
  const names = tags.map((tag) => tag.name);
  expect(names).toEqual(
    expect.arrayContaining(['Variant', 'Input-Encoding', 'Output-Encoding', 'Memory-Limit', 'Compute-Limit', 'Name', 'Content-Type']),
  );
});
