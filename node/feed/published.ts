import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { reasonOf } from '../contract/errors.ts';

const published = z.object({ schema: z.number(), pid: z.number(), url: z.string(), token: z.string(), control: z.string() });
/** Where the feed of the app or node that runs on a project is reached. */
export type Published = z.output<typeof published>;

const fileOf = (project: string): string => join(project, '.aoscope', 'feed.json');

/** Keeps the address in the folder of the project that is open. `follow` is to be called when that is another one. */
export function publishFeed(feed: Published, project: () => string): { follow(): void; remove(): Promise<void> } {
  let written: string | null = null;
  let turn: Promise<void> = Promise.resolve();
  const move = (to: string | null): Promise<void> => {
    turn = turn
      .then(async () => {
        if (written !== null && written !== to) await rm(fileOf(written), { force: true });
        written = to;
        if (to !== null) await writeFileAtomic(fileOf(to), `${JSON.stringify(feed)}\n`, { mode: 0o600 });
      })
      // Without it the app runs as well: others find the address where it is printed.
      .catch((error: unknown) => void process.stderr.write(`feed.json: ${reasonOf(error)}\n`));
    return turn;
  };
  const follow = (): void => void move(project());
  follow();
  return { follow, remove: () => move(null) };
}

/** The address in a project's folder; null where nothing runs on it. */
export async function readPublished(project: string): Promise<Published | null> {
  try {
    return published.parse(JSON.parse(await readFile(fileOf(project), 'utf8')));
  } catch {
    return null;
  }
}
