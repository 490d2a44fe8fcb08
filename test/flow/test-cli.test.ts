import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import type { TestEvent, TestResult } from '../../node/contract/tests.ts';
import { newProject, type TestProject } from '../kit/project.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'out/node/cli.cjs');
const SAMPLES = join(ROOT, 'out/assets/samples');

/** `aoscope …` to its end, with a home of its own. */
function aoscope(...args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const home = mkdtempSync(join(tmpdir(), 'aoscope-home-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    env: { ...process.env, AOSCOPE_HOME: home },
    encoding: 'utf8',
    timeout: 110_000,
  });
  return { code: status, out: stdout, err: stderr };
}

type Word = TestEvent | { readonly kind: 'summary'; readonly passed: number; readonly failed: number; readonly broken: number };

function words(out: string): Word[] {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Word);
}

function results(out: string): readonly TestResult[] {
  return words(out).flatMap((one) => (one.kind === 'ended' ? [one.result] : []));
}

function project(files: Readonly<Record<string, string>>): TestProject {
  const made = newProject({
    'aoscope.json': JSON.stringify({ version: 1, name: 'Counter', processes: [{ name: 'counter', source: 'counter.lua' }] }),
    'counter.lua': `
Count = Count or 0
Handlers.add("Add", "Add", function(msg)
  Count = Count + tonumber(msg.Data)
  if Count > 100 then
    Count = 100
  end
  msg.reply({ Action = "Added", Data = tostring(Count) })
end)
Handlers.add("Never", "Never", function() Count = 0 end)
`,
    ...files,
  });
  onTestFinished(() => made.remove());
  return made;
}

it('a failed test says what differs, where, and after which messages, and its history opens there', { timeout: 120_000 }, () => {
  const { path } = project({
    'tests/counter.test.lua': `
describe("counter", function()
  it("adds", function()
    local counter = spawn("counter")
    expect(send(counter, { Action = "Add", Data = 2 }):reply().Data).equals("2")
    send(counter, { Action = "Add", Data = "3" }):follows({ { from = "counter", to = "me", Action = "Added", Data = "6" } })
  end)
  it("is fresh again", function()
    expect(state(spawn("counter"), "{ Count, type(Handlers) }")).equals({ 0, "table" })
  end)
  it.skip("is left out", function() error("never") end)
end)`,
  });
  const { code, out } = aoscope('test', path, '--json');
  expect(code).toBe(1);
  const [adds, fresh, skipped] = results(out);
  expect([fresh?.state, skipped?.state]).toEqual(['passed', 'skipped']);
  expect(adds?.failure).toMatchObject({
    message: 'message 1 is another one',
    place: { file: 'tests/counter.test.lua', line: 6 },
    compared: { expected: { Data: '6', from: 'counter' }, got: { Data: '5', from: 'counter' } },
    at: { slot: 2 },
  });
  expect(adds?.failure?.trail.map(({ from, to, action }) => `${from} ${to} ${action ?? ''}`)).toEqual([
    'me counter Add',
    'counter me Added',
    'me counter Add',
    'counter me Added',
  ]);
  const recording = adds?.recording ?? '';
  const replayed = aoscope('state', recording, 'counter', 'focus');
  expect(replayed.out).toMatch(/Count +5/);
  expect(aoscope('recording', recording).out).toContain('counter › adds: message 1 is another one');

  const text = aoscope('test', path, 'adds');
  expect(text.out).toMatch(/≠ +Data = "6",? +Data = "5"/);
  expect(text.out).toContain('0 passed, 1 failed');
});

it('lines and handlers that ran, as lcov; results as JUnit; ids and time the same in every run', { timeout: 120_000 }, () => {
  const made = project({
    'tests/a.test.lua': `
it("prints who it is", function()
  local counter = spawn("counter")
  send(counter, { Action = "Add", Data = "1" })
  expect(counter.id .. " " .. clock.now() .. " " .. wallet("alice").id).equals("?")
end)`,
    'tests/deep/b.test.lua': `
local numbers = require("numbers")
it("adds <two>", function() send(spawn("counter"), { Action = "Add", Data = numbers.two }):reply({ Data = "2" }) end)`,
    'tests/numbers.lua': 'return { two = 2 }',
    'tests/broken.test.lua': 'describe("a", function(',
  });
  const junit = join(made.path, 'out', 'junit.xml');
  const lcov = join(made.path, 'lcov.info');
  const first = aoscope('test', made.path, '--json', '--coverage', lcov, '--junit', junit);
  expect(first.code).toBe(1);
  expect(words(first.out).at(-1)).toMatchObject({ kind: 'summary', passed: 1, failed: 1, broken: 1 });
  const who = (out: string): unknown => results(out).find(({ failure }) => failure !== null)?.failure?.compared?.got;
  expect(who(aoscope('test', made.path, '--json').out)).toBe(who(first.out));

  const covered = readFileSync(lcov, 'utf8');
  expect(covered).toContain('SF:counter.lua\nFN:3,Add\nFN:10,Never\nFNDA:2,Add\nFNDA:0,Never\n');
  expect(covered).toContain('DA:4,2\n');
  expect(covered).toContain('DA:6,0\n');
  const report = readFileSync(junit, 'utf8');
  expect(report).toContain('<testcase classname="tests/deep/b.test.lua" name="adds &lt;two&gt;"');
  expect(report).toContain('<error message="');
});

const COVERED = {
  'aoscope.json': JSON.stringify({
    version: 1,
    name: 'Counter',
    processes: ['counter', 'twin', 'idle'].map((name) => ({ name, source: `${name}.lua` })),
  }),
  'counter.lua': `local step = require("lib.step")
Count = Count or 0
Handlers.add("Add", "Add", function(msg)
  Count = step(Count, tonumber(msg.Data))
  msg.reply({ Action = "Added", Data = tostring(Count) })
end)
for _, name in ipairs({ "Up", "Down" }) do
  Handlers.add(name, name, function() Count = Count + 1 end)
end`,
  'lib/step.lua': `return function(count, by)
  if by == nil then
    return count
  end
  return count + by
end`,
  'twin.lua': 'Handlers.add("Add", "Add", function(msg)\n  Seen = msg.Data\nend)',
  'idle.lua': 'Handlers.add("Rest", "Rest", function()\n  Rested = true\nend)',
  'tests/counter.test.lua': `
it("adds", function()
  local counter = spawn("counter")
  spawn("twin")
  send(counter, { Action = "Add", Data = "1" }):reply({ Data = "1" })
  eval(counter, "local a = 1\\nlocal b = 2\\nreturn a + b")
  send(counter, { Action = "Add", Data = "2" }):reply({ Data = "3" })
  send(counter, "Up")
end)`,
};
const COVERED_LCOV = [
  ['SF:counter.lua', 'FN:3,Add', 'FN:8,Up', 'FNDA:2,Add', 'FNDA:1,Up', 'FNF:2', 'FNH:2'],
  // Lua goes back to the first line of a call once its arguments are there, and what is required stands in front of line 1.
  ['DA:1,2', 'DA:2,1', 'DA:3,2', 'DA:4,2', 'DA:5,2', 'DA:7,3', 'DA:8,3', 'LF:7', 'LH:7', 'end_of_record'],
  ['TN:', 'SF:idle.lua', 'FN:1,Rest', 'FNDA:0,Rest', 'FNF:1', 'FNH:0', 'DA:1,0', 'DA:2,0', 'LF:2', 'LH:0', 'end_of_record'],
  ['TN:', 'SF:lib/step.lua', 'FNF:0', 'FNH:0', 'DA:1,1', 'DA:2,2', 'DA:3,0', 'DA:5,2', 'LF:4', 'LH:3', 'end_of_record'],
  ['TN:', 'SF:twin.lua', 'FN:1,Add', 'FNDA:0,Add', 'FNF:1', 'FNH:0', 'DA:1,2', 'DA:2,0', 'LF:2', 'LH:1', 'end_of_record', ''],
].flat();

it(
  'coverage counts each process in its own files, and those that no test touches; too little of it is a failure',
  { timeout: 120_000 },
  () => {
    const { path } = project(COVERED);
    const plain = aoscope('test', path, '--coverage');
    expect(plain.err).toBe('');
    expect(
      readFileSync(join(path, 'coverage', 'lcov.info'), 'utf8')
        .split('\n')
        .slice(1),
    ).toEqual(COVERED_LCOV);
    expect(plain.out).toMatch(/^lib\/step\.lua +3\/4 +75\.0 % +3$/m);
    expect(plain.out).toMatch(/^idle\.lua +0\/2 +0\.0 % +0\/1 +1-2$/m);
    expect(plain.out).toMatch(/^all +11\/15 +73\.3 % +2\/4$/m);
    expect(plain.code).toBe(0);

    const few = aoscope('test', path, '--coverage-min', '73.4');
    expect(few.out).toContain('✗ 73.3 % of the lines ran, less than the 73.4 % of --coverage-min');
    expect(few.code).toBe(1);
    const enough = aoscope('test', path, '--coverage-min=73', `--coverage=${join(path, 'out')}`, '--json');
    expect(enough.code).toBe(0);
    expect(words(enough.out).at(-1)).toMatchObject({ kind: 'summary', passed: 1, coveredPercent: 1100 / 15 });
    expect(existsSync(join(path, 'out', 'lcov.info'))).toBe(true);
    expect(aoscope('test', path, '--coverage-min', 'most').err).toContain('--coverage-min');
    // A word behind it was its value once: it does not become the pattern unsaid.
    const behind = aoscope('test', path, '--coverage', 'report');
    expect([behind.code, behind.err]).toEqual([1, expect.stringContaining('--coverage=report')]);
  },
);

it('a file that is no Lua for the one that counts is said to be, and does not count as covered', { timeout: 120_000 }, () => {
  // Interpreters of Lua 5.3 take this number, the parser that finds the lines does not.
  const { path } = project({
    ...COVERED,
    'idle.lua': 'Rest = 0x.8p1\nif Rest == 7 then Rest = 8 end',
    'tests/idle.test.lua': 'it("starts", function() spawn("idle") end)',
  });
  const { out, code } = aoscope('test', path, '--coverage');
  expect(code).toBe(0);
  expect(out).toMatch(/^idle\.lua +- +- +cannot be read as Lua$/m);
  expect(readFileSync(join(path, 'coverage', 'lcov.info'), 'utf8')).not.toContain('SF:idle.lua');
});

it('a test that never ends, an error in a process and a spawn of nobody are failures; the others run', { timeout: 120_000 }, () => {
  const { path } = project({
    'bad.lua': 'error("no boot")',
    'tests/x.test.lua': `
it("loops", function() while true do end end)
it("boots badly", function() spawn({ source = "bad.lua" }) end)
it("is unknown", function() spawn("nobody") end)
it("has a wallet for a target", function() expect(function() send(wallet("bob"), "Hello") end).fails("bob") end)
it("waits for cron", function()
  local beat = spawn({ name = "beat", code = 'Beats = 0 Handlers.add("c", "Cron", function() Beats = Beats + 1 end)', tags = { ["Cron-Interval"] = "10-seconds", ["Cron-Tag-Action"] = "Cron" } })
  clock.step(35)
  expect(state(beat, "Beats")).isAbove(1)
end)
it("fails in its handler", function()
  local p = spawn({ code = 'Handlers.add("x", "X", function() error("handler broke") end)' })
  expect(send(p, "X"):error()).isNil()
end)
it("is told why nobody answers", function()
  local p = spawn({ code = 'Handlers.add("x", "X", function() error("handler broke") end)' })
  local asker = spawn({ code = 'Handlers.add("a", "Ask", function(msg) Send({ Target = msg.Whom, Action = "X" }) end)' })
  expect(function() send(p, "X"):reply() end).fails("handler broke")
  expect(function() send(asker, { Action = "Ask", Whom = p }):reply() end).fails("handler broke")
end)`,
  });
  const byName = new Map(results(aoscope('test', path, '--json').out).map((one) => [one.name.at(-1), one]));
  expect([...byName].map(([name, { state }]) => `${name ?? ''} ${state}`)).toEqual([
    'loops failed',
    'boots badly failed',
    'is unknown failed',
    'has a wallet for a target failed',
    'waits for cron passed',
    'fails in its handler failed',
    'is told why nobody answers passed',
  ]);
  expect(byName.get('boots badly')?.failure?.message).toContain('no boot');
  expect(byName.get('is unknown')?.failure?.message).toContain('counter');
  expect(JSON.stringify(byName.get('fails in its handler')?.failure?.compared)).toContain('handler broke');
});

it('a folder without tests and an unknown option are told', () => {
  const { path } = project({});
  const none = aoscope('test', path);
  expect([none.code, none.err]).toEqual([1, expect.stringContaining('.test.lua')]);
  expect(aoscope('test', '--nonsense').code).toBe(1);
  expect(existsSync(join(path, '.aoscope'))).toBe(false);
});

const modules = await ensureModulesForTests();
it.skipIf(modules === undefined)('the same tests on our Lua module and on a real aos module', { timeout: 120_000 }, () => {
  const { path } = project({});
  cpSync(join(SAMPLES, 'ping-pong'), path, { recursive: true });
  cpSync(modules?.['aos-2.0.6']?.path ?? '', join(path, 'aos.wasm'));
  const { code, out, err } = aoscope('test', path, 'rounds', '--module', 'lua', '--module', 'aos.wasm', '--json');
  expect(err).toBe('');
  expect(results(out).map(({ module, state }) => `${module} ${state}`)).toEqual(['lua passed', 'aos.wasm passed']);
  expect(code).toBe(0);
});

it.skipIf(modules === undefined)('a real aos module covers the same lines', { timeout: 120_000 }, () => {
  const { path } = project(COVERED);
  cpSync(modules?.['aos-2.0.6']?.path ?? '', join(path, 'aos.wasm'));
  const { code, out, err } = aoscope('test', path, '--module', 'aos.wasm', '--coverage');
  expect(err).toBe('');
  expect([code, out]).toEqual([0, expect.stringContaining('✓')]);
  expect(
    readFileSync(join(path, 'coverage', 'lcov.info'), 'utf8')
      .split('\n')
      .slice(1),
  ).toEqual(COVERED_LCOV);
});
