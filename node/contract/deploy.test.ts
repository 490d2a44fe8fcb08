import { expect, test } from 'vitest';
import { isWell } from './deploy.ts';

const tests = (failed: number, broken: number) => ({ passed: 3, failed, skipped: 0, broken, durationMs: 10 });

test('what is rehearsed is well where every test passed and every file of tests could be gone through', () => {
  const rehearsal = { processes: [], forks: [] };
  expect(isWell({ ...rehearsal, tests: tests(0, 0) })).toBe(true);
  expect(isWell({ ...rehearsal, tests: null })).toBe(true);
  expect(isWell({ ...rehearsal, tests: tests(1, 0) })).toBe(false);
  expect(isWell({ ...rehearsal, tests: tests(0, 1) })).toBe(false);
  const fork = { name: 'bank', process: null, slots: 3, reason: null, error: null };
  expect(isWell({ ...rehearsal, forks: [fork], tests: null })).toBe(true);
  expect(isWell({ ...rehearsal, forks: [{ ...fork, error: 'no' }], tests: null })).toBe(false);
});
