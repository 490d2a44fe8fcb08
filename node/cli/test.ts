import { availableParallelism } from 'node:os';
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AoError, reasonOf } from '../contract/errors.ts';
import type { TestEvent, TestFailure, TestResult, TestSummary } from '../contract/tests.ts';
import { builtParts } from '../serve/built.ts';
import { givenOptions } from '../serve/options.ts';
import { counted, say, sayError } from '../serve/say.ts';
import { manifestOf, testFiles } from '../tests/find.ts';
import { failureLines, junit, lcov, merged, titleOf } from '../tests/reports.ts';
import { runTests, type TestRunEnded } from '../tests/run-tests.ts';
import { DATA_FOLDER } from '../workspace/inside.ts';
import { makeDataFolder, projectFolder } from '../workspace/project.ts';
import { mustBeTrusted, openBuildTrust, programsOf } from '../workspace/trust.ts';
import { defaultUserDir, userFolders } from '../workspace/user-dir.ts';

const USAGE = `aoscope test [path/to/project] [pattern] [options]

Runs the tests of a project: every file that ends in .test.lua, each on a node of its own that keeps nothing, some at once.
With a pattern, only tests whose whole name (file › suite › test) holds that text.

  --module M   processes that name no module run on this one: an id, a name from the list of modules, or a .wasm, .wat, .ts or
               .js file of the project; 'lua' is the built-in one. May be given several times: the tests run on each
  --jobs N     files at once (default: one for each core)
  --timeout N  seconds without a word from a test after which its file is given up (default 60)
  --coverage FILE  which lines and handlers ran, as lcov
  --junit FILE     the results as JUnit's XML
  --keep DIR   folder for the recordings of failed tests (default .aoscope/tests in the project); every history command
               and the window open them
  --data DIR   folder of the modules that were added, instead of the user's own
  --trust-build
               run compilers of this computer where processes are in C or Rust, which may run programs of the project
  --json       one line of JSON for every event, the summary last
  --help       this text

The exit code is 0 where all passed, 1 otherwise. What a test can say: node/tests/README.md`;

interface Line {
  readonly project: string;
  readonly pattern: string | null;
  readonly modules: readonly (string | null)[];
  readonly jobs: number;
  readonly timeMs: number;
  readonly coverage: string | null;
  readonly junit: string | null;
  readonly keep: string | null;
  readonly userDir: string;
  readonly isBuildTrusted: boolean;
  readonly isJson: boolean;
}

/** `aoscope test`. @returns the exit code. */
export async function runTest(args: readonly string[], outDir: string): Promise<number> {
  try {
    const line = parse(args);
    if (line === null) {
      say(USAGE);
      return 0;
    }
    return await run(line, outDir);
  } catch (error) {
    sayError(error);
    return 1;
  }
}

async function run(line: Line, outDir: string): Promise<number> {
  const { assetsDir, version } = builtParts(outDir);
  const project = await realpath(await projectFolder(line.project));
  const files = await testFiles(project);
  if (files.length === 0) throw new AoError('TEST_NONE', { path: project });
  const trust = { file: userFolders(line.userDir).trustFile, isAlways: line.isBuildTrusted };
  await mustBeTrusted([...programsOf(await manifestOf(project)), ...line.modules], project, openBuildTrust(trust));
  const keepDir = line.keep ?? join(project, DATA_FOLDER, 'tests');
  if (line.keep === null) await makeDataFolder(join(project, DATA_FOLDER));
  await rm(keepDir, { recursive: true, force: true });
  const results: TestResult[] = [];
  const broken: { readonly file: string; readonly error: TestFailure }[] = [];
  const isOfSeveral = line.modules.length > 1;
  const tell = (event: TestEvent): void => {
    if (event.kind === 'ended') results.push(event.result);
    if (event.kind === 'file' && event.error !== null) broken.push({ file: event.file, error: event.error });
    if (line.isJson) say(JSON.stringify(event));
    else for (const text of linesOf(event, isOfSeveral)) say(text);
  };
  const ended: TestRunEnded[] = [];
  for (const module of line.modules) {
    const task = {
      project,
      wish: { pattern: line.pattern, module },
      assetsDir,
      modulesDir: userFolders(line.userDir).modules,
      trust,
      keepDir,
      isListing: false,
      isCovered: line.coverage !== null,
      version,
    };
    const { jobs, timeMs } = line;
    const script = join(outDir, 'node', 'test-worker.cjs');
    ended.push(await runTests({ files, script, jobs, timeMs, task, signal: new AbortController().signal, tell }));
  }
  const summary = summed(ended);
  if (results.length === 0 && broken.length === 0) throw new AoError('TEST_NONE', { path: project });
  const coverage = merged(ended.flatMap((one) => one.coverage));
  if (line.junit !== null) await write(line.junit, junit(results, broken));
  if (line.coverage !== null) await write(line.coverage, lcov(coverage));
  const { coverage: _left, ...told } = { ...summary, coverage };
  say(line.isJson ? JSON.stringify({ kind: 'summary', ...told }) : summaryText(told));
  return summary.failed === 0 && summary.broken === 0 ? 0 : 1;
}

function linesOf(event: TestEvent, isOfSeveral: boolean): string[] {
  if (event.kind === 'ended') {
    const { result } = event;
    const mark = { passed: '✓', failed: '✗', skipped: '-' }[result.state];
    const head = `${mark} ${titleOf(result, isOfSeveral)}${result.state === 'skipped' ? '' : `  ${Math.round(result.durationMs)} ms`}`;
    if (result.failure === null) return [head];
    const kept = result.recording === null ? [] : [`recorded in ${result.recording}`];
    return [head, ...[...failureLines(result.failure), ...kept].map((text) => `    ${text}`)];
  }
  if (event.kind === 'file' && event.error !== null) return [`✗ ${event.file}`, ...failureLines(event.error).map((text) => `    ${text}`)];
  return [];
}

function summaryText({ passed, failed, skipped, broken, durationMs }: TestSummary): string {
  const parts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(broken > 0 ? [`${counted(broken, 'file')} could not be run`] : []),
  ];
  return `${parts.join(', ')} in ${(durationMs / 1000).toFixed(1)} s`;
}

function summed(all: readonly TestSummary[]): TestSummary {
  const of = (key: keyof TestSummary): number => all.reduce((sum, one) => sum + one[key], 0);
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped'), broken: of('broken'), durationMs: of('durationMs') };
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(resolve(path)), { recursive: true });
  await writeFile(path, text).catch((error: unknown) => {
    throw new AoError('FILE_UNREADABLE', { path, reason: reasonOf(error) });
  });
}

/** Null where help is asked for. @throws AoError OPTION_UNKNOWN. */
function parse(args: readonly string[]): Line | null {
  const { values, positionals } = parsed(args);
  if (values.help === true) return null;
  const [first, second, excess] = positionals;
  if (excess !== undefined) throw new AoError('OPTION_UNKNOWN', { reason: `${excess} is one too many` });
  const modules = (values.module ?? ['lua']).map((ref) => (ref === 'lua' ? null : ref));
  return {
    project: resolve(first ?? '.'),
    pattern: second ?? null,
    modules,
    jobs: whole('--jobs', values.jobs, availableParallelism()),
    timeMs: whole('--timeout', values.timeout, 60) * 1000,
    coverage: values.coverage ?? null,
    junit: values.junit ?? null,
    keep: values.keep === undefined ? null : resolve(values.keep),
    userDir: values.data === undefined ? defaultUserDir() : resolve(values.data),
    isBuildTrusted: values['trust-build'] === true,
    isJson: values.json === true,
  };
}

function whole(name: string, given: string | undefined, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new AoError('OPTION_UNKNOWN', { reason: `${name} is a whole number, not ${given ?? ''}` });
  return value;
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  return givenOptions(args, {
    module: { type: 'string', multiple: true },
    jobs: text,
    timeout: text,
    coverage: text,
    junit: text,
    keep: text,
    data: text,
    'trust-build': { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
}
