import { expect, it } from 'vitest';
import { codeLines } from './code-lines.ts';
import { luaKey, luaString, wordsOf, type Named } from './lua-words.ts';

const PING = 'p'.repeat(43);
const STRANGER = 's'.repeat(43);
const NAMES: Named = { variables: new Map([[PING, 'ping']]), titles: new Map([[PING, 'ping']]) };

it('ids that belong to somebody are written as who it is', () => {
  expect(wordsOf(PING, NAMES, true)).toBe('ping.id');
  expect(wordsOf(`to ${PING}, "now"`, NAMES, false)).toBe('"to " .. ping.id .. ", \\"now\\""');
  expect(wordsOf('plain', NAMES, true)).toBe('"plain"');
});

it('what differs from run to run may be anything where it is expected, and stays where it is sent', () => {
  expect(wordsOf(STRANGER, NAMES, true)).toBe('anything');
  expect(wordsOf(`id=${STRANGER}`, NAMES, true)).toBe('matching("^id%=[%w_-]+$")');
  expect(wordsOf('at 1764187200000', NAMES, true)).toBe('matching("^at [%w_-]+$")');
  expect(wordsOf(STRANGER, NAMES, false)).toBe(`"${STRANGER}"`);
});

it('texts and keys are those of Lua', () => {
  expect(luaString('a\\b\u0001')).toBe('"a\\\\b\\001"');
  expect(luaString('x]]\ny')).toBe('[=[\nx]]\ny]=]');
  expect([luaKey('Count'), luaKey('X-Y')]).toEqual(['Count', '["X-Y"]']);
});

it('which lines can run, and which handlers a file adds', () => {
  const code = codeLines('local a = 1\n\nHandlers.add("One", "One", function(msg)\n  if msg then\n    a = 2\n  end\nend)\n');
  expect([...(code?.lines ?? [])].toSorted((a, b) => a - b)).toEqual([1, 3, 4, 5]);
  expect(code?.handlers).toEqual([{ name: 'One', action: 'One', line: 3 }]);
  expect(codeLines('if')).toBe(null);
});
