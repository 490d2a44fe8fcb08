import { expect, it } from 'vitest';
import { AoError } from '../../contract/errors.ts';
import { packedFiles, unpacked } from '../../contract/packed.ts';
import { bundle } from './bundle.ts';
import { requiresOf } from './requires.ts';

type Files = Readonly<Record<string, string>>;
const reader =
  (files: Files) =>
  async (path: string): Promise<string> => {
    const text = files[path];
    if (text === undefined) throw new AoError('FILE_MISSING', { path });
    return text;
  };

it('finds what is required, and nothing in comments, texts or names of others', () => {
  const text = `
local a <const> = require("lib.a") -- require "no"
--[[ require("no") ]] local text = [==[ require("no") ]==]
local b = require 'b' local c = require [[c]] require "b" goto done ::done::
obj.require("no") obj:require "no" local function require2() end pcall(require, "no") require(name)
local d = require ( "d" )`;
  expect(requiresOf(text)).toEqual([
    { name: 'lib.a', line: 2 },
    { name: 'b', line: 4 },
    { name: 'c', line: 4 },
    { name: 'd', line: 6 },
  ]);
  expect(requiresOf('require "a" local é = require "b"')).toEqual([{ name: 'a', line: 1 }]);
});

it('runs what is required before what requires it, each file once, and leaves to the process what is its own', async () => {
  const files = {
    'src/main.lua':
      'local b = require("lib.b")\nlocal a = require("lib.a")\nlocal json, u, db = require("json"), require(".utils"), require("lsqlite3")\n',
    'src/lib/a.lua': 'return { b = require("lib/b"), shared = require("shared") }',
    'src/lib/b.lua': 'return require("shared")',
    'shared/init.lua': 'return 1',
    'utils.lua': 'error("not meant")',
  };
  const made = await bundle('src/main.lua', reader(files));
  expect(made.files).toEqual(['src/main.lua', 'shared/init.lua', 'src/lib/b.lua', 'src/lib/a.lua']);
  expect(packedFiles(made.text).map(({ file }) => file)).toEqual(made.files.slice(1));
  expect(unpacked(made.text)).toBe(files['src/main.lua']);
  expect(await bundle('src/main.lua', reader(files))).toEqual(made);
  expect((await bundle('src/main.lua', reader({ ...files, 'shared/init.lua': 'return 2' }))).hash).not.toBe(made.hash);
});

it('says who requires what, and where it looked', async () => {
  const files = { 'main.lua': 'require("lib.a")', 'lib/a.lua': '#!/usr/bin/lua\nlocal x = require("gone.away")' };
  const missing = bundle('main.lua', reader(files), { paths: ['vendor/'] });
  await expect(missing).rejects.toMatchObject({
    code: 'BUNDLE_MISSING',
    details: {
      file: 'lib/a.lua',
      line: 2,
      name: 'gone.away',
      places: 'gone/away.lua, gone/away/init.lua, vendor/gone/away.lua, vendor/gone/away/init.lua',
    },
  });
  expect((await bundle('main.lua', reader(files), { external: ['gone.away'] })).files).toEqual(['main.lua', 'lib/a.lua']);
});

it('names a circle', async () => {
  const files = { 'main.lua': 'require("a")', 'a.lua': 'require("b")', 'b.lua': '\nrequire("a")' };
  const circle = bundle('main.lua', reader(files));
  await expect(circle).rejects.toMatchObject({
    code: 'BUNDLE_CIRCLE',
    details: { file: 'b.lua', line: 2, circle: 'a.lua → b.lua → a.lua' },
  });
});

it('takes the own file of a project rather than that of aos', async () => {
  expect((await bundle('main.lua', reader({ 'main.lua': 'require("json")', 'json.lua': 'return 1' }))).files).toEqual([
    'main.lua',
    'json.lua',
  ]);
});
