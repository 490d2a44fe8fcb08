import { describe, expect, test } from 'vitest';
import { PRESETS } from '../stores/dock.ts';
import { fileId, pathOfPanel, sizesOf } from './layout.ts';
import { parseLayout } from './remember-layout.ts';

describe.each(PRESETS)('layout %s', (preset) => {
  test.each([
    [1400, 770],
    [960, 520],
    [2560, 1300],
  ])('leaves the editor room in %i × %i', (width, height) => {
    const sizes = sizesOf(preset, width, height);
    expect(width - sizes.side - sizes.inspector).toBeGreaterThan(width / 3);
    expect(height - sizes.bottom).toBeGreaterThan(height / 2);
    expect(sizes.console).toBeLessThan(width / 2);
  });
});

test('a file tab is told from a panel', () => {
  expect(pathOfPanel(fileId('a/b.lua'))).toBe('a/b.lua');
  expect(pathOfPanel('console')).toBeNull();
});

test('only a layout of this version with known panels is taken', () => {
  const layout = { grid: {}, panels: { console: {}, 'file:a.lua': {} } };
  expect(parseLayout({ version: 1, project: '/p', layout })).toEqual({ project: '/p', layout });
  expect(parseLayout({ version: 2, project: '/p', layout })).toBeNull();
  expect(parseLayout({ version: 1, layout: { grid: {}, panels: { gone: {} } } })).toBeNull();
  expect([null, 'x', [], { version: 1 }].map(parseLayout)).toEqual([null, null, null, null]);
});
