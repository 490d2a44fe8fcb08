import { Worker } from 'node:worker_threads';
import { reasonOf } from '../contract/errors.ts';
import {
  wholeName,
  type FileCoverage,
  type TestEvent,
  type TestFailure,
  type TestFound,
  type TestName,
  type TestRunReply,
} from '../contract/tests.ts';
import { merged } from './coverage-report.ts';
import { untestedFiles } from './untested.ts';
import type { WorkerTask, WorkerWord } from './worker-protocol.ts';

export interface TestRun {
  readonly files: readonly string[];
  /** The bundled program of workers. */
  readonly script: string;
  /** How many files at once. */
  readonly jobs: number;
  /** Longest time without a word from a test; the file is given up then. */
  readonly timeMs: number;
  readonly task: Omit<WorkerTask, 'file'>;
  /** These are all tests of the project: what no test runs is counted as well. */
  readonly isWhole: boolean;
  readonly signal: AbortSignal;
  tell(event: TestEvent): void;
}

/** Runs files of tests, each in a worker thread with a node of its own, some at once. Aborting ends them. */
export async function runTests(run: TestRun): Promise<TestRunReply> {
  const begunMs = performance.now();
  const counts = { passed: 0, failed: 0, skipped: 0, broken: 0 };
  const coverage: (readonly FileCoverage[])[] = [];
  const tell = (event: TestEvent): void => {
    if (event.kind === 'ended') counts[event.result.state]++;
    if (event.kind === 'file' && event.error !== null) counts.broken++;
    run.tell(event);
  };
  const left = [...run.files];
  const lane = async (): Promise<void> => {
    for (let file = left.shift(); file !== undefined && !run.signal.aborted; file = left.shift())
      coverage.push(await runInWorker(run, file, tell));
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(run.jobs, run.files.length)) }, lane));
  const durationMs = performance.now() - begunMs;
  if (!run.task.isCovered) return { ...counts, durationMs, coverage: null };
  if (run.isWhole && !run.signal.aborted) coverage.push(await untestedFiles(run.task.project));
  return { ...counts, durationMs, coverage: merged(coverage) };
}

function runInWorker(
  { script, task, timeMs, signal }: TestRun,
  file: string,
  tell: (event: TestEvent) => void,
): Promise<readonly FileCoverage[]> {
  return new Promise((resolve) => {
    const worker = new Worker(script, { workerData: { ...task, file } satisfies WorkerTask });
    const module = task.wish.module ?? 'lua';
    let running: (TestName & { readonly line: number }) | null = null;
    let found: readonly TestFound[] = [];
    const ended = new Set<string>();
    let isOver = false;
    let isFileTold = false;
    let timer: NodeJS.Timeout | undefined;
    const finish = (coverage: readonly FileCoverage[]): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      void worker.terminate().then(() => resolve(coverage));
    };
    /** The thread is of no use any more: the test that ran has failed. */
    const giveUp = (message: string): void => {
      if (isOver) return;
      const failure: TestFailure = { message, place: running === null ? null : { file, line: running.line }, at: null, trail: [] };
      if (running !== null) tell({ kind: 'ended', result: { ...running, state: 'failed', durationMs: timeMs, failure, recording: null } });
      const lost = found.length - ended.size - (running === null ? 0 : 1);
      const error =
        running === null || lost > 0 ? { ...failure, message: lost > 0 ? `${message}; ${lost} more did not run` : message } : null;
      if (!isFileTold) tell({ kind: 'file', file, module, durationMs: timeMs, error });
      finish([]);
    };
    const stop = (): void => finish([]);
    const watch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => giveUp(`it did not end within ${Math.round(timeMs / 1000)} s`), timeMs);
    };
    watch();
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);
    worker.on('message', (word: WorkerWord) => {
      if (isOver) return;
      watch();
      if (word.kind === 'done') return finish(word.coverage);
      const { event } = word;
      if (event.kind === 'found') found = event.tests;
      if (event.kind === 'started') running = event;
      if (event.kind === 'file') isFileTold = true;
      if (event.kind === 'ended') {
        running = null;
        ended.add(wholeName(event.result));
      }
      tell(event);
    });
    worker.on('error', (error) => giveUp(reasonOf(error)));
    worker.on('exit', () => giveUp('its thread ended'));
  });
}
