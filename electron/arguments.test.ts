import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';

test.each([
  [['electron', '--no-sandbox', '/clone'], false, { project: null, link: null, firstPort: null }],
  [['electron', '/clone', '--port=4100', '/projects/token'], false, { project: resolve('/projects/token'), link: null, firstPort: 4100 }],
  [
    ['electron', '--inspect=0', '--remote-debugging-port=0', '/clone', 'token'],
    false,
    { project: resolve('/here/token'), link: null, firstPort: null },
  ],
  [['/opt/aoscope', 'token'], true, { project: resolve('/here/token'), link: null, firstPort: null }],
  [['/opt/aoscope', 'aoscope://focus?slot=2'], true, { project: null, link: 'aoscope://focus?slot=2', firstPort: null }],
  [
    ['electron', '/clone', 'aoscope://focus?slot=2', 'token'],
    false,
    { project: resolve('/here/token'), link: 'aoscope://focus?slot=2', firstPort: null },
  ],
  // An address of the scheme is never a path, whatever it looks like.
  [['/opt/aoscope', 'aoscope:x/../../../tmp/evil'], true, { project: null, link: 'aoscope:x/../../../tmp/evil', firstPort: null }],
  [['/opt/aoscope', 'AOSCOPE:/tmp/evil'], true, { project: null, link: 'AOSCOPE:/tmp/evil', firstPort: null }],
  // File managers hand over addresses.
  [
    ['/opt/aoscope', pathToFileURL('/home/u/my run.aoscope').href],
    true,
    { project: resolve('/home/u/my run.aoscope'), link: null, firstPort: null },
  ],
  [
    ['/opt/aoscope', 'file:///../%2F../tmp/evil'],
    true,
    { project: resolve('/here/file%3A%2F%2F%2F..%2F%252F..%2Ftmp%2Fevil'), link: null, firstPort: null },
  ],
  [['/opt/aoscope', '--port=many'], true, { project: null, link: null, firstPort: Number.NaN }],
])('%j, packaged: %s', (argv, isPackaged, expected) => {
  expect(readArguments(argv, isPackaged, '/here')).toEqual(expected);
});
