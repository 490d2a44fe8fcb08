import type { ProcessId } from '../contract/ids.ts';
import type { Job } from './outbox.ts';

/**
 * Jobs on their way: those of one process one after another, in the order in which they came; those of different
 * processes side by side, so that a slow process holds up no other.
 */
export interface Queue {
  add(job: Job): void;
  /** How many wait. */
  size(): number;
  /** Resolves when nothing waits or runs. */
  idle(): Promise<void>;
  isIdle(): boolean;
  /** Takes no more and waits for what runs. */
  stop(): Promise<void>;
}

/** @param work what a job does; @param onFailure told of a job that threw, which is kept on disk for the next start. */
export function createQueue(work: (job: Job) => Promise<void>, onFailure: (job: Job, error: unknown) => void): Queue {
  const waiting = new Map<ProcessId, Job[]>();
  const running = new Map<ProcessId, Promise<void>>();
  let idlers: (() => void)[] = [];
  let isStopped = false;
  let size = 0;

  const drain = async (process: ProcessId): Promise<void> => {
    for (;;) {
      const job = isStopped ? undefined : waiting.get(process)?.shift();
      if (job === undefined) break;
      size--;
      await work(job).catch((error: unknown) => onFailure(job, error));
    }
    waiting.delete(process);
    running.delete(process);
    if (running.size > 0) return;
    for (const wake of idlers.splice(0)) wake();
  };

  return {
    add(job) {
      if (isStopped) return;
      size++;
      const line = waiting.get(job.process);
      if (line !== undefined) return void line.push(job);
      waiting.set(job.process, [job]);
      running.set(job.process, drain(job.process));
    },
    size: () => size,
    async idle() {
      if (running.size > 0) await new Promise<void>((resolve) => idlers.push(resolve));
    },
    isIdle: () => running.size === 0,
    async stop() {
      isStopped = true;
      await Promise.all(running.values());
      idlers = [];
    },
  };
}
