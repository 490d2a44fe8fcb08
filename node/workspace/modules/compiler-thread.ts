import { Worker } from 'node:worker_threads';
import type { CompileAnswer, Compiled, CompileTask } from '../../compile/protocol.ts';
import { AoError, reasonOf } from '../../contract/errors.ts';

/** The compilers of the app, in a thread of their own that starts when first needed. */
export interface CompilerThread {
  /** @throws AoError COMPILE_TIME, CANCELLED; Error with the compiler's reason. */
  ask(task: CompileTask, limit: CompileLimit): Promise<Compiled>;
  /** Ends it, and with it what it is asked. */
  close(): Promise<void>;
}

export interface CompileLimit {
  /** Whose program it is, for the error. */
  readonly file: string;
  /** After so long the thread is ended; the next task gets a new one. */
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
}

interface Job extends CompileLimit {
  readonly task: CompileTask;
  done(compiled: Compiled): void;
  failed(error: Error): void;
}

/** A thread that nobody has asked for so long ends: it holds some 200 MB. */
const IDLE_MS = 60_000;
/** Of JavaScript; a program of a hundred thousand lines takes a tenth. */
const HEAP_MB = 2_048;

/** @param script the bundled program of the thread (out/node/compiler.cjs). */
export function openCompilerThread(script: string): CompilerThread {
  const waiting: Job[] = [];
  let running: Job | null = null;
  let worker: Worker | null = null;
  let count = 0;
  let idle: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;

  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const ending = worker;
    worker = null;
    await ending?.terminate();
  };
  /** The task that runs is over, one way or the other: the next one begins. */
  const settle = (how: (job: Job) => void): void => {
    clearTimeout(deadline);
    const job = running;
    running = null;
    if (job !== null) how(job);
    next();
  };
  /** The thread is of no use any more; what waits gets another one. */
  const giveUp = (error: Error): void => {
    void end();
    settle((job) => job.failed(error));
  };
  const begin = (): Worker => {
    const made = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
    made.on('message', (word: CompileAnswer) => {
      if (made !== worker || word.id !== count) return;
      settle((job) => (word.kind === 'done' ? job.done({ program: word.program, marks: word.marks }) : job.failed(new Error(word.reason))));
    });
    made.on('error', (error) => made === worker && giveUp(new Error(reasonOf(error))));
    // The AssemblyScript compiler ends its process, here the thread, where it crashes.
    made.on('exit', () => made === worker && giveUp(new Error('the compiler itself has crashed')));
    return made;
  };
  const next = (): void => {
    if (running !== null) return;
    const job = waiting.shift();
    if (job === undefined) {
      // Nobody waits for a compiler to be able to end.
      worker?.unref();
      clearTimeout(idle);
      idle = setTimeout(() => void end(), IDLE_MS).unref();
      return;
    }
    clearTimeout(idle);
    running = job;
    worker ??= begin();
    worker.ref();
    deadline = setTimeout(() => giveUp(new AoError('COMPILE_TIME', { file: job.file, seconds: Math.round(job.ms / 1000) })), job.ms);
    worker.postMessage({ id: ++count, task: job.task });
  };
  const cancel = (job: Job): void => {
    const cancelled = new AoError('CANCELLED');
    if (running === job) return giveUp(cancelled);
    const at = waiting.indexOf(job);
    if (at >= 0) waiting.splice(at, 1);
    job.failed(cancelled);
  };
  return {
    ask(task, limit) {
      const { signal } = limit;
      let stop = (): void => undefined;
      return new Promise<Compiled>((done, failed) => {
        const job: Job = { ...limit, task, done, failed };
        stop = () => cancel(job);
        if (signal?.aborted === true) return failed(new AoError('CANCELLED'));
        signal?.addEventListener('abort', stop, { once: true });
        waiting.push(job);
        next();
      }).finally(() => signal?.removeEventListener('abort', stop));
    },
    async close() {
      for (const job of waiting.splice(0)) job.failed(new Error('it was closed'));
      const ended = end();
      settle((job) => job.failed(new Error('it was closed')));
      clearTimeout(idle);
      await ended;
    },
  };
}
