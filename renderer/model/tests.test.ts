import { expect, it } from 'vitest';
import type { TestResult } from '../../node/contract/tests.ts';
import { testCounts, testRows, type KnownTests } from './tests.ts';

const result = (name: readonly string[], state: TestResult['state']): TestResult => ({
  file: 'a.test.lua',
  name,
  module: 'lua',
  line: 1,
  state,
  durationMs: 5,
  failure: null,
  recording: null,
});

const KNOWN: KnownTests = {
  files: [
    {
      file: 'a.test.lua',
      error: null,
      tests: [
        { name: ['one', 'x'], line: 2 },
        { name: ['one', 'deep', 'y'], line: 4 },
        { name: ['z'], line: 9 },
      ],
    },
    { file: 'b.test.lua', error: { message: 'no Lua', place: null, at: null, trail: [] }, tests: [] },
  ],
  results: new Map([
    ['a.test.lua › one › x', result(['one', 'x'], 'passed')],
    ['a.test.lua › one › deep › y', result(['one', 'deep', 'y'], 'failed')],
  ]),
  running: new Set(),
  broken: new Map(),
};

it('files, suites and tests stand below each other with the worst of what is in them', () => {
  expect(testRows(KNOWN, new Set()).map(({ level, title, state }) => `${level} ${title} ${state}`)).toEqual([
    '1 a.test.lua failed',
    '2 one failed',
    '3 x passed',
    '3 deep failed',
    '4 y failed',
    '2 z none',
    '1 b.test.lua failed',
  ]);
  expect(testRows(KNOWN, new Set())[0]?.durationMs).toBe(10);
  expect(testCounts(KNOWN)).toEqual({ passed: 1, failed: 1, skipped: 0, all: 3 });
});

it('what is folded keeps what is below to itself', () => {
  expect(testRows(KNOWN, new Set(['a.test.lua › one'])).map(({ title }) => title)).toEqual(['a.test.lua', 'one', 'z', 'b.test.lua']);
});
