const PARENT_CHECK_MS = 1_000;
/** One Ctrl-C may come twice: from the terminal to the whole group, and handed on by the program that started this one. */
const SAME_WISH_MS = 2_000;
const STOP_MAX_MS = 7_000;

/**
 * Calls `stop` once when this program is to end: Ctrl-C, SIGTERM, SIGHUP (the terminal was closed), or when the program
 * that started it is gone. Ends at once when it is told again later, and when stopping takes too long.
 */
export function endWith(stop: () => Promise<void>): void {
  let endingMs: number | null = null;
  const end = (): void => {
    if (endingMs !== null && Date.now() - endingMs > SAME_WISH_MS) process.exit(1);
    if (endingMs !== null) return;
    endingMs = Date.now();
    setTimeout(() => process.exit(1), STOP_MAX_MS).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  process.once('disconnect', end);
  // A reader that is gone (`npm start | head`, a killed parent) must not end this program half way.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const parent = process.ppid;
  // Started by init: a service or a daemon, whose parent never goes.
  if (parent > 1)
    setInterval(() => {
      if (endingMs === null && isGone(parent)) end();
    }, PARENT_CHECK_MS).unref();
}

// A Windows process keeps its parent's number after the parent's end; elsewhere it is given to another parent.
function isGone(parent: number): boolean {
  if (process.ppid !== parent) return true;
  try {
    process.kill(parent, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
