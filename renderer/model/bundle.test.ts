import { expect, test } from 'vitest';
import { placeInFiles } from '../../node/contract/source-map.ts';
import { bundleOf, requiredBy } from './bundle.ts';

const reading =
  (files: Readonly<Record<string, string>>) =>
  (path: string): Promise<string | null> =>
    Promise.resolve(files[path] ?? null);

test('what is required is told in all its forms, and not from comments', () => {
  const text =
    'local a = require("a")\nlocal b = require \'lib.b\'\n-- require("no")\n--[[ require("no") ]]\nlocal c = require"c"; require("a")';
  expect(requiredBy(text)).toEqual(['a', 'lib.b', 'c']);
});

test('a file comes with what it requires, deepest first, each once, and its lines are known', async () => {
  const files = {
    'src/main.lua': 'local a = require("lib.a")\nlocal b = require("b")\nreturn a + b\n',
    'src/lib/a.lua': 'local b = require("b")\nreturn b',
    'b.lua': 'local json = require("json")\nlocal again = require("lib.a")\nreturn 1 -- one\n',
  };
  const bundle = await bundleOf('src/main.lua', reading(files));
  expect(bundle?.files).toEqual(['b.lua', 'src/lib/a.lua', 'src/main.lua']);
  const text = bundle?.text ?? '';
  const lines = text.split('\n');
  const lineOf = (words: string): number => lines.findIndex((one) => one.includes(words)) + 1;
  expect(placeInFiles(text, lineOf('return 1 -- one'), 'src/main.lua')).toEqual({ file: 'b.lua', line: 3 });
  expect(placeInFiles(text, lineOf('return a + b'), 'src/main.lua')).toEqual({ file: 'src/main.lua', line: 3 });
  expect(text.match(/package\.loaded\["b"\] = \(function/g)).toHaveLength(1);
});

test('a file that requires nothing of the project stays as it is; one that is not there is none', async () => {
  expect(await bundleOf('one.lua', reading({ 'one.lua': 'return require("json")' }))).toEqual({
    text: 'return require("json")',
    files: ['one.lua'],
  });
  expect(await bundleOf('one.lua', reading({}))).toBeNull();
});
