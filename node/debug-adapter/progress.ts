import type { Events } from './debug.ts';

/** Shorter work is not worth a word. */
const SHOWN_AFTER_MS = 500;
const UPDATE_MS = 250;

/** Long work, as the editor shows it. */
export interface Work {
  /** How far it is: in words, and of a hundred where that is known. */
  tell(message: string, percentage: number | null): void;
  end(): void;
}

export interface Progress {
  begin(title: string, stop: AbortController): Work;
  /** Ends the work of this id; false where it is over. */
  cancel(id: string): boolean;
}

/** @param isShown whether the editor shows progress at all */
export function createProgress(
  send: <E extends 'progressStart' | 'progressUpdate' | 'progressEnd'>(event: E, body: Events[E]) => void,
  isShown: () => boolean,
): Progress {
  const running = new Map<string, AbortController>();
  let lastId = 0;
  return {
    begin(title, stop) {
      const progressId = `work-${++lastId}`;
      let hasBegun = false;
      let toldMs = 0;
      running.set(progressId, stop);
      const timer = setTimeout(() => {
        if (!isShown()) return;
        hasBegun = true;
        send('progressStart', { progressId, title, cancellable: true });
      }, SHOWN_AFTER_MS);
      return {
        tell(message, percentage) {
          const nowMs = performance.now();
          if (!hasBegun || nowMs - toldMs < UPDATE_MS) return;
          toldMs = nowMs;
          send('progressUpdate', { progressId, message, ...(percentage === null ? {} : { percentage }) });
        },
        end() {
          clearTimeout(timer);
          running.delete(progressId);
          if (hasBegun) send('progressEnd', { progressId });
          hasBegun = false;
        },
      };
    },
    cancel(id) {
      const stop = running.get(id);
      stop?.abort();
      return stop !== undefined;
    },
  };
}
