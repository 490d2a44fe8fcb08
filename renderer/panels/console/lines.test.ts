import { expect, test } from 'vitest';
import { AoError } from '../../../node/contract/errors.ts';
import { codeOf } from './lines.ts';

test('a slot that met a limit is told from one that failed by itself', () => {
  expect(codeOf(new AoError('EVALUATION_GAS', { slot: 3, limit: 300_000_000 }).message)).toBe('EVALUATION_GAS');
  expect(codeOf(new AoError('EVALUATION_STOPPED', { slot: 3 }).message)).toBe('EVALUATION_STOPPED');
  expect(codeOf('console:1: boom')).toBe('SLOT_ERROR');
});
