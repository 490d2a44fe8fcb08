import { AoError } from '../contract/errors.ts';

/** Work that does not stop when asked to is waited for no longer than this; its next step then fails by its signal. */
const STOPPING_MS = 1_000;

/** Work on what is open, and changes of what is open: never both at once. */
export interface Turns {
  /** Waits for changes under way; then runs `job`, until it ends or a change interrupts it (CANCELLED). */
  work<T>(job: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** One change after the other. Once `job` has called `interrupt`, the work that ran has been told to stop. */
  change<T>(job: (interrupt: () => Promise<void>) => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  const running = new Set<Promise<unknown>>();
  let controller = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  const interrupt = async (): Promise<void> => {
    controller.abort(new AoError('CANCELLED'));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOPPING_MS)));
    await Promise.race([Promise.allSettled(running), late]);
    clearTimeout(timer);
    controller = new AbortController();
  };
  return {
    async work(job) {
      for (let seen: unknown = null; seen !== last;) {
        seen = last;
        await last;
      }
      const { signal } = controller;
      const mine = job(signal);
      running.add(mine);
      return orAborted(mine, signal).finally(() => running.delete(mine));
    },
    change(job) {
      const mine = last.then(() => job(interrupt));
      last = mine.catch(() => {});
      return mine;
    },
  };
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
