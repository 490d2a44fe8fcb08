import { realpath } from 'node:fs/promises';
import { connectFeed, type FeedClient } from '../feed/client.ts';
import { readPublished } from '../feed/published.ts';
import type { FeedRight } from '../feed/wire.ts';

/**
 * The app or node that has a project open, to be asked in place of a node of one's own: two cannot work on one project.
 * @returns null where none has it open, or it cannot be reached.
 */
export async function runningOn(project: string, right: FeedRight = 'control'): Promise<FeedClient | null> {
  const path = await realpath(project).catch(() => null);
  const published = path === null ? null : await readPublished(path);
  if (published === null) return null;
  const client = await connectFeed(right === 'look' ? published : { ...published, token: published.control });
  // It may have opened another project this very moment.
  if (client === null || client.project === path) return client;
  client.close();
  return null;
}
