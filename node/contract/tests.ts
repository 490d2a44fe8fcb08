import type { HistoryPlace } from './kept.ts';
import type { Json } from './outcome.ts';

/** A test by where it stands: the suites around it, its own name last. */
export interface TestName {
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly name: readonly string[];
  /** What processes without a module of their own ran on: `lua`, or as it was asked for. */
  readonly module: string;
}

/** A test as it is written, before it is run. */
export interface TestFound {
  readonly name: readonly string[];
  readonly line: number;
}

/** A message that was sent in a test, ids as names where they have one. */
export interface TestMessage {
  readonly from: string;
  readonly to: string;
  readonly action: string | null;
  readonly data: string;
  /** Where it was evaluated; null for one to a wallet. */
  readonly place: HistoryPlace | null;
}

/** Why a test failed. */
export interface TestFailure {
  readonly message: string;
  /** In a file of the project; null where none is to blame. */
  readonly place: { readonly file: string; readonly line: number } | null;
  /** What was compared; absent where nothing was. */
  readonly compared?: { readonly expected: Json; readonly got: Json };
  /** The slot at which it went another way; null where no message was sent before. */
  readonly at: HistoryPlace | null;
  /** The last messages before it, oldest first. */
  readonly trail: readonly TestMessage[];
}

/** What became of a test. */
export interface TestResult extends TestName {
  readonly line: number;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly durationMs: number;
  readonly failure: TestFailure | null;
  /** The history of a failed test, as a file that can be opened; null where there is none. */
  readonly recording: string | null;
}

/** What is announced while tests are run, in order within a file. */
export type TestEvent =
  | { readonly kind: 'found'; readonly file: string; readonly module: string; readonly tests: readonly TestFound[] }
  | ({ readonly kind: 'started'; readonly line: number } & TestName)
  | { readonly kind: 'ended'; readonly result: TestResult }
  /** A file was gone through; with an error it could not be. */
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly module: string;
      readonly durationMs: number;
      readonly error: TestFailure | null;
    };

/** The tests of a file; with an error it could not be read as one. */
export interface FoundTests {
  readonly file: string;
  readonly tests: readonly TestFound[];
  readonly error: TestFailure | null;
}

/** Which tests are to be run. */
export interface TestWish {
  /** Files of the project; all when null. */
  readonly files: readonly string[] | null;
  /** A text that the whole name of a test holds, `file › suite › test`; null for all. */
  readonly pattern: string | null;
  /** These alone, where given. */
  readonly only?: readonly { readonly file: string; readonly name: readonly string[] }[] | undefined;
  /** A module for processes without one of their own; the Lua module when null. */
  readonly module: string | null;
  /** Count which lines and handlers ran. */
  readonly isCovered?: boolean | undefined;
}

/** How often the lines and handlers of a file ran in tests. */
export interface FileCoverage {
  readonly file: string;
  /** Of the text that ran, as `files.read` has it; null where the file cannot be read. */
  readonly version: string | null;
  /** It is no Lua that can be read: what of it could run is not known. Absent where it is. */
  readonly isUnreadable?: true;
  /** By line, counted from 1: every line on which a statement begins. */
  readonly lines: Readonly<Record<number, number>>;
  readonly handlers: readonly HandlerCoverage[];
}

/** A handler, by the line that adds it, and how many messages it took. */
export interface HandlerCoverage {
  readonly name: string;
  readonly line: number;
  /** The action that it waits for; null where its pattern asks for none, or for several. */
  readonly action: string | null;
  readonly hits: number;
}

/** A run in numbers. */
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Files that could not be gone through. */
  readonly broken: number;
  readonly durationMs: number;
}

/** A run to its end. `coverage` is null where nothing was counted. */
export interface TestRunReply extends TestSummary {
  readonly coverage: readonly FileCoverage[] | null;
}

/** Lines of some files that could run, and those that did. */
export function coveredLines(files: readonly FileCoverage[]): { readonly found: number; readonly hit: number } {
  const hits = files.flatMap(({ lines }) => Object.values(lines));
  return { found: hits.length, hit: hits.filter((count) => count > 0).length };
}

/** In per cent; 100 where nothing could run, 0 where that is not known. */
export function coveredPercent(files: readonly FileCoverage[]): number {
  const { found, hit } = coveredLines(files);
  if (found === 0) return files.some(({ isUnreadable }) => isUnreadable === true) ? 0 : 100;
  return (hit / found) * 100;
}

/** Nothing failed, and every file could be gone through. */
export function hasPassed({ failed, broken }: Pick<TestSummary, 'failed' | 'broken'>): boolean {
  return failed === 0 && broken === 0;
}

/** The ending of a file with tests. */
export const TEST_FILE = '.test.lua';

/** `tests/pong.test.lua › pong › answers`. */
export function wholeName({ file, name }: Pick<TestName, 'file' | 'name'>): string {
  return [file, ...name].join(' › ');
}

/** A key that no two tests of a run share. */
export function testKey({ file, name, module }: TestName): string {
  return JSON.stringify([file, module, ...name]);
}
