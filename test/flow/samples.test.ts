import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import type { TestEvent, TestResult } from '../../node/contract/tests.ts';
import { SAMPLES } from '../../node/workspace/samples.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'out/node/cli.cjs');
const TIMEOUT_MS = 120_000;
/** It runs on a module of its own, and on no other. */
const ONE_MACHINE = new Set(['sqlite']);

const modules = await ensureModulesForTests();

/** A copy of a sample, with the real aos module in it where that is at hand. */
function copyOf(sample: string): string {
  const path = mkdtempSync(join(tmpdir(), 'aoscope-sample-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  cpSync(join(ROOT, 'node/samples', sample), path, { recursive: true });
  if (modules !== undefined) cpSync(modules['aos-2.0.6']?.path ?? '', join(path, 'aos.wasm'));
  return path;
}

function testsOf(path: string): readonly string[] {
  const folder = join(path, 'tests');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.test.lua')) : [];
}

function run(path: string, ...args: readonly string[]): readonly TestResult[] {
  const { stdout, stderr } = spawnSync(process.execPath, [CLI, 'test', path, '--json', ...args], {
    env: { ...process.env, AOSCOPE_HOME: join(path, '.home') },
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  expect(stderr).toBe('');
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TestEvent | { readonly kind: 'summary' });
  return events.flatMap((one) => (one.kind === 'ended' ? [one.result] : []));
}

/** What failed, and why: the empty list where all is well. */
const failures = (results: readonly TestResult[]): string[] =>
  results.filter(({ state }) => state === 'failed').map(({ name, failure }) => `${name.join(' › ')}: ${failure?.message ?? ''}`);

const TESTED = SAMPLES.map(({ id }) => id).filter((id) => testsOf(join(ROOT, 'node/samples', id)).length > 0);

describe.each(TESTED.filter((id) => !ONE_MACHINE.has(id)))('the sample %s', (id) => {
  it('keeps what its tests say on our Lua module', { timeout: TIMEOUT_MS }, () => {
    const results = run(copyOf(id));
    expect(results.length).toBeGreaterThan(0);
    expect(failures(results)).toEqual([]);
  });

  it.skipIf(modules === undefined)('keeps it on a real aos module too', { timeout: TIMEOUT_MS }, () => {
    expect(failures(run(copyOf(id), '--module', 'aos.wasm'))).toEqual([]);
  });
});

it('a sample whose module is not at hand says so, and spawns nothing', { timeout: TIMEOUT_MS }, () => {
  const path = copyOf('sqlite');
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'up', path], {
    env: { ...process.env, AOSCOPE_HOME: join(path, '.home') },
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/aos with SQLite is not on this computer, so nothing was spawned[^]*Open Modules/),
  ]);
});

it.skipIf(modules === undefined)('the sample sqlite keeps what its tests say on the module that it needs', { timeout: TIMEOUT_MS }, () => {
  const path = copyOf('sqlite');
  cpSync(modules?.['sqlite']?.path ?? '', join(path, 'sqlite.wasm'));
  const manifest = join(path, 'aoscope.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"aos with SQLite"', '"sqlite.wasm"'));
  const results = run(path);
  expect(results.length).toBeGreaterThan(0);
  expect(failures(results)).toEqual([]);
});

/** What of a test file says that a process is made from fixed.lua. */
const MENDED = /^local SOURCES = \{.*\}$/m;
const PLANTED = TESTED.filter((id) => existsSync(join(ROOT, 'node/samples', id, 'fixed.lua')));

it.each(PLANTED)('the planted bug of %s fails its tests, and some of them only', { timeout: TIMEOUT_MS }, (id) => {
  const path = copyOf(id);
  for (const name of testsOf(path)) {
    const text = readFileSync(join(path, 'tests', name), 'utf8');
    expect(text).toMatch(MENDED);
    writeFileSync(join(path, 'tests', name), text.replace(MENDED, 'local SOURCES = {}'));
  }
  const results = run(path);
  const failed = failures(results).length;
  expect(failed).toBeGreaterThan(0);
  expect(failed).toBeLessThan(results.length);
});
