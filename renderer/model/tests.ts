import { wholeName, type FoundTests, type TestFailure, type TestResult } from '../../node/contract/tests.ts';

export type TestState = 'passed' | 'failed' | 'skipped' | 'running' | 'none';

/** A line of the tree of tests: a file, a suite in it, or a test. */
export interface TestRow {
  readonly key: string;
  readonly kind: 'file' | 'suite' | 'test';
  readonly file: string;
  /** The suites around it, and its own name last; empty for a file. */
  readonly name: readonly string[];
  readonly title: string;
  readonly line: number;
  /** 1 for a file. */
  readonly level: number;
  readonly state: TestState;
  /** Of all tests in it; null while none of them has run. */
  readonly durationMs: number | null;
  readonly hasChildren: boolean;
  /** Why the test failed, or the file could not be read. */
  readonly failure: TestFailure | null;
  readonly result: TestResult | null;
}

/** What is known of the tests of a project. */
export interface KnownTests {
  readonly files: readonly FoundTests[];
  /** By {@link wholeName}. */
  readonly results: ReadonlyMap<string, TestResult>;
  /** Whole names of those that run. */
  readonly running: ReadonlySet<string>;
  /** Files that could not be gone through. */
  readonly broken: ReadonlyMap<string, TestFailure>;
}

/** All rows that are not folded away, in order. */
export function testRows(known: KnownTests, folded: ReadonlySet<string>): TestRow[] {
  return known.files.flatMap((file) => {
    const below = rowsOf(known, file);
    const failure = file.error ?? known.broken.get(file.file) ?? null;
    const head: TestRow = {
      ...summed(below.filter(({ kind }) => kind === 'test')),
      key: file.file,
      kind: 'file',
      file: file.file,
      name: [],
      title: file.file,
      line: 1,
      level: 1,
      hasChildren: below.length > 0,
      failure,
      result: null,
    };
    return unfolded([failure === null ? head : { ...head, state: 'failed' }, ...below], folded);
  });
}

/** Counts over all tests of the project. */
export function testCounts({ files, results, broken }: KnownTests): { readonly [S in 'passed' | 'failed' | 'skipped' | 'all']: number } {
  const names = files.flatMap(({ file, tests }) => tests.map(({ name }) => wholeName({ file, name })));
  const of = (state: TestResult['state']): number => names.filter((name) => results.get(name)?.state === state).length;
  return { passed: of('passed'), failed: of('failed') + broken.size, skipped: of('skipped'), all: names.length };
}

function rowsOf(known: KnownTests, { file, tests }: FoundTests): TestRow[] {
  const rows: TestRow[] = [];
  const suites = new Map<string, number>();
  for (const { name, line } of tests) {
    for (let depth = 1; depth < name.length; depth++) {
      const path = name.slice(0, depth);
      const key = wholeName({ file, name: path });
      if (suites.has(key)) continue;
      suites.set(key, rows.length);
      const below = tests.filter((one) => path.every((part, at) => one.name[at] === part) && one.name.length > depth);
      rows.push({
        ...summed(below.map((one) => testRow(known, file, one.name, one.line))),
        key,
        kind: 'suite',
        file,
        name: path,
        title: path.at(-1) ?? '',
        line,
        level: depth + 1,
        hasChildren: true,
        failure: null,
        result: null,
      });
    }
    rows.push(testRow(known, file, name, line));
  }
  return rows;
}

function testRow({ results, running }: KnownTests, file: string, name: readonly string[], line: number): TestRow {
  const key = wholeName({ file, name });
  const result = results.get(key) ?? null;
  return {
    key,
    kind: 'test',
    file,
    name,
    title: name.at(-1) ?? '',
    line,
    level: name.length + 1,
    state: running.has(key) ? 'running' : (result?.state ?? 'none'),
    durationMs: result?.durationMs ?? null,
    hasChildren: false,
    failure: result?.failure ?? null,
    result,
  };
}

function summed(tests: readonly TestRow[]): { readonly state: TestState; readonly durationMs: number | null } {
  const has = (state: TestState): boolean => tests.some((one) => one.state === state);
  const state = (['running', 'failed', 'none', 'passed', 'skipped'] as const).find(has) ?? 'none';
  const timed = tests.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
  return { state, durationMs: timed.length === 0 ? null : timed.reduce((sum, one) => sum + one, 0) };
}

function unfolded(rows: readonly TestRow[], folded: ReadonlySet<string>): TestRow[] {
  const shown: TestRow[] = [];
  let hiddenBelow = Infinity;
  for (const row of rows) {
    if (row.level > hiddenBelow) continue;
    hiddenBelow = row.hasChildren && folded.has(row.key) ? row.level : Infinity;
    shown.push(row);
  }
  return shown;
}
