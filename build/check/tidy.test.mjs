import { describe, expect, it } from 'vitest';
import { deadFiles } from './dead.mjs';
import { lockGaps } from './lock.mjs';
import { tidyViolations } from './tidy.mjs';

const of = (path, text, debts) => tidyViolations(new Map([[path, text]]), debts);
const lines = (count) => 'f();\n'.repeat(count);

describe('tidy', () => {
  it.each([
    ['node/su/slot.ts', 'const a: any = 1;', ':1 any'],
    ['node/su/slot.ts', 'const a = b as unknown as string;', 'as unknown as'],
    ['node/su/slot.ts', 'a!.b();', ':1 "!"'],
    ['node/su/slot.ts', '// @ts-ignore\na();', '@ts-'],
    ['node/su/slot.ts', 'a();\n// TODO later', ':2 TODO'],
    ['node/su/slot.ts', 'console.log(1);', 'console.log'],
    ['node/su/slot.ts', "export * from './a.ts';", 're-export'],
    ['node/su/slot.ts', "export { a } from './a.ts';", 're-export'],
    ['node/su/slot.ts', 'export default 1;', 'default export'],
    ['node/su/slot.ts', 'const now = Date.now();', 'Date.now()'],
    ['node/cu/evaluate.ts', 'const dice = Math.random();', 'Math.random()'],
    ['node/su/slot.ts', '// oxlint-disable no-console', 'without its reason'],
    ['node/su/slot.ts', lines(401), '401 lines'],
    ['node/su/slot.test.ts', lines(601), '601 lines'],
    ['node/su/slot.ts', `function tooLong() {\n${lines(70)}}`, 'tooLong has 72 lines'],
    ['node/su/slot-manager.ts', '', '"manager"'],
    ['node/utils/slot.ts', '', '"utils"'],
    ['node/su/slotTable.ts', '', 'kebab-case'],
    ['node/su/slot.ts', 'export function slotHelper() {}', '"helper"'],
    ['node/su/slot.ts', 'interface SlotManager { a: 1 }', '"manager"'],
  ])('reports in %s: %s', (path, text, report) => {
    expect(of(path, text)).toEqual([expect.stringContaining(report)]);
  });

  it.each([
    ['words that only contain a banned one', 'node/su/slot.ts', 'const utility = commonplace();'],
    ['names of others', 'node/host/fork.ts', 'electron.utilityProcess.fork(a.helper, b.service);'],
    ['words in comments and texts', 'node/su/slot.ts', "// any helper\nconst a = 'TODO any!';"],
    ['time where a unit is wired', 'node/su/open.ts', 'const clock = () => Date.now();'],
    ['measuring', 'node/cu/evaluate.ts', 'const startedMs = performance.now();'],
    ['a factory of many short functions', 'node/su/slot.ts', `function openTable() {\n${`const f = () => {\n${lines(20)}};\n`.repeat(6)}}`],
    ['a disabled rule with its reason', 'node/su/slot.ts', '// oxlint-disable-next-line no-console -- the last word of a dying process'],
  ])('allows %s', (_what, path, text) => {
    expect(of(path, text)).toEqual([]);
  });

  it('counts a debt, and wants the number lowered once it has fallen', () => {
    const debts = { 'renderer/a.ts any': 1 };
    expect(of('renderer/a.ts', 'let a: any;', debts)).toEqual([]);
    expect(of('renderer/a.ts', 'let a: any; let b: any;', debts)).toHaveLength(1);
    expect(of('renderer/a.ts', 'let a = 1;', debts)).toEqual([expect.stringContaining('is down to 0')]);
  });

  it('takes no debts of types in the node and in the model', () => {
    expect(of('node/a.ts', 'let a: any;', { 'node/a.ts any': 1 })).toEqual([expect.stringContaining('no debts')]);
  });
});

describe('dead files', () => {
  it('names what no program reaches, and what only tests use', () => {
    const files = new Map([
      ['node/su/main.ts', "import './su.ts';"],
      ['node/su/su.ts', ''],
      ['node/su/old.ts', "import './older.ts';"],
      ['node/su/older.ts', ''],
      ['node/su/tried.ts', ''],
      ['node/su/tried.test.ts', "import './tried.ts';"],
    ]);
    expect(deadFiles(files)).toEqual([
      'node/su/old.ts: nobody imports it; use it or delete it',
      'node/su/older.ts: nobody imports it; use it or delete it',
      'node/su/tried.ts: only tests use it; use it or delete it',
    ]);
  });
});

describe('the lock file', () => {
  it('must know the packages for other systems too', () => {
    const lock = { packages: { 'node_modules/a': { optionalDependencies: { 'a-linux': '1', 'a-mac': '1' } }, 'node_modules/a-linux': {} } };
    expect(lockGaps(lock)).toEqual([expect.stringContaining('lacks a-mac')]);
  });

  it('finds what is nested', () => {
    const lock = {
      packages: {
        'node_modules/b/node_modules/a': { optionalDependencies: { x: '1', y: '1' } },
        'node_modules/b/node_modules/x': {},
        'node_modules/y': {},
      },
    };
    expect(lockGaps(lock)).toEqual([]);
  });
});
