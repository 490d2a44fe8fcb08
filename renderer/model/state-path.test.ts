import { expect, it } from 'vitest';
import { expressionOf } from './state-path.ts';

it('a place of the state is an expression that Lua can read, or none', () => {
  expect(expressionOf(['.Balances', '["an id"]', '[3]'])).toBe('Balances["an id"][3]');
  expect(expressionOf(['["odd name"]', '.x'])).toBe('_G["odd name"].x');
  expect(expressionOf(['.Handlers', '(metatable)'])).toBeNull();
  expect(expressionOf([])).toBeNull();
});
