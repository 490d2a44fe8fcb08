import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';

test.each([
  [['electron', '--no-sandbox', '/clone'], false, { project: null, firstPort: null }],
  [['electron', '/clone', '--port=4100', '/projects/token'], false, { project: resolve('/projects/token'), firstPort: 4100 }],
  [
    ['electron', '--inspect=0', '--remote-debugging-port=0', '/clone', 'token'],
    false,
    { project: resolve('/here/token'), firstPort: null },
  ],
  [['/opt/aoscope', 'token'], true, { project: resolve('/here/token'), firstPort: null }],
  [['/opt/aoscope', '--port=many'], true, { project: null, firstPort: Number.NaN }],
])('%j, packaged: %s', (argv, isPackaged, expected) => {
  expect(readArguments(argv, isPackaged, '/here')).toEqual(expected);
});
