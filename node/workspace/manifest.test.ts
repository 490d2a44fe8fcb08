import { describe, expect, it } from 'vitest';
import { inOrderOfNeeds, manifestJsonSchema } from './manifest-schema.ts';
import { backupName, emptyManifest, manifestText, problemOf, readManifest } from './manifest.ts';

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

  it('reads how a process boots, whom it needs and when it wakes', () => {
    const manifest = {
      version: 1,
      name: 'Shop',
      processes: [
        { name: 'till', source: 'till.lua', boot: 'eval', needs: ['bank'] },
        { name: 'bank', source: 'bank.lua', cron: [{ every: '10-seconds', tags: { Action: 'Tick' } }], isMonitored: false },
      ],
      bundle: { paths: ['lib'], external: ['blueprint'] },
    } as const;
    expect(readManifest(JSON.stringify(manifest), 'f')).toEqual({ manifest, version: 1, problem: null });
    expect(inOrderOfNeeds(manifest.processes).map(({ name }) => name)).toEqual(['bank', 'till']);
  });

  it.each([
    ['a field that is none', '"name": "a", "source": "a.lua", "sorce": "b"', 'there is no "sorce" here', 34],
    ['a field that is missing', '"name": "a"', 'source: it is missing', 1],
    ['another type', '"name": "a", "source": 7', 'processes[0].source', 25],
    ['an interval that never comes', '"name": "a", "source": "a.lua", "cron": [{ "every": "soon" }]', 'cron[0].every', 54],
    ['a need that is no process', '"name": "a", "source": "a.lua", "needs": ["b"]', 'there is no process "b"', 44],
    ['a circle of needs', '"name": "a", "source": "a.lua", "needs": ["a"]', 'in a circle: "a", "a"', 43],
    ['a boot of a program', '"name": "a", "source": "a.wat", "boot": "eval"', 'is a program', 42],
  ])('says where in the file it found %s', (_what, fields, words, column) => {
    const { problem } = readManifest(`{\n"version": 1,\n"name": "x",\n"processes": [\n{${fields}}\n]}`, 'f');
    expect(problem?.message).toContain(words);
    expect(problem?.message).toContain('line 5');
    expect(problem === null ? null : problemOf(problem).place).toEqual({ line: 5, column });
  });

  it('says where a text is no JSON', () => {
    const { problem } = readManifest('{\n  "version": 1,\n}', 'f');
    expect(problem === null ? null : problemOf(problem).place).toEqual({ line: 3, column: 1 });
  });

  it('gives editors a schema that knows its own samples', () => {
    const { properties } = manifestJsonSchema() as { properties: Record<string, unknown> };
    expect(Object.keys(properties)).toEqual(['version', 'name', 'processes', 'bundle', 'limits', 'network', 'networks']);
    expect(JSON.stringify(properties)).toContain('"on-boot"');
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
