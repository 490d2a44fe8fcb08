import { expect, test } from 'vitest';
import { snippetsIn } from './snippet-file.ts';

test('snippets are read as VS Code writes them: with comments, of several lines, for Lua or for everything', () => {
  const text = `{
    // Mine
    "Pay": { "scope": "lua,json", "prefix": ["pay", "send"], "body": ["Send({", "\\t$1", "})"], "description": "Pays." },
    "Everywhere": { "prefix": "note", "body": "-- $1" },
    "Other": { "scope": "python", "prefix": "p", "body": "print" },
    "Broken": { "prefix": "x" }, "Worse": 7,
  }`;
  expect(snippetsIn(text)).toEqual([
    { prefix: 'pay', name: 'Pay', about: 'Pays.', body: 'Send({\n\t$1\n})' },
    { prefix: 'send', name: 'Pay', about: 'Pays.', body: 'Send({\n\t$1\n})' },
    { prefix: 'note', name: 'Everywhere', about: '', body: '-- $1' },
  ]);
  expect(() => snippetsIn('{ "a": ')).toThrow(/./);
  expect(snippetsIn('[]')).toEqual([]);
});
