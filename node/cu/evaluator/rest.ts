import { availableParallelism } from 'node:os';

/** A slow program runs for so long at a time … */
const RUN_MS = 3;
/** … and then rests for so long, while others are asked for. A lower priority alone leaves it every gap between their messages, and the caches. */
const REST_MS = 9;
/** Others count as asked for until so long after their last question. */
const LATELY_MS = 40;
/** Where a machine has more, there is room for both. */
const CORES_FEW = 4;

/** When other programs were asked for something last, for all threads to see. */
export type LastAsked = Int32Array<SharedArrayBuffer>;

/** Nothing has been asked yet. */
export function createLastAsked(): LastAsked {
  const asked = new Int32Array(new SharedArrayBuffer(4));
  asked[0] = nowMs() - LATELY_MS;
  return asked;
}

export function noteAsked(asked: LastAsked): void {
  Atomics.store(asked, 0, nowMs());
}

/** Gives what a slow program does on the way: it rests while others have been asked for lately, and says how long. */
export function restBeside(asked: LastAsked, cores = availableParallelism()): () => number {
  if (cores > CORES_FEW) return () => 0;
  const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
  let sinceMs = performance.now();
  return () => {
    const startedMs = performance.now();
    if (startedMs - sinceMs < RUN_MS) return 0;
    // The difference of two numbers that wrap around, once in 50 days, is right all the same.
    if (((nowMs() - Atomics.load(asked, 0)) | 0) < LATELY_MS) Atomics.wait(nobodyWakes, 0, 0, REST_MS);
    sinceMs = performance.now();
    return sinceMs - startedMs;
  };
}

/** One clock for all threads, in 32 bits. */
function nowMs(): number {
  return Number(BigInt.asIntN(32, process.hrtime.bigint() / 1_000_000n));
}
