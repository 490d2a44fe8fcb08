import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AoError, reasonOf } from '../contract/errors.ts';
import {
  coveredPercent,
  hasPassed,
  type FileCoverage,
  type TestEvent,
  type TestFailure,
  type TestResult,
  type TestRunReply,
  type TestSummary,
} from '../contract/tests.ts';
import { builtParts } from '../serve/built.ts';
import { givenOptions } from '../serve/options.ts';
import { counted, say, sayError } from '../serve/say.ts';
import { manifestOf, testFiles } from '../tests/find.ts';
import { coverageLines, lcov, merged, percentText } from '../tests/coverage-report.ts';
import { failureLines, junit, titleOf } from '../tests/reports.ts';
import { runTests } from '../tests/run-tests.ts';
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
  --coverage[=DIR]
               count which lines and handlers ran: told at the end for each file, and written to DIR/lcov.info (default
               coverage/lcov.info in the project). A name that ends in .info is the file itself
  --coverage-min N
               count them, and end with exit code 1 where less than N per cent of the lines ran
  --junit FILE     the results as JUnit's XML
  --keep DIR   folder for the recordings of failed tests (default .aoscope/tests in the project); every history command
               and the window open them
  --data DIR   folder of the modules that were added, instead of the user's own
  --trust-build
               run compilers of this computer where processes are in C or Rust, which may run programs of the project
  --json       one line of JSON for every event, the summary last
  --help       this text

Counting changes nothing: each slot is run again for it once its test has ended. The exit code is 0 where all passed (and
enough was covered), 1 otherwise. What a test can say: node/tests/README.md`;

interface Line {
  readonly project: string;
  readonly pattern: string | null;
  readonly modules: readonly (string | null)[];
  readonly jobs: number;
  readonly timeMs: number;
  /** Lines and handlers are counted. */
  readonly isCovered: boolean;
  /** File for lcov; null where none is written. */
  readonly lcov: string | null;
  readonly coverageMin: number | null;
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
  const ended: TestRunReply[] = [];
  for (const module of line.modules) {
    const task = {
      project,
      wish: { pattern: line.pattern, module },
      assetsDir,
      modulesDir: userFolders(line.userDir).modules,
      trust,
      keepDir,
      isListing: false,
      isCovered: line.isCovered,
      version,
    };
    const { jobs, timeMs } = line;
    const script = join(outDir, 'node', 'test-worker.cjs');
    const isWhole = line.pattern === null;
    ended.push(await runTests({ files, script, jobs, timeMs, task, isWhole, signal: new AbortController().signal, tell }));
  }
  const summary = summed(ended);
  if (results.length === 0 && broken.length === 0) throw new AoError('TEST_NONE', { path: project });
  if (line.junit !== null) await write(line.junit, junit(results, broken));
  const covered = line.isCovered ? merged(ended.map(({ coverage }) => coverage ?? [])) : null;
  if (line.lcov !== null && covered !== null) await write(line.lcov, lcov(covered));
  const share = covered === null ? {} : { coveredPercent: coveredPercent(covered) };
  if (line.isJson) say(JSON.stringify({ kind: 'summary', ...summary, ...share }));
  else {
    say(summaryText(summary));
    for (const text of covered === null ? [] : coveredText(covered, line)) say(text);
  }
  return hasPassed(summary) && isEnough(covered, line) ? 0 : 1;
}

function isEnough(covered: readonly FileCoverage[] | null, { coverageMin }: Line): boolean {
  return covered === null || coverageMin === null || coveredPercent(covered) >= coverageMin;
}

function coveredText(covered: readonly FileCoverage[], line: Line): readonly string[] {
  const least = `${percentText(coveredPercent(covered))} of the lines ran, less than the ${line.coverageMin} % of --coverage-min`;
  return [
    '',
    ...coverageLines(covered),
    ...(line.lcov === null ? [] : [`written to ${line.lcov}`]),
    ...(isEnough(covered, line) ? [] : [`✗ ${least}`]),
  ];
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
  const { values, positionals } = parsed(withCoverage(args));
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
    isCovered: values.coverage !== undefined || values['coverage-min'] !== undefined,
    lcov: values.coverage === undefined ? null : lcovFile(values.coverage, resolve(first ?? '.')),
    coverageMin: values['coverage-min'] === undefined ? null : percent('--coverage-min', values['coverage-min']),
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

function percent(name: string, given: string): number {
  const value = given.trim() === '' ? NaN : Number(given);
  if (!(value >= 0 && value <= 100)) throw new AoError('OPTION_UNKNOWN', { reason: `${name} is a number from 0 to 100, not ${given}` });
  return value;
}

/**
 * `--coverage` alone takes the usual folder; a word behind it is its value only where it names a file of lcov, and the project where it is
 * a folder.
 * @throws AoError OPTION_UNKNOWN for another word: it was meant as the value, and would silently become the project or the pattern.
 */
function withCoverage(args: readonly string[]): readonly string[] {
  const behind = args.slice(1).find((one, index) => args[index] === '--coverage' && !one.startsWith('-') && !one.endsWith('.info'));
  if (behind !== undefined && !isFolder(behind))
    throw new AoError('OPTION_UNKNOWN', {
      reason: `${behind} behind --coverage is no project: write --coverage=${behind} for where lcov.info is written, or a pattern before it`,
    });
  return args.map((one, index) => (one === '--coverage' && args[index + 1]?.endsWith('.info') !== true ? '--coverage=' : one));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function lcovFile(given: string, project: string): string {
  if (given.endsWith('.info')) return given;
  return join(given === '' ? join(project, 'coverage') : given, 'lcov.info');
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  return givenOptions(args, {
    module: { type: 'string', multiple: true },
    jobs: text,
    timeout: text,
    coverage: text,
    'coverage-min': text,
    junit: text,
    keep: text,
    data: text,
    'trust-build': { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
}
