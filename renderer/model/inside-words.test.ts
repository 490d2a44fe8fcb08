import { expect, it } from 'vitest';
import { expressionAt, inlineValues } from './inside-words.ts';

it('values stand beside the last line that names them', () => {
  const lines = ['local function pay(who, amount)', '  local fee = amount // 10', '  total = total + fee', 'end'];
  const variable = (name: string, preview: string) => ({ name, preview, kind: 'number' as const, isOpenable: false });
  const locals = [variable('who', '"a"'), variable('amount', '40'), variable('fee', '4')];
  const frame = { function: 'pay', place: null, isRuntime: false, locals, upvalues: [] };
  expect(inlineValues(frame, 1, 3, (line) => lines[line - 1] ?? '')).toEqual([
    { line: 1, words: 'who = "a"' },
    { line: 2, words: 'amount = 40' },
    { line: 3, words: 'fee = 4' },
  ]);
});

it('a name under the mouse is read with what stands before its dots', () => {
  const line = '  add(msg.Tags.Who, Balances["a"].b)';
  expect(expressionAt(line, line.indexOf(','))).toBe('msg.Tags.Who');
  expect(expressionAt(line, line.length - 1)).toBe('Balances["a"].b');
  expect(expressionAt('  return', 8)).toBeNull();
  expect(expressionAt('f().name', 8)).toBeNull();
});
