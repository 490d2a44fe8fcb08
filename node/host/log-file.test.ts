import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLogFile } from './log-file.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aoscope-log-'));
});
afterEach(() => rm(dir, { recursive: true }));

test('every line carries its unit; an earlier log is continued', async () => {
  const path = join(dir, 'logs', 'units.log');
  openLogFile(path)('su', 'one\ntwo\n');
  openLogFile(path)('cu', 'three');
  expect(await readFile(path, 'utf8')).toBe('su one\nsu two\ncu three\n');
});

test('it never grows past two megabytes, and keeps the newest', async () => {
  const path = join(dir, 'units.log');
  const log = openLogFile(path);
  for (let index = 0; index < 30; index += 1) log('mu', `${index} ${'x'.repeat(100_000)}`);
  const [now, old] = await Promise.all([stat(path), stat(`${path}.old`)]);
  expect(now.size + old.size).toBeLessThanOrEqual(2 * 1024 * 1024);
  expect(await readFile(path, 'utf8')).toContain('mu 29 ');
});

test('a log that cannot be written stops nothing', async () => {
  await writeFile(join(dir, 'file'), '');
  const log = openLogFile(join(dir, 'file', 'units.log'));
  expect(() => log('su', 'lost')).not.toThrow();
});
