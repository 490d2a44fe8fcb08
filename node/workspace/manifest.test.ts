import { describe, expect, it } from 'vitest';
import { backupName, emptyManifest, manifestText, readManifest } from './manifest.ts';

const V0 = JSON.stringify({ name: 'Old', processes: [{ name: 'a', file: 'src/a.lua' }] });

describe('readManifest', () => {
  it('reads what manifestText writes', () => {
    const manifest = {
      version: 1,
      name: 'Shop',
      processes: [{ name: 'till', source: 'till.lua', start: { action: 'Open', tags: { Hour: '9' } } }],
    } as const;
    expect(readManifest(manifestText(manifest), 'folder')).toEqual({ manifest, version: 1, problem: null });
    expect(manifestText(manifest).endsWith('}\n')).toBe(true);
  });

  it('migrates a manifest from before versions were written', () => {
    const read = readManifest(V0, 'folder');
    expect(read.problem).toBeNull();
    expect(read.version).toBe(0);
    expect(read.manifest).toEqual({ version: 1, name: 'Old', processes: [{ name: 'a', source: 'src/a.lua' }] });
  });

  it.each([
    ['{\n  "version": 1,\n  "name": oops\n}', 'line 3, column 11'],
    ['{\n  "version": 1,\n}', 'line 3, column 1'],
    ['{\n  "version": 1', 'line 2'],
    ['{', 'line 1, column 2'],
    ['', 'line 1'],
  ])('names the place where %j breaks', (text, place) => {
    const { problem, manifest } = readManifest(text, 'folder');
    expect(problem?.code).toBe('MANIFEST_BROKEN');
    expect(problem?.message).toContain(place);
    expect(manifest).toEqual(emptyManifest('folder'));
  });

  it('names the field that is wrong', () => {
    const text = JSON.stringify({ version: 1, name: 'x', processes: [{ name: 'a', source: 'a.lua' }, { name: 'b' }] });
    expect(readManifest(text, 'f').problem?.message).toContain('processes[1].source');
  });

  it.each([
    ['an empty file', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a version that is text', '{"version":"1","name":"x","processes":[]}'],
    ['two processes of one name', '{"version":1,"name":"x","processes":[{"name":"a","source":"a"},{"name":"a","source":"b"}]}'],
    ['a broken old manifest', '{"name":"x","processes":[{"name":"a"}]}'],
    ['a tag that the app writes', '{"version":1,"name":"x","processes":[{"name":"a","source":"a","tags":{"Module":"x"}}]}'],
    ['an unknown field', '{"version":1,"name":"x","processes":[],"proceses":[]}'],
  ])('calls %s broken', (_what, text) => {
    expect(readManifest(text, 'f').problem?.code).toBe('MANIFEST_BROKEN');
  });

  it('does not guess at a newer version', () => {
    const { problem } = readManifest('{"version":2,"name":"x","tasks":[]}', 'f');
    expect(problem?.code).toBe('MANIFEST_TOO_NEW');
    expect(problem?.message).toContain('version 2');
  });
});

describe('backupName', () => {
  it('keeps the old text only where the version rises', () => {
    const v1 = manifestText(readManifest(V0, 'f').manifest);
    expect(backupName(V0, v1)).toBe('aoscope.json.v0.bak');
    expect(backupName(v1, v1)).toBeNull();
    expect(backupName(V0, '{ broken')).toBeNull();
    expect(backupName('{ broken', v1)).toBeNull();
  });
});
