import { expect, test } from 'vitest';
import { exitReason } from './exit-reason.ts';

const THROWN = `/app/out/node/units/su.cjs:12
  throw new RangeError('slot');
  ^

RangeError: a slot is a whole number from 0
    at open (/app/out/node/units/su.cjs:12:9)

Node.js v20.20.2
`;

test.each([
  [{ code: 1, signal: null }, THROWN, 'it ended with code 1: RangeError: a slot is a whole number from 0'],
  [{ code: null, signal: 'SIGKILL' }, '', 'it was ended by SIGKILL'],
  [{ code: 5, signal: null }, 'first\n\nlast\n', 'it ended with code 5: last'],
  [{ code: null, signal: null }, '', 'it ended with code unknown'],
  [
    { code: null, signal: 'SIGABRT' },
    'FATAL ERROR: Reached heap limit\n 1: 0xb7 node::Abort()\n',
    'it was ended by SIGABRT: FATAL ERROR: Reached heap limit',
  ],
])('%o', (exit, stderr, reason) => {
  expect(exitReason(exit, stderr)).toBe(reason);
});
