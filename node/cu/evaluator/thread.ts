import { Worker } from 'node:worker_threads';
import { RemoteError } from '../../contract/rpc.ts';
import { AoError, reasonOf } from '../../contract/errors.ts';
import type { Verdict } from '../../contract/outcome.ts';
import { Killed, type Evaluator } from './evaluator.ts';
import type { EvaluatorHello, EvaluatorReply, WorkerSettings } from './protocol.ts';
import { usedMs } from './thread-time.ts';

/** Where a limit counts time of the processor, this many times as much may go by: a thread that gets none of it, or waits for ever, has an end too. */
const WAITED_MAX = 20;

/** A question in the queue, or being answered. */
interface Question {
  readonly id: number;
  readonly name: string;
  readonly args: { readonly process: string };
  readonly timeMs: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * An evaluator in a worker thread. One question is with the worker at a time, so the time limit measures just that
 * one: what the thread was given of the processor, where the system tells (Linux), so that a busy machine ends nothing
 * early; the time that went by elsewhere. Ending the worker (`terminate`, the last resort against a loop inside C) costs
 * no other process more than a reload. The worker is started on the first question.
 * @param script path of the bundled worker.
 */
export function evaluatorThread(script: string, workerData: WorkerSettings): Evaluator {
  let worker: Worker | null = null;
  /** The worker's own number, once it has said it. */
  let thread: number | null = null;
  let generation = 0;
  let lastId = 0;
  let current: Question | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const queue: Question[] = [];

  const settle = (): Question | null => {
    const question = current;
    current = null;
    clearTimeout(timer);
    return question;
  };
  const lose = (error: Error): void => {
    const lost = worker;
    worker = null;
    thread = null;
    generation++;
    settle()?.reject(error);
    lost?.removeAllListeners();
    // A terminated worker may still report an error; nobody waits for it any more.
    lost?.on('error', () => undefined);
    void lost?.terminate();
    next();
  };
  const started = (): Worker => {
    if (worker !== null) return worker;
    const made = new Worker(script, { workerData, resourceLimits: { maxOldGenerationSizeMb: 1024 } });
    made.on('message', (reply: EvaluatorReply | EvaluatorHello) => {
      if ('thread' in reply) return void (thread = reply.thread);
      const question = settle();
      if (question === null || question.id !== reply.id) return;
      if ('error' in reply) question.reject(new RemoteError(reply.error));
      else question.resolve(reply.value);
      next();
    });
    const died = (reason: string): void => lose(new AoError('EVALUATOR_DIED', { process: current?.args.process ?? '', reason }));
    made.on('error', (error) => died(reasonOf(error)));
    made.on('exit', (code) => died(`it exited with code ${code}`));
    worker = made;
    return made;
  };
  /** Ends the question that is being answered once it has had its time. */
  const watch = (timeMs: number): void => {
    const startedMs = performance.now();
    // A worker that has said nothing yet has used nothing.
    const before = thread === null ? 0 : (usedMs(thread) ?? 0);
    const check = (): void => {
      const waitedMs = performance.now() - startedMs;
      const used = thread === null ? null : usedMs(thread);
      const leftMs = used === null ? 0 : timeMs - (used - before);
      if (leftMs <= 0 || waitedMs >= timeMs * WAITED_MAX) lose(new Killed({ kind: 'time', limit: timeMs }));
      else timer = setTimeout(check, leftMs);
    };
    timer = setTimeout(check, timeMs);
  };
  const next = (): void => {
    if (current !== null || isClosed) return;
    const question = queue.shift();
    if (question === undefined) return;
    current = question;
    const { id, name, args, timeMs } = question;
    if (Number.isFinite(timeMs)) watch(timeMs);
    try {
      started().postMessage({ id, name, args });
    } catch (error) {
      // No thread could be made, or the question cannot cross to it: those behind it must not wait for ever.
      lose(new AoError('EVALUATOR_DIED', { process: args.process, reason: reasonOf(error) }));
    }
  };

  return {
    ask(name, args, timeMs) {
      return new Promise((resolve, reject) => {
        if (isClosed) return reject(new AoError('UNIT_DOWN', { unit: 'cu' }));
        queue.push({ id: ++lastId, name, args, timeMs, resolve: (value) => resolve(value as never), reject });
        next();
      });
    },
    generation: () => generation,
    stop(process) {
      if (current === null || current.args.process !== process || current.name !== 'evaluate') return false;
      const verdict: Verdict = { kind: 'stopped', limit: 0 };
      lose(new Killed(verdict));
      return true;
    },
    async close() {
      isClosed = true;
      const error = new AoError('UNIT_DOWN', { unit: 'cu' });
      for (const question of queue.splice(0)) question.reject(error);
      settle()?.reject(error);
      worker?.removeAllListeners();
      await worker?.terminate();
    },
  };
}
