import { AoError } from '../../contract/errors.ts';

interface Running<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  askers: number;
}

/** Work that several may ask for at once. */
export interface InFlight<T> {
  /** @throws AoError CANCELLED; what the work throws. */
  ask(key: string, signal: AbortSignal | undefined, start: (stop: AbortSignal) => Promise<T>): Promise<T>;
  /** Stops all that is under way. */
  close(): void;
}

/** Askers with the same key share the work that is under way; it is stopped when none of them waits any more, and each may leave before (CANCELLED). */
export function openInFlight<T>(): InFlight<T> {
  const all = new Map<string, Running<T>>();
  const ask: InFlight<T>['ask'] = (key, signal, start) => {
    if (signal?.aborted === true) return Promise.reject(new AoError('CANCELLED'));
    let mine = all.get(key);
    if (mine === undefined) {
      const stop = new AbortController();
      mine = { stop, askers: 0, result: start(stop.signal) };
      all.set(key, mine);
    }
    const shared = mine;
    const forget = (): void => {
      if (all.get(key) === shared) all.delete(key);
    };
    shared.askers++;
    return new Promise((done, failed) => {
      const leave = (): void => {
        shared.askers--;
        if (shared.askers === 0) {
          forget();
          shared.stop.abort();
        }
        failed(new AoError('CANCELLED'));
      };
      const over = (): void => {
        forget();
        signal?.removeEventListener('abort', leave);
      };
      signal?.addEventListener('abort', leave, { once: true });
      shared.result.then(
        (result) => {
          over();
          done(result);
        },
        (error: unknown) => {
          over();
          failed(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  };
  return {
    ask,
    close() {
      for (const { stop } of all.values()) stop.abort();
    },
  };
}
