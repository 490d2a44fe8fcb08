import { expect, test } from 'vitest';
import { AoError } from '../../node/contract/errors.ts';
import { isFault } from './faults.ts';

test('what breaks in the app is a fault; what a person did, called off or is told elsewhere is none', () => {
  expect(isFault(new TypeError('undefined is not a function'))).toBe(true);
  expect(isFault('Script error.')).toBe(true);
  expect(isFault(new AoError('UNEXPECTED', { reason: 'x' }))).toBe(true);
  expect(isFault(new AoError('FILE_EXISTS', { path: 'a.lua' }))).toBe(false);
  expect(isFault(new AoError('CANCELLED'))).toBe(false);
  expect(isFault(new AoError('PORT_CLOSED'))).toBe(false);
  expect(isFault(new DOMException('The user aborted a request.', 'AbortError'))).toBe(false);
  // Chromium says it with a message alone, other browsers in other words.
  expect(isFault('ResizeObserver loop completed with undelivered notifications.')).toBe(false);
  expect(isFault(new Error('ResizeObserver loop limit exceeded'))).toBe(false);
});
