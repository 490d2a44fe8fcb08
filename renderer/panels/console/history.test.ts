import { expect, test } from 'vitest';
import { NO_HISTORY, remembered, walked } from './history.ts';

const two = remembered(remembered(NO_HISTORY, 'a'), 'b');

test('walks back and forward, and gives back the line being typed', () => {
  const back = walked(two, -1, 'typing');
  expect(back?.line).toBe('b');
  const further = back === null ? null : walked(back.history, -1, 'b');
  expect(further?.line).toBe('a');
  expect(further === null ? undefined : walked(further.history, -1, 'a')).toBeNull();
  const forward = back === null ? null : walked(back.history, 1, 'b');
  expect(forward?.line).toBe('typing');
});

test('there is nothing after the line being typed', () => {
  expect(walked(two, 1, 'x')).toBeNull();
});

test('the same line twice is kept once', () => {
  expect(remembered(two, 'b').entries).toEqual(['a', 'b']);
});
