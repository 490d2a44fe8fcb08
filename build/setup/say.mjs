/** A program that another one started counts on from there. */
export const STARTED = 'AOSCOPE_STARTED_MS';
const startedMs = Number(process.env[STARTED] ?? Date.now());

/** Prints one line of progress with the seconds since the program began. */
export function say(text) {
  process.stdout.write(`[${((Date.now() - startedMs) / 1000).toFixed(1).padStart(5)} s] ${text}\n`);
}

/** Says why something ends here, and what to do about it. */
export class SetupError extends Error {
  constructor(what, cure) {
    super(what);
    this.name = 'SetupError';
    this.cure = cure;
  }
}

/** Prints an error the way every entry script does, and sets the exit code. */
export function sayError(error) {
  process.stderr.write(`\n${error instanceof SetupError ? error.message : (error?.stack ?? String(error))}\n`);
  if (error instanceof SetupError && error.cure) process.stderr.write(`What to do: ${error.cure}\n`);
  process.exitCode = 1;
}

/** Runs `work` and says every ten seconds that it still goes on, so that a slow network does not look like a hang. */
export async function withProgress(text, work) {
  say(`${text} …`);
  const timer = setInterval(() => say(`${text}: still at it …`), 10_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
