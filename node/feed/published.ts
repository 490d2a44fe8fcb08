import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { reasonOf } from '../contract/errors.ts';

const token = z.string().regex(/^[\w-]{1,100}$/);
/** A folder may have come from anywhere: what it says leads to a port of this computer and to nothing else. */
const url = z.string().refine((text) => /^ws:\/\/127\.0\.0\.1:\d+\/$/.test(text) && URL.canParse(text));
const published = z.object({ schema: z.number(), pid: z.int().positive(), url, token, control: token });
const BYTES_MAX = 10_000;
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

/** The address in a project's folder; null where no program of this person runs on it. */
export async function readPublished(project: string): Promise<Published | null> {
  try {
    const found = published.parse(JSON.parse(await ownText(fileOf(project))));
    // Throws where there is no such program, or it is another person's.
    process.kill(found.pid, 0);
    return found;
  } catch {
    return null;
  }
}

/** Of a regular file of this person's, which is no link: a pipe would be waited for without end. @throws Error for all others. */
async function ownText(path: string): Promise<string> {
  // Windows has the first alone; what is undefined counts as 0.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    const isOurs = process.getuid === undefined || found.uid === process.getuid();
    if (!found.isFile() || !isOurs || found.size > BYTES_MAX) throw new Error('it is none that this app wrote');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
