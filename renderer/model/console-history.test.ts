import { expect, test } from 'vitest';
import { foundIn, keptHistories, NO_HISTORY, recalledHistories, remembered, walked } from './console-history.ts';

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

test('what was typed is found by its words, the latest first and each once', () => {
  const history = ['Send({ Target = "x" })', 'return #Inbox', 'Send({ Target = "y" })', 'return #Inbox'].reduce(remembered, NO_HISTORY);
  expect(foundIn(history, 'send target')).toEqual(['Send({ Target = "y" })', 'Send({ Target = "x" })']);
  expect(foundIn(history, '')).toEqual(['return #Inbox', 'Send({ Target = "y" })', 'Send({ Target = "x" })']);
});

test('histories come back as they were kept, but for what was pasted into them', () => {
  const long = remembered(two, 'x'.repeat(5_000));
  const back = recalledHistories(JSON.parse(JSON.stringify(keptHistories(new Map([['p', long]])))));
  expect(back).toEqual(new Map([['p', { entries: ['a', 'b'], at: 2, typed: '' }]]));
  expect(recalledHistories({ p: ['a'] })).toEqual(new Map());
  expect(recalledHistories([['p', [1, 'b']], 7])).toEqual(new Map([['p', { entries: ['b'], at: 1, typed: '' }]]));
});
