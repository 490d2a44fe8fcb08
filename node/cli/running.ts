import { realpath } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { connectFeed, type FeedClient } from '../feed/client.ts';
import { readPublished } from '../feed/published.ts';
import type { FeedRight } from '../feed/wire.ts';

/** As long as a node of one's own may take to start. */
const STARTING_MS = 60_000;
const AGAIN_MS = 200;

/**
 * The app or node that has a project open, to be asked in place of a node of one's own: two cannot work on one project.
 * Units of it that are still starting are waited for.
 * @returns null where none has it open, or it cannot be reached.
 * @throws AoError NODE_GONE where it ends meanwhile.
 */
export async function runningOn(project: string, right: FeedRight = 'control'): Promise<FeedClient | null> {
  const path = await realpath(project).catch(() => null);
  const published = path === null ? null : await readPublished(path);
  if (published === null) return null;
  const client = await connectFeed(right === 'look' ? published : { ...published, token: published.control });
  // It may have opened another project this very moment.
  if (client?.project !== path) {
    client?.close();
    return null;
  }
  try {
    await untilStarted(client.ask);
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

/** One that stays down is told by what is asked of it. */
async function untilStarted(ask: FeedClient['ask']): Promise<void> {
  for (const endMs = performance.now() + STARTING_MS; performance.now() < endMs;) {
    const { units } = await ask('shell.status', {});
    if (units.every(({ state }) => state === 'up' || state === 'down')) return;
    await pause(AGAIN_MS);
  }
}
