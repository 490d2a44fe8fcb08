import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Manifest } from '../contract/desktop.ts';
import { reasonOf } from '../contract/errors.ts';
import type { Json } from '../contract/outcome.ts';
import type { FileCoverage, TestEvent, TestFailure, TestFound, TestName, TestResult } from '../contract/tests.ts';
import { exportRecording } from '../workspace/recording/export.ts';
import { createAsked, type Asked } from './asked.ts';
import { coverageOf } from './coverage.ts';
import { createJournal, type Journal } from './journal.ts';
import type { Answer, LuaFile, Question } from './lua-file.ts';
import type { TestNode } from './node.ts';

/** Messages that are told of a failed test. */
const TRAIL = 12;

const place = z.object({ file: z.string(), line: z.number() });
const failure = z.object({
  message: z.string(),
  place: place.optional(),
  isCompared: z.boolean().optional(),
  expected: z.custom<Json>().optional(),
  got: z.custom<Json>().optional(),
});
const found = z.object({
  tests: z.union([
    z.array(z.object({ name: z.array(z.string()), line: z.number() })),
    z.record(z.string(), z.never()).transform((): TestFound[] => []),
  ]),
});
const at = z.object({ index: z.number() });

/** How one file is to be run. */
export interface FileRun {
  readonly file: string;
  readonly text: string;
  readonly manifest: Manifest;
  /** For processes that name none; null for the Lua module. */
  readonly module: string | null;
  /** False leaves a test out. */
  readonly isWanted: (name: TestName) => boolean;
  /** Only says which tests there are. */
  readonly isListing: boolean;
  /** Where the history of a failed test is kept; null for nowhere. */
  readonly recordingOf: ((name: TestName) => string) | null;
  readonly isCovered: boolean;
  readonly version: string;
  /** Opens the node once a test needs it. */
  readonly openNode: () => Promise<TestNode>;
  readonly openLua: () => Promise<LuaFile>;
  tell(event: TestEvent): void;
}

/** Runs the tests of a file one after another, on one node. @returns what was covered. */
export async function runFile(run: FileRun): Promise<readonly FileCoverage[]> {
  const begunMs = performance.now();
  const label = run.module ?? 'lua';
  let opened: Opened | null = null;
  const open = async (): Promise<Opened> => (opened ??= openedOf(await run.openNode(), run));
  let error: TestFailure | null = null;
  let covered: readonly FileCoverage[] = [];
  try {
    error = await conduct(run, label, open, (more) => (covered = more));
  } catch (problem) {
    error = { message: reasonOf(problem), place: null, at: null, trail: [] };
  }
  await (opened as Opened | null)?.node.close();
  run.tell({ kind: 'file', file: run.file, module: label, durationMs: performance.now() - begunMs, error });
  return covered;
}

interface Opened {
  readonly node: TestNode;
  readonly journal: Journal;
  readonly asked: Asked;
}

function openedOf(node: TestNode, { manifest, module }: FileRun): Opened {
  const journal = createJournal(node.ask);
  return { node, journal, asked: createAsked({ node, journal, manifest, module, signal: new AbortController().signal }) };
}

/** Goes on with the file from question to question. @returns why it could not be gone through; null where it was. */
async function conduct(
  run: FileRun,
  module: string,
  open: () => Promise<Opened>,
  covered: (more: readonly FileCoverage[]) => void,
): Promise<TestFailure | null> {
  let tests: readonly TestFound[] = [];
  let begunMs = 0;
  /** The test that runs, by its place; 0 for none. Those up to `done` have been run. */
  let running = 0;
  let done = 0;
  let isTold = false;
  let coverage: readonly FileCoverage[] = [];
  const nameOf = (index: number): TestName & { readonly line: number } => {
    const { name = [], line = 0 } = tests[index - 1] ?? {};
    return { file: run.file, name, module, line };
  };
  const ended = async (args: Json): Promise<void> => {
    const { index, failure: problem } = at.extend({ failure: failure.optional() }).parse(args);
    const test = nameOf(index);
    running = 0;
    done = index;
    const durationMs = performance.now() - begunMs;
    const opened = await open();
    await opened.node.ask('mu.idle', {});
    await opened.journal.follow();
    const told = problem === undefined ? null : failureOf(problem, opened);
    const recording = told === null || run.recordingOf === null ? null : await record(run, opened, test, told);
    run.tell({ kind: 'ended', result: { ...test, state: told === null ? 'passed' : 'failed', durationMs, failure: told, recording } });
    if (run.isCovered) covered((coverage = await coverageOf(opened.node, opened.journal.processes(), coverage)));
  };
  const answer = async ({ kind, args }: Question): Promise<Answer> => {
    if (kind === 'found') {
      ({ tests } = found.parse(args));
      if (!isTold) run.tell({ kind: 'found', file: run.file, module, tests });
      isTold = true;
      const isWanted = (index: number): boolean => !run.isListing && index > done && run.isWanted(nameOf(index));
      return { value: tests.flatMap((_, at) => (isWanted(at + 1) ? [at + 1] : [])) };
    }
    if (kind === 'started') {
      const { index } = at.parse(args);
      const test = nameOf(index);
      running = index;
      const { node, journal, asked } = await open();
      await node.ask('mu.idle', {});
      node.begin(JSON.stringify([test.file, ...test.name]));
      await journal.begin();
      await asked.begin();
      begunMs = performance.now();
      run.tell({ kind: 'started', ...test });
      return { value: null };
    }
    if (kind === 'ended') return { value: await ended(args) };
    if (kind === 'skipped') {
      const result: TestResult = { ...nameOf(at.parse(args).index), state: 'skipped', durationMs: 0, failure: null, recording: null };
      run.tell({ kind: 'ended', result });
      return { value: null };
    }
    try {
      return { value: await (await open()).asked.answer(kind, args) };
    } catch (error) {
      return { error: reasonOf(error) };
    }
  };
  for (;;) {
    const lua = await run.openLua();
    let question = lua.start(run.file, run.text);
    while (question.kind !== 'done' && question.kind !== 'broken') question = lua.next(await answer(question));
    if (question.kind === 'done') return null;
    if (running === 0) return failureOf(failure.parse(question.args), null);
    // A test has taken its VM along: it has failed, and those behind it run in another one.
    await ended({ index: running, failure: question.args });
  }
}

function failureOf(
  { message, place, isCompared, expected = null, got = null }: z.infer<typeof failure>,
  opened: Opened | null,
): TestFailure {
  return {
    message,
    place: place ?? null,
    ...(isCompared === true ? { compared: { expected, got } } : {}),
    at: opened?.asked.place() ?? null,
    trail: opened?.journal.trail(TRAIL) ?? [],
  };
}

/** Keeps what happened in a test as a recording that opens at its failure. */
async function record(run: FileRun, { node, journal }: Opened, test: TestName, failure: TestFailure): Promise<string | null> {
  const processes = journal.processes();
  const file = run.recordingOf?.(test);
  if (file === undefined || processes.length === 0) return null;
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  const note = `${test.name.join(' › ')}: ${failure.message}`;
  const at = failure.at !== null && processes.includes(failure.at.process) ? failure.at : null;
  const notes = at === null ? [] : [{ ...at, text: failure.message }];
  await exportRecording(node.ask, { file, processes, note, focus: at, notes, app: run.version, lua: node.lua });
  return file;
}
