import { expect, test } from 'vitest';
import { inTreeOrder } from '../../stores/workspace-store.ts';
import { joinPath, nameOf, parentOf, treeOf } from './tree.ts';

test('folders come first and hold their files', () => {
  const entries = inTreeOrder([
    { path: 'b.lua', kind: 'file' },
    { path: 'src/z.lua', kind: 'file' },
    { path: 'A.lua', kind: 'file' },
    { path: 'src', kind: 'folder' },
    { path: 'src/lib', kind: 'folder' },
    { path: 'src/lib/x.lua', kind: 'file' },
  ]);
  const shape = (nodes: ReturnType<typeof treeOf>): unknown =>
    nodes.map((node) => (node.kind === 'folder' ? [node.name, shape(node.children)] : node.name));
  expect(shape(treeOf(entries))).toEqual([['src', [['lib', ['x.lua']], 'z.lua']], 'A.lua', 'b.lua']);
});

test('a folder that only its files name is there too', () => {
  expect(treeOf([{ path: 'a/b/c.lua', kind: 'file' }])[0]?.children[0]?.children[0]?.path).toBe('a/b/c.lua');
});

test('paths', () => {
  expect([parentOf('a/b.lua'), parentOf('b.lua'), nameOf('a/b.lua'), joinPath('', 'x'), joinPath('a', 'x')]).toEqual([
    'a',
    '',
    'b.lua',
    'x',
    'a/x',
  ]);
});
