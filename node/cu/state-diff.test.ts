import { expect, test } from 'vitest';
import { compareStates, rememberState } from './state-diff.ts';

/** The first `limit` lines of a state whose globals are these. */
const state = (globals: readonly string[], limit: number) =>
  rememberState({
    lines: globals.slice(0, limit).map((key) => ({ path: [key], preview: key.toUpperCase() })),
    isComplete: globals.length <= limit,
  });

const told = (before: readonly string[], after: readonly string[], limit: number): readonly string[] =>
  compareStates(state(before, limit), state(after, limit), 0, 100).changes.map(({ path, change }) => `${change} ${path.join('')}`);

test('what one state shows behind the end of another that was too large is no difference', () => {
  // Without `.b` one more line fits, which stands in the other state as well.
  expect(told(['.a', '.b', '.c', '.d', '.e'], ['.a', '.c', '.d', '.e'], 4)).toEqual(['removed .b']);
  expect(told(['.a', '.c', '.d', '.e', '.f'], ['.a', '.b', '.c', '.d', '.e', '.f'], 4)).toEqual(['added .b']);
});

test('at the end of states that were looked at whole, everything is told', () => {
  expect(told(['.a', '.b'], ['.a', '.c', '.d'], 4)).toEqual(['added .c', 'added .d', 'removed .b']);
});
