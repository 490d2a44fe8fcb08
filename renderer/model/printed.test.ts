import { expect, it } from 'vitest';
import type { CallNode, CodeFunction } from '../../node/contract/recording.ts';
import { stepThatPrinted } from './printed.ts';

const functions: readonly CodeFunction[] = [
  { source: 0, name: 'handle', line: 1, lastLine: 9 },
  { source: 1, name: 'print', line: 65, lastLine: 76 },
];
const call = (step: number, fn: number, ...args: string[]): CallNode => ({
  function: fn,
  parent: -1,
  step,
  endStep: step + 1,
  args,
  returns: [],
  ended: 'returned',
});

it('where every line is a call of print, the n-th line is the n-th call', () => {
  const calls = [call(1, 0), call(3, 1, '"one"'), call(5, 1, '"same"'), call(7, 1, '"same"')];
  expect([0, 1, 2].map((line) => stepThatPrinted({ functions }, calls, 'one\nsame\nsame', line))).toEqual([3, 5, 7]);
});

it('where a call printed several lines, or a value was returned, it is what it was given that counts', () => {
  const calls = [call(3, 1, '"one\\ntwo"'), call(5, 1, '"three"')];
  const output = 'one\ntwo\nthree\nreturned';
  expect([0, 1, 2].map((line) => stepThatPrinted({ functions }, calls, output, line))).toEqual([3, 3, 5]);
  expect(stepThatPrinted({ functions }, calls, output, 3)).toBeNull();
  expect(stepThatPrinted({ functions }, [], output, 0)).toBeNull();
});
