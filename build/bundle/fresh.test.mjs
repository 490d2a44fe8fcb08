import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprint } from './fresh.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aoscope-fresh-'));
  mkdirSync(join(folder, 'su'));
  writeFileSync(join(folder, 'su', 'slot.ts'), 'one');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['a change of the same length', () => utimesSync(join(folder, 'su', 'slot.ts'), 1, 1)],
  ['a new file', () => writeFileSync(join(folder, 'su', 'su.ts'), '')],
  ['a deleted file', () => rmSync(join(folder, 'su', 'slot.ts'))],
])('%s makes sources stale', (_what, change) => {
  const before = fingerprint([folder]);
  expect(fingerprint([folder])).toBe(before);
  change();
  expect(fingerprint([folder])).not.toBe(before);
});

it('tests and notes do not', () => {
  const before = fingerprint([folder]);
  writeFileSync(join(folder, 'su', 'slot.test.ts'), '');
  writeFileSync(join(folder, 'README.md'), '');
  expect(fingerprint([folder])).toBe(before);
});
