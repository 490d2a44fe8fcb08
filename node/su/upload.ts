import { AoError, ERRORS } from '../contract/errors.ts';
import type { Client } from '../contract/rpc.ts';
import type { Schedule } from './schedule.ts';

const BATCH = 50;
/** Long enough to stay out of the way of messages on their way to a slot. */
const PAUSE_MS = 50;
const RETRY_MS = 1_000;

/**
 * Gives the gateway every message and assignment, behind the answers: the log on disk is the truth, and what was not
 * handed over before a stop is handed over after the next start.
 */
export function startUploads(schedule: Schedule, ask: Client['ask']): { stop(): Promise<void> } {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const round = async (): Promise<number> => {
    const pending = schedule.pendingUploads(BATCH);
    const last = pending.at(-1);
    if (last === undefined) return PAUSE_MS;
    // All at once: the gateway syncs what comes together only once.
    const items = pending.flatMap(({ bytes }) => bytes);
    await Promise.all(items.map((one) => upload(ask, one)));
    if (!isStopped) schedule.markUploaded(last.seq);
    return PAUSE_MS;
  };
  const next = (delayMs: number): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      // The gateway may be restarting; what failed stays pending.
      running = round()
        .catch(() => RETRY_MS)
        .then(next);
    }, delayMs);
  };
  next(PAUSE_MS);
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** What the gateway refuses (an item that claims to be a bundle and is none) it refuses for good: it keeps no later one waiting. */
async function upload(ask: Client['ask'], bytes: Uint8Array): Promise<void> {
  try {
    await ask('gateway.upload', { item: Buffer.from(bytes).toString('base64url') });
  } catch (error) {
    if (!(error instanceof AoError) || ERRORS[error.code].fault === 'system') throw error;
  }
}
