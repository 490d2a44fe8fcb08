import type { Misbehaviour } from './suite.fixture.ts';

/** Lua code that every Lua machine must contain, evaluated by the owner. */
export const COUNT = 'Counter = (Counter or 0) + 1; List = List or {}; List[#List + 1] = { Counter }; return Counter';

export const MISBEHAVIOURS: Readonly<Record<string, Misbehaviour>> = {
  'a loop without an end': { work: 'Counter = 99; while true do end', ends: 'gas' },
  'a loop that swallows errors': { work: 'Counter = 99; while true do pcall(function() while true do end end) end', ends: 'gas' },
  'memory without an end': { work: 'local t = {} for i = 1, 1e9 do t[i] = string.rep("y", 100000) .. i end', ends: 'memory' },
  'recursion without an end': { work: 'Counter = 99; local function f(n) return 1 + f(n + 1) end return f(1)', ends: 'error or memory' },
  'recursion through metatables': {
    work: 'Counter = 99; local t = setmetatable({}, {}); getmetatable(t).__index = function(s, k) return s[k .. "x"] end return t.a',
    ends: 'error or gas',
  },
  'coroutines without an end': {
    work: 'Counter = 99; while true do coroutine.wrap(function() for i = 1, 100 do end end)() end',
    ends: 'gas',
  },
  'coroutines inside coroutines': {
    work: 'Counter = 99; local function f() return coroutine.wrap(f)() end return f()',
    ends: 'error',
  },
  'an error after a change': { work: 'Counter = 99; List[1] = nil; error("boom")', ends: 'error' },
  'an error that is no text': { work: 'Counter = 99; error({ code = 5 })', ends: 'error' },
  'output without measure': {
    work: 'Counter = 99; local s = string.rep("z", 1000000) for i = 1, 200 do ao.send({ Target = ao.id, Data = s }) end',
    ends: 'error or memory',
  },
};

/** Runs in C and counts no instructions: a pattern that tries 2^30 ways. */
export const ENDLESS = 'return string.find(string.rep("a", 30), string.rep("a?", 30) .. string.rep("a", 30) .. "b")';
