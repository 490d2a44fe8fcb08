import { expect, it } from 'vitest';
import { runInNewContext } from 'node:vm';
import { instrument } from './instrument.ts';

/** Code in every way of writing it, each of which leaves something in `out`. */
const CODE: Readonly<Record<string, string>> = {
  'branches and loops without braces':
    'const f = (n) => { let s = 0; for (let i = 0; i < n; i++) if (i % 2) s += i; else if (i > 2) s -= 1; else s += 10; while (s < 0) s++; do s--; while (s > 5); return s }; out.push(f(9), f(0));',
  'arrows that give objects, and arrows in arrows':
    'const f = (a) => ({ a, g: (b = () => a) => b() }); out.push(f(1).a, f(2).g(), f(3).g(() => 9));',
  'classes, getters and super':
    'class A { #x = 1; static n = 0; constructor(x) { this.#x = x; A.n++ } get x() { return this.#x } set x(v) { this.#x = v } m() { return `a${this.x}` } } class B extends A { constructor(x) { super(x + 1); this.y = x } m() { return super.m() + this.y } } const b = new B(1); b.x = 7; out.push(b.m(), A.n);',
  'switches, labels and comma':
    "const f = (n) => { let r = ''; switch (n) { case 1: r += 'a'; case 2: r += 'b'; break; default: r += 'c' } outer: for (const x of [1, 2, 3]) { for (const y of [1, 2]) { if (y === 2) continue outer; if (x === 3) break outer; r += x } } return r, r + n }; out.push(f(1), f(2), f(3));",
  'generators, destructuring and spread':
    'function* g(n) { for (let i = 0; i < n; i++) yield i; return 5 } const h = ({ a = 1, ...rest }, [b, , c] = [1, 2, 3], ...more) => [a, Object.keys(rest), b, c, more.length]; out.push([...g(3)], h({ z: 1 }), h({ a: 2 }, [7, 8, 9], 1, 2));',
  'return without a blank, and with a line end':
    'const f = () => {return"x"}; function g() { return\n 5 } function h() { return (\n 6) } out.push(f(), g(), h());',
  'functions that are used before they stand': 'out.push(later(2)); function later(n) { return n <= 1 ? 1 : n * later(n - 1) }',
  'errors, finally and what they give':
    "const f = (n) => { try { if (n) throw new TypeError('t'); return 'try' } catch ({ name }) { return name } finally { out.push('finally') } }; out.push(f(0), f(1));",
  'names of functions, and how many parameters they take':
    'const f = function (a, b) {}; const g = (a, ...b) => a; const o = { m(x) { return x } }; out.push(f.name, f.length, g.length, o.m.name);',
  'templates, tags and optional chains':
    'const t = (s, ...v) => s.raw.join("|") + v.join(); out.push(t`a${1}b${2}c`, null?.x?.(() => 1), [1, 2].map((x) => x ** 2).at(-1));',
  'code that is laid out over lines':
    'const f = (a) =>\n  // a note with => in it\n  a\n    .map((x) => x + 1)\n    .filter(Boolean);\nout.push(f([1, -1]));',
};

function run(code: string): unknown {
  const out: unknown[] = [];
  const told: number[] = [];
  const $aoscope = {
    enter: () => null,
    line: (_frame: null, line: number) => told.push(line),
    returned: (_frame: null, value: unknown) => value,
    threw: () => undefined,
    left: () => undefined,
  };
  runInNewContext(`'use strict';${code}`, { out, $aoscope });
  return JSON.parse(JSON.stringify(out));
}

it.each(Object.entries(CODE))('%s do what they did', (_name, code) => {
  const { code: written } = instrument(code);
  expect(run(written)).toEqual(run(code));
  expect(written.split('\n')).toHaveLength(code.split('\n').length);
});

it('what is awaited and what comes later stay in order', async () => {
  const code =
    'const f = async (n) => { for await (const x of [1, Promise.resolve(2)]) out.push(x + n); await null; return n }; done(Promise.all([f(0), f(10)]));';
  const results = await Promise.all(
    [code, instrument(code).code].map(async (one) => {
      const out: unknown[] = [];
      let end: Promise<unknown> = Promise.resolve();
      const $aoscope = {
        enter: () => null,
        line: () => undefined,
        returned: (_frame: null, value: unknown) => value,
        threw: () => undefined,
        left: () => undefined,
      };
      runInNewContext(one, { out, $aoscope, done: (promise: Promise<unknown>) => (end = promise) });
      return [await end, out];
    }),
  );
  expect(results[1]).toEqual(results[0]);
});

it('names functions by what they are called, with the names they can see', () => {
  const { functions } = instrument(
    'const top = 1;\nexport const outer = (a) => {\n  let b = a;\n  return function inner(c) { return top + b + c };\n};\n',
  );
  expect(functions).toEqual([
    { name: 'outer', line: 2, lastLine: 5, locals: ['a', 'b'], upvalues: ['top'] },
    { name: 'inner', line: 4, lastLine: 4, locals: ['c'], upvalues: ['top', 'b'] },
  ]);
});
