import { beforeEach, expect, test } from 'vitest';
import { realLanguage, sampleText as sample } from './language.fixture.ts';
import type { Language } from './language.ts';

let language: Language;
beforeEach(async () => {
  language = await realLanguage();
});

/** Puts a file whose text has a `|` where one looks, and tells that place. */
function look(path: string, marked: string): { text: string; place: number } {
  const place = marked.indexOf('|');
  const text = marked.replace('|', '');
  language.put(path, text);
  return { text, place };
}
const labels = (path: string, marked: string): string[] => {
  const { text, place } = look(path, marked);
  return language.complete(path, text, place).map(({ label }) => label);
};
const named = (spans: readonly { path: string; start: number }[]): string[] => spans.map(({ path, start }) => `${path}:${start}`).sort();

test('samples parse without errors, and every error of a broken text is told', () => {
  for (const path of ['token/token.lua', 'token/holder.lua', 'chat-room/room.lua', 'ledger/ledger.lua', 'ping-pong/ping.lua']) {
    language.put(path, sample(path));
    expect(language.check(path)).toEqual([]);
  }
  language.put('a.lua', 'local x = = 1\nlocal fine = 2\nfoo(]\nlocal y = 3\n');
  const [first, ...more] = language.check('a.lua');
  expect(first?.message).toContain("'='");
  expect(more.length).toBeGreaterThan(0);
  // Where the line says it: the token that was not expected.
  language.put('b.lua', 'local one = 1\nlocal x = = 2\n');
  expect(language.check('b.lua').map(({ start }) => start)).toEqual(['local one = 1\nlocal x = '.length]);
});

test('members of the runtime, of messages and of libraries are offered', () => {
  expect(labels('a.lua', 'ao.|')).toEqual(expect.arrayContaining(['send', 'id', 'isTrusted']));
  expect(labels('a.lua', 'Handlers.add("a", "A", function(it)\n  it.|\nend)')).toEqual(expect.arrayContaining(['From', 'Tags', 'reply']));
  expect(labels('a.lua', 'local json = require("json")\njson.|')).toEqual(expect.arrayContaining(['encode', 'decode']));
  expect(labels('a.lua', 'local bint = require(".bint")(256)\nbint("1"):|')).toContain('tonumber');
  expect(labels('a.lua', 'print(Send({ Target = "x" }).receive().|')).toContain('Data');
  expect(labels('a.lua', 'local n = ("x"):|')).toContain('rep');
  expect(labels('a.lua', '-- ao.|')).toEqual([]);
});

test('locals in sight, globals of files that belong together, and no others', () => {
  language.put('lib/sums.lua', 'local M = {}\n--- Adds.\nfunction M.add(a, b) return a + b end\nTotal = 1\nreturn M\n');
  language.put('other.lua', 'Elsewhere = 1\n');
  const offered = labels(
    'main.lua',
    'local sums = require("lib.sums")\nlocal function f(one) local two = 1 end\ndo local hidden = 1 end\n|',
  );
  expect(offered).toEqual(expect.arrayContaining(['sums', 'f', 'Total', 'Handlers', 'local']));
  for (const name of ['one', 'two', 'hidden', 'Elsewhere']) expect(offered).not.toContain(name);
  expect(labels('main.lua', 'local sums = require("lib.sums")\nsums.|')).toEqual(['add']);
  expect(labels('main.lua', 'require("|')).toEqual(expect.arrayContaining(['lib.sums', 'other', 'json', '.bint']));
});

test('where a name is made, none that exists is offered', () => {
  for (const marked of ['local x|', 'local one, tw|', 'for i|', 'for key, v|', 'local function f|', 'Handlers.add("a", "A", function(m|'])
    expect([marked, labels('a.lua', marked)]).toEqual([marked, []]);
  for (const marked of ['local x = pri|', 'for i = 1, ma|', 'for _, one in pai|', 'function f(a) pri|', 'localized|'])
    expect([marked, labels('a.lua', marked).length > 0]).toEqual([marked, true]);
  language.put('b.lua', 'local function dozen() end\n');
  language.check('b.lua');
  const offered = labels('b.lua', 'local function dozen() end\ndo|');
  expect(offered.slice(0, 1)).toEqual(['dozen']);
  expect(offered).toContain('do');
});

test('while a line is half written, what stood there before still counts', () => {
  language.put('a.lua', 'Handlers.add("a", "A", function(it)\n  local amount = 1\n  \nend)\n');
  language.check('a.lua');
  expect(labels('a.lua', 'Handlers.add("a", "A", function(it)\n  local amount = 1\n  it.Tags.|\nend)\n')).toContain('Quantity');
  expect(labels('a.lua', 'Handlers.add("a", "A", function(it)\n  local amount = 1\n  print(|\nend)\n')).toContain('amount');
});

test('in a long file what was made since the last check is offered after the next, and places are always those of now', () => {
  const long = `local first = 1\n${'print(first)\n'.repeat(6_000)}`;
  language.put('a.lua', long);
  expect(language.check('a.lua')).toEqual([]);
  const now = `local added = 2\n${long}`;
  language.put('a.lua', now);
  expect(language.complete('a.lua', `${now}fi`, now.length + 2).map(({ label }) => label)).toContain('print');
  expect(language.definition('a.lua', now.lastIndexOf('first'))).toEqual([{ path: 'a.lua', start: 22, end: 27 }]);
  expect(language.complete('a.lua', `${now}ad`, now.length + 2).map(({ label }) => label)).toContain('added');
});

test('actions that handlers wait for are offered, and the fields of a message', () => {
  language.put('token.lua', sample('token/token.lua'));
  expect(labels('a.lua', 'Send({ Target = "x", Action = "|')).toEqual(expect.arrayContaining(['Mint', 'Transfer', 'Balance']));
  expect(labels('a.lua', 'Send({ |')).toEqual(expect.arrayContaining(['Target', 'Action', 'Data']));
});

test('a call tells its parameters, the runtime’s and the person’s own with annotations', () => {
  const own = look(
    'a.lua',
    '---Pays somebody.\n---@param who string Their address\n---@param amount number\n---@return boolean\nlocal function pay(who, amount) return true end\npay("x", |)',
  );
  const told = language.signature('a.lua', own.text, own.place);
  expect(told).toMatchObject({ label: 'pay(who: string, amount: number): boolean', about: 'Pays somebody.', active: 1 });
  expect(told?.parameters[0]).toEqual({ label: 'who: string', about: 'Their address' });
  const api = look('b.lua', 'Handlers.add("name", |');
  expect(language.signature('b.lua', api.text, api.place)).toMatchObject({ active: 1, about: expect.stringContaining('Adds a handler') });
});

test('hover explains names of the runtime, locals, parameters and what another file makes', () => {
  const hover = (path: string, marked: string) => language.hover(path, look(path, marked).place);
  expect(hover('a.lua', 'ao.se|nd({})')?.code).toBe('ao.send(message: table): Sent');
  expect(hover('a.lua', 'Handlers.add("a", "A", function(msg) print(m|sg) end)')?.code).toBe('(parameter) msg: msg');
  language.put('lib.lua', 'local M = {}\n--- Adds two numbers.\nfunction M.add(a, b) return a + b end\nreturn M\n');
  expect(hover('main.lua', 'local lib = require("lib")\nlib.a|dd(1, 2)')).toMatchObject({
    code: 'add(a, b)',
    about: 'Adds two numbers.\n\nlib.lua',
  });
  const typed = '---@class Account\n---@field balance number What is left\n\n---@type Account\nlocal account = open()\n';
  expect(labels('c.lua', `${typed}account.|`)).toEqual(['balance']);
});

test('definition, references and rename go across files and leave other names alone', () => {
  const lib = 'local M = {}\nfunction M.add(a, b) return a + b end\nfunction M.twice(a) return M.add(a, a) end\nreturn M\n';
  language.put('lib.lua', lib);
  const main = look('main.lua', 'local lib = require("lib")\nprint(lib.ad|d(1, 2), other.add(3))\n');
  expect(named(language.definition('main.lua', main.place))).toEqual([`lib.lua:${lib.indexOf('add')}`]);
  const places = [`lib.lua:${lib.indexOf('add')}`, `lib.lua:${lib.lastIndexOf('add')}`, `main.lua:${main.text.indexOf('add')}`].sort();
  expect(named(language.references('main.lua', main.place))).toEqual(places);
  expect(named(language.renaming('lib.lua', lib.indexOf('add'))?.places ?? [])).toEqual(places);
  expect(named(language.definition('main.lua', main.text.indexOf('"lib"') + 2))).toEqual([`lib.lua:${lib.lastIndexOf('M')}`]);
  expect(language.renaming('main.lua', main.text.indexOf('print') + 1)).toBeNull();
});

test('a local that hides another is another name, and a global is one in all files around', () => {
  const { place, text } = look('a.lua', 'local x = 1\ndo local x = 2 print(x) end\nprint(|x)\n');
  expect(named(language.references('a.lua', place))).toEqual([`a.lua:${text.indexOf('x')}`, `a.lua:${text.lastIndexOf('x')}`].sort());
  language.put('b.lua', 'Sum = Sum or 0\n');
  const main = look('main.lua', 'require("b")\nS|um = Sum + 1\n');
  expect(language.references('main.lua', main.place)).toHaveLength(4);
});

test('the outline names handlers with their action, and functions; what spans lines folds', () => {
  language.put('token.lua', sample('token/token.lua'));
  const rows = language.outline('token.lua');
  expect(rows.find(({ name }) => name === 'Transfer')).toMatchObject({ kind: 'handler', detail: 'handler of Transfer' });
  expect(rows.filter(({ kind }) => kind === 'function').map(({ name }) => name)).toEqual([
    'add',
    'subtract',
    'quantityOf',
    'recipientOf',
    'refuse',
  ]);
  expect(language.folds('token.lua').length).toBe(8);
});
