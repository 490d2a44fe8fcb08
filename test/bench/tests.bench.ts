import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { row } from './kit.ts';

/** `aoscope test` of every sample that has tests, on our Lua module, one sample after another, as somebody at a terminal runs them. */
const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'out/node/cli.cjs');
const SAMPLES = join(ROOT, 'node/samples');
/** Its process runs on a module of the network, which is not part of the app. */
const ELSEWHERE = 'sqlite';

interface Ran {
  readonly tests: number;
  readonly ms: number;
}

async function run(sample: string, folder: string): Promise<Ran> {
  const project = join(folder, sample);
  cpSync(join(SAMPLES, sample), project, { recursive: true });
  const report = join(folder, `${sample}.xml`);
  const startedMs = performance.now();
  const [code, said] = await new Promise<[number, string]>((done) => {
    const env = { ...process.env, AOSCOPE_HOME: join(folder, 'home') };
    execFile(process.execPath, [CLI, 'test', project, '--junit', report], { env }, (error, out, errors) =>
      done([error === null ? 0 : Number(error.code), `${out}${errors}`]),
    );
  });
  const ms = performance.now() - startedMs;
  const told = readFileSync(report, 'utf8');
  const tests = told.match(/<testcase /g)?.length ?? 0;
  if (code !== 0 || tests === 0) throw new Error(`the tests of ${sample} did not pass:\n${said}`);
  return { tests, ms };
}

const folder = mkdtempSync(join(tmpdir(), 'aoscope-bench-'));
try {
  const samples = readdirSync(SAMPLES).filter((name) => name !== ELSEWHERE && existsSync(join(SAMPLES, name, 'tests')));
  let [ms, tests] = [0, 0];
  for (const sample of samples) {
    const ran = await run(sample, folder);
    console.log(`${sample}: ${ran.tests} tests, ${(ran.ms / 1_000).toFixed(1)} s`);
    ms += ran.ms;
    tests += ran.tests;
  }
  row(`aoscope test of ${samples.length} samples, each with its own command`, `${(ms / 1_000).toFixed(1)} s`, `${tests} tests`);
  row('tests in a second, starting of the command included', (tests / (ms / 1_000)).toFixed(1), '');
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
