import { expect, it } from 'vitest';
import { parseBreakpoints, queryOf, queryProblem } from './breakpoints.ts';

it('a message is looked for by its tags and a text, and a single word is its action', () => {
  expect(queryOf({ kind: 'message', text: 'Transfer' })).toEqual({ kind: 'message', tags: { Action: 'Transfer' }, from: null, text: null });
  expect(queryOf({ kind: 'message', text: 'Action=Transfer Recipient="a b" Quantity=* "for rent"' })).toEqual({
    kind: 'message',
    tags: { Action: 'Transfer', Recipient: 'a b', Quantity: '*' },
    from: null,
    text: 'for rent',
  });
  expect(queryOf({ kind: 'condition', text: '  ' })).toBeNull();
  expect(queryOf({ kind: 'call', text: ' Ledger.credit ' })).toEqual({ kind: 'call', name: 'Ledger.credit', log: null });
  expect(queryOf({ kind: 'error', text: '*' })).toEqual({ kind: 'error', text: null });
});

it('breakpoints come back without what is none', () => {
  const good = { path: 'a.lua', line: 3, condition: 'x > 1', log: null, isOn: false };
  expect(parseBreakpoints([good, { path: 'b.lua', line: 0 }, null])).toEqual([good]);
  expect(parseBreakpoints('x')).toEqual([]);
});

it.each(['credit()', 'Ledger.', 'Balances[1]', 'größe', 'x'.repeat(201)])(
  '%s is no name of a function: it is not looked for, and said',
  (text) => {
    expect(queryOf({ kind: 'call', text })).toBeNull();
    expect(queryProblem({ kind: 'call', text })?.code).toBe('FUNCTION_NAME');
  },
);

it('nothing is said where nothing was typed, or where it can be looked for', () => {
  expect(queryProblem({ kind: 'call', text: ' ' })).toBeNull();
  expect(queryProblem({ kind: 'call', text: 'Ledger:credit' })).toBeNull();
  expect(queryProblem({ kind: 'condition', text: 'Balances[1] > 2' })).toBeNull();
});
