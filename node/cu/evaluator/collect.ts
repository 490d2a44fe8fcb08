import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Long enough for those that go together: a collection takes tens of milliseconds of the thread. */
const AFTER_MS = 2_000;

/**
 * Has the memory of instances that were let go given back, a while after the last one. V8 does that by itself only
 * when it needs room for something new, which a thread that has nothing to do never does.
 */
export function createCollecting(): { soon(): void } {
  let timer: NodeJS.Timeout | null = null;
  return {
    soon() {
      if (timer !== null) return void timer.refresh();
      timer = setTimeout(() => {
        timer = null;
        collect();
      }, AFTER_MS);
      timer.unref();
    },
  };
}

/** Node has it behind a flag, which a running thread may still set. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  const collectNow: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collectNow === 'function') collectNow();
}
