import { expect, test } from 'vitest';
import { functionLines } from './function-names.ts';

const LUA = `local function credit(who) end
Ledger = { debit = function() end }
function Ledger.credit(who) return credit(who) end
function Ledger:both()
end
Ledger["credit"] = function() end
-- function credit(old)
Other.credit =
  function() end
local recredit = function() end`;

test('functions of Lua are found by their name, and by the path to it', () => {
  expect(functionLines(LUA, 'credit', true)).toEqual([1, 3, 6, 9]);
  expect(functionLines(LUA, 'Ledger.credit', true)).toEqual([3]);
  expect(functionLines(LUA, 'debit', true)).toEqual([2]);
  expect(functionLines(LUA, 'Ledger:both', true)).toEqual([4]);
  expect(functionLines(LUA, 'Ledger.both', true)).toEqual([4]);
  expect(functionLines(LUA, 'recredit', true)).toEqual([10]);
  expect(functionLines(LUA, 'nobody', true)).toEqual([]);
  expect(functionLines(LUA, 'cred(it', true)).toEqual([]);
});

const JAVASCRIPT = `export function handle(state) {
  return pay(state);
}
const pay = (state) => state;
const later = async function (x) {};
class Bank {
  credit(who) {
    return this.debit(who);
  }
}
// function pay(old) {}`;

test('and so are those of JavaScript', () => {
  expect(functionLines(JAVASCRIPT, 'handle', false)).toEqual([1]);
  expect(functionLines(JAVASCRIPT, 'pay', false)).toEqual([4]);
  expect(functionLines(JAVASCRIPT, 'later', false)).toEqual([5]);
  expect(functionLines(JAVASCRIPT, 'credit', false)).toEqual([7]);
  expect(functionLines(JAVASCRIPT, 'debit', false)).toEqual([]);
});
