import { readFile, stat } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

const RECENT_MAX = 20;
const schema = z.array(z.object({ path: z.string(), name: z.string() }));

/** A project that was open before. */
export type RecentProject = z.infer<typeof schema>[number];

/** The projects opened last, newest first; those whose folder is gone are left out. */
export async function recentProjects(file: string): Promise<RecentProject[]> {
  const known = await read(file);
  const isThere = await Promise.all(
    known.map((one) =>
      stat(one.path).then(
        (found) => found.isDirectory(),
        () => false,
      ),
    ),
  );
  return known.filter((_, index) => isThere[index]);
}

/** Puts a project at the head of the list. */
export async function rememberRecent(file: string, project: RecentProject): Promise<void> {
  const others = (await read(file)).filter((one) => one.path !== project.path);
  await writeFileAtomic(file, `${JSON.stringify([project, ...others].slice(0, RECENT_MAX), null, 2)}\n`);
}

// The list is a convenience: one that cannot be read starts anew.
async function read(file: string): Promise<RecentProject[]> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return [];
  }
}
