import { describe, expect, test } from 'vitest';
import { expressionOf, hitCount, logExpression, namedPlace, unquoted } from './expression-path.ts';

describe('an expression that names a place', () => {
  test.each([
    ['Balances', { name: 'Balances', path: [] }],
    ['a.b[3]["odd key"]', { name: 'a', path: ['.b', '[3]', '["odd key"]'] }],
    ['a["plain"]', { name: 'a', path: ['.plain'] }],
    ['a + 1', null],
    ['f()', null],
  ])('%s', (expression, place) => expect(namedPlace(expression)).toEqual(place));

  test('is written again from its path', () => {
    expect(expressionOf(null, ['.Balances', '["odd key"]', '[1]'])).toBe('Balances["odd key"][1]');
    expect(expressionOf('msg', ['.Tags', '.Action'])).toBe('msg.Tags.Action');
    expect(expressionOf(null, ['["odd"]'])).toBe('_G["odd"]');
    expect(expressionOf(null, ['.f', '(upvalue total)'])).toBeNull();
  });
});

test('the message of a log point is one Lua expression', () => {
  expect(logExpression('paid {amount} to "{to}"')).toBe('"paid " .. tostring((amount)) .. " to \\"" .. tostring((to)) .. "\\""');
  expect(logExpression('plain')).toBe('"plain"');
  expect(logExpression('{ {1,2}[1] }')).toBe('tostring(({1,2}[1]))');
  expect(logExpression('\\{no\\} {open')).toBe('"{no} {open"');
});

test('a text is shown without its quotes, cut or not', () => {
  expect([unquoted('"a\\nb"'), unquoted('"cut"…'), unquoted('12'), unquoted('{ a = "b" }')]).toEqual(['a\nb', 'cut…', '12', '{ a = "b" }']);
});

test.each([
  ['3', [3]],
  ['> 2', [3, 4]],
  ['<= 1', [1]],
  ['% 2', [2, 4]],
])('of four hits the condition %s means %j', (condition, meant) => {
  expect([1, 2, 3, 4].filter((count) => hitCount(condition)?.(count) === true)).toEqual(meant);
});
test('a condition that is none is told apart', () => expect(hitCount('often')).toBeNull());
