import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** What the set-up remembers between runs; never in git. */
export const CACHE = join(ROOT, '.cache');

/** A path below the project's folder. */
export function at(...parts) {
  return join(ROOT, ...parts);
}
