import type { Progress } from '../contract/timeline.ts';

/** How often somebody at a terminal is told. */
const TOLD_EVERY_MS = 500;

/** `1200 of 5000 slots, 800 a second, 5 s left` */
export function progressText({ done, of, elapsedMs }: Progress, unit = 'slots'): string {
  const perSecond = (done * 1_000) / Math.max(1, elapsedMs);
  const left = done === 0 ? '' : `, ${Math.ceil((of - done) / perSecond)} s left`;
  return `${done} of ${of} ${unit}, ${Math.round(perSecond)} a second${left}`;
}

/** For whoever watches at a terminal, on a line that is written over; nothing where nobody does. */
export function tellProgress(progress: Progress, unit?: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${progressText(progress, unit)}\u001B[K\r`);
}

/** Does `work`, and tells now and then how far it has come. @param ask null while that cannot be said. */
export async function whileTelling<T>(work: Promise<T>, ask: () => Promise<Progress | null>): Promise<T> {
  if (!process.stderr.isTTY) return work;
  const timer = setInterval(() => {
    ask().then(
      (progress) => progress !== null && tellProgress(progress),
      () => undefined,
    );
  }, TOLD_EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    process.stderr.write('\u001B[K');
  }
}
