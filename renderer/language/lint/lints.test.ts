import { expect, test } from 'vitest';
import type { Mark } from '../answers.ts';
import { realLanguage, sampleFiles, sampleText } from '../language.fixture.ts';

const language = await realLanguage();

function check(text: string, others: Readonly<Record<string, string>> = {}): readonly Mark[] {
  for (const [path, of] of Object.entries(others)) language.put(path, of);
  language.put('main.lua', text);
  const marks = language.check('main.lua');
  for (const path of Object.keys(others)) language.put(path, null);
  return marks;
}
const codes = (text: string, others?: Readonly<Record<string, string>>): string[] => check(text, others).map(({ code }) => code);

/** The text after the fix of its only mark. */
function mended(text: string): string {
  const [mark, ...more] = check(text);
  expect(more).toEqual([]);
  const edits = (mark?.fix?.edits ?? []).toSorted((first, second) => second.start - first.start);
  return edits.reduce((now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end), text);
}
const handler = (body: string): string => `Handlers.add("Do", "Do", function(msg)\n  ${body}\nend)\n`;

// Written for a module of the network that has SQLite, which our Lua module has not.
const ON_PURPOSE: Readonly<Record<string, readonly string[]>> = { 'sqlite/library.lua': ['API_PLACE', 'API_PLACE', 'API_PLACE'] };

test('the samples have nothing to complain about that is not meant so', () => {
  const found = sampleFiles().map((path) => {
    language.put(path, sampleText(path));
    const marks = language.check(path);
    language.put(path, null);
    return { path, codes: marks.map(({ code }) => code) };
  });
  expect(found.filter(({ codes }) => codes.length > 0)).toEqual(
    Object.entries(ON_PURPOSE).map(([path, marks]) => ({ path, codes: marks })),
  );
});

test('the words of tests are known in tests, and nowhere else', () => {
  expect(codes('awaits(1)')).toEqual(['UNDEFINED_GLOBAL']);
});

test('a global that nobody makes is named, with the name that was probably meant', () => {
  expect(mended('pritn("x")')).toBe('print("x")');
  expect(mended('Balances = {}\nprint(Balanecs.a)')).toBe('Balances = {}\nprint(Balances.a)');
  expect(codes('print(Made)', { 'other.lua': 'Made = 1' })).toEqual([]);
  expect(codes('if Maybe then print(Maybe) end')).toEqual([]);
  expect(codes('Count = Count or 0')).toEqual([]);
});

test('a function that makes a global by accident', () => {
  expect(mended(handler('total = 1'))).toBe(handler('local total = 1'));
  expect(codes(`total = 0\n${handler('total = total + 1')}`)).toEqual([]);
  expect(codes('function top() end')).toEqual([]);
});

test('a member that the runtime does not have', () => {
  expect(mended('ao.sned({ Target = "x" })')).toBe('ao.send({ Target = "x" })');
  expect(mended('print(string.fromat("%d", 1))')).toBe('print(string.format("%d", 1))');
  expect(codes('ao.own = 1\nprint(ao.own)')).toEqual([]);
});

test('handlers that no message reaches', () => {
  const all = 'Handlers.add("all", function() return true end, print)\n';
  const late = 'Handlers.add("Late", "Late", print)\n';
  expect(codes(all + late)).toEqual(['HANDLER_SHADOWED']);
  expect(mended(all + late)).toBe(`${late}\n${all}`);
  expect(codes(late + all)).toEqual([]);
  expect(codes('Handlers.add("a", "Same", print)\nHandlers.add("b", { Action = "Same" }, print)')).toEqual(['HANDLER_SHADOWED']);
  expect(codes('Handlers.add("a", { Action = "Same", From = "x" }, print)\nHandlers.add("b", "Same", print)')).toEqual([]);
  expect(codes('Handlers.add("a", "One", print)\nHandlers.add("a", "Two", print)')).toEqual(['HANDLER_REPLACED']);
});

test('a message without a target, and a process without an authority', () => {
  expect(mended(handler('Send({ Action = "Done" })'))).toBe(handler('Send({ Target = msg.From, Action = "Done" })'));
  expect(codes('local m = {}\nSend(m)')).toEqual([]);
  expect(mended('Spawn(ao._module, { Name = "child" })')).toBe('Spawn(ao._module, { Authority = ao.authorities[1], Name = "child" })');
  expect(codes('Spawn(ao._module, { Tags = { Authority = "x" } })')).toEqual([]);
});

test('tags are text: when they are sent, and when they are counted with', () => {
  expect(mended('Send({ Target = "x", Count = 5 })')).toBe('Send({ Target = "x", Count = "5" })');
  expect(mended('local l = {}\nSend({ Target = "x", Tags = { Count = #l } })')).toContain('Count = tostring(#l)');
  expect(mended(handler('print(msg.Tags.Quantity + 1)'))).toBe(handler('print(tonumber(msg.Tags.Quantity) + 1)'));
  expect(codes(handler('local q = msg.Tags.Quantity\n  if q > 10 then print(q) end'))).toEqual(['TAG_AS_NUMBER']);
  expect(codes(handler('local q = msg.Tags.Quantity\n  q = tonumber(q)\n  print(q + 1)'))).toEqual([]);
  expect(codes(handler('return msg.Timestamp + 1, "a" .. msg.Tags.Name'))).toEqual([]);
});

test('nothing that is no number is equal to one', () => {
  expect(mended(handler('if msg.Tags.Count == 5 then print(1) end'))).toContain('if tonumber(msg.Tags.Count) == 5 then');
  const bint = 'local bint = require(".bint")(256)\n';
  expect(mended(`${bint}print(bint("0") == 0)`)).toBe(`${bint}print(bint("0") == bint(0))`);
  expect(codes(`${bint}local left = bint("7")\nif left ~= #"x" then print(left) end`)).toEqual(['BINT_AS_NUMBER']);
  expect(codes(`${bint}local a, b = bint("7"), bint("8")\nreturn { a == b, a < 0, a == -b, tostring(a) == "7" }`)).toEqual([]);
});

test('answers without end', () => {
  const all = 'Handlers.add("all", function() return true end, function(msg)\n  msg.reply({ Data = "got it" })\nend)\n';
  expect(codes(all)).toEqual(['ENDLESS_REPLY']);
  expect(codes(mended(all))).toEqual([]);
  expect(mended(handler('msg.reply({ Action = "Do" })'))).toBe(handler('msg.reply({ Action = "Do-Response" })'));
  expect(codes(handler('Send({ Target = msg.From, Action = "Do" })'))).toEqual(['ENDLESS_REPLY']);
  expect(codes(handler('if msg.From == Owner then msg.reply({ Action = "Do" }) end'))).toEqual([]);
});

test('a time in milliseconds that meets a number in seconds', () => {
  expect(mended('print(os.time() + 3600)')).toBe('print(os.time() + 3600 * 1000)');
  expect(codes(handler('if msg.Timestamp < 1700000000 then return end'))).toEqual(['TIME_UNIT']);
  expect(codes(handler('print(os.time() + 60 * 60)'))).toEqual(['TIME_UNIT']);
  expect(codes(handler('print(os.time() + 3600 * 1000) print(msg.Timestamp > 1700000000000)'))).toEqual([]);
});

test('what only one of the runtimes has', () => {
  expect(check('print(ao._ref)')).toMatchObject([{ code: 'API_PLACE', severity: 'hint' }]);
});

test('what does something else on aos, unless the file is for aos alone', () => {
  expect(check('print(1)\nprint(1, 2)\nao.log("x")')).toMatchObject([
    { code: 'API_DIFFERS', severity: 'hint', message: 'print is otherwise on aos. Only the first value is printed there.' },
    { code: 'API_DIFFERS', message: expect.stringMatching(/^ao\.log is otherwise on aos\./) as string },
  ]);
  language.put('main.lua', 'print(1, 2)\n');
  language.runOn([['main.lua', 'aos 2']]);
  expect(language.check('main.lua')).toEqual([]);
  language.runOn([]);
});

test('what a process lacks where it runs, also in a file that it requires', () => {
  language.put('lib.lua', 'local M = {}\nfunction M.ask() return Receive({ Action = "Price" }) end\nreturn M\n');
  language.put('main.lua', 'local lib = require("lib")\nprint(ao._ref) lib.ask()\n');
  const marks = (): string[] => ['lib.lua', 'main.lua'].flatMap((path) => language.check(path).map(({ message }) => message));
  language.runOn([['main.lua', 'aos 1']]);
  expect(marks()).toEqual(['A process of this file runs on aos 1, which does not have Receive.']);
  language.runOn([['main.lua', 'lua']]);
  expect(marks()).toEqual(['A process of this file runs on our Lua module, which does not have ao._ref.']);
  language.runOn([]);
  language.put('lib.lua', null);
});

test('a text that is not Lua has its errors and no lints', () => {
  expect(codes('local x = = 1\nnobody()')).toEqual(['LUA_SYNTAX']);
});
