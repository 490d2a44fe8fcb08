import { expect, test } from 'vitest';
import { AoError } from '../../node/contract/errors.ts';
import { verdictCode } from './verdict.ts';

test('every limit is told by its sentence, what a process says itself is not', () => {
  expect(verdictCode(new AoError('EVALUATION_GAS', { slot: 3, limit: 300_000_000 }).message)).toBe('EVALUATION_GAS');
  expect(verdictCode(new AoError('EVALUATION_MEMORY', { slot: 3, limit: 1024 }).message)).toBe('EVALUATION_MEMORY');
  expect(verdictCode(new AoError('EVALUATION_TIME', { slot: 3, limit: 30_000 }).message)).toBe('EVALUATION_TIME');
  expect(verdictCode(new AoError('EVALUATION_STOPPED', { slot: 3 }).message)).toBe('EVALUATION_STOPPED');
  expect(verdictCode('console:1: boom')).toBeNull();
});
