import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { fileFor } from './window-files.ts';

const ROOT = resolve('/app/out/renderer');

test.each([
  ['app://aoscope/', 'index.html'],
  ['app://aoscope/index.html?x=1#y', 'index.html'],
  ['app://aoscope/assets/with%20space.js', 'assets/with space.js'],
  ['app://aoscope/assets/../index.html', 'index.html'],
])('%s is %s', (url, path) => {
  expect(fileFor(ROOT, url)).toBe(join(ROOT, path));
});

test.each(['app://aoscope/..%2f..%2fpackage.json', 'app://other/index.html', 'app://aoscope/%zz', 'app://aoscope/a%00.js'])(
  '%s names no file of the window',
  (url) => {
    expect(fileFor(ROOT, url)).toBeNull();
  },
);

test.each(['app://aoscope/%2e%2e/%2e%2e/package.json', 'app://aoscope/../package.json'])('%s stays below the root', (url) => {
  expect(fileFor(ROOT, url)).toBe(join(ROOT, 'package.json'));
});
