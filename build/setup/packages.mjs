import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';
import { CACHE, ROOT } from './paths.mjs';
import { lastLines } from './run.mjs';
import { SetupError, say, withProgress } from './say.mjs';

/** Installs the packages of package-lock.json unless exactly those are there. @throws SetupError with npm's reason */
export async function ensurePackages() {
  if (isInstalled(ROOT)) return;
  await install(ROOT, 'Installing packages (once; about 500 MB on disk)');
}

/**
 * Are the packages in `folder`/node_modules those of its lock file? npm leaves its own lock file there at the end of
 * an installation, so one that was interrupted is noticed too.
 */
export function isInstalled(folder) {
  const wanted = readLock(join(folder, 'package-lock.json'));
  const present = readLock(join(folder, 'node_modules', '.package-lock.json'));
  if (wanted === null)
    throw new SetupError(
      `There is no readable package-lock.json in ${folder}.`,
      'Clone the repository again, or restore that file with git.',
    );
  if (present === null) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const have = present[path];
    // What is optional may be meant for another system.
    return have === undefined ? entry.optional === true : have.version === entry.version;
  });
}

/** Runs `npm ci` in `folder`. @throws SetupError */
export async function install(folder, title) {
  let result = await withProgress(title, () => npm(['ci'], { cwd: folder }));
  if (result.code !== 0 && /EACCES|EROFS|EPERM|root-owned/.test(result.output) && /cache/i.test(result.output)) {
    say('npm may not write to its cache; trying again with one of our own');
    result = await withProgress(title, () => npm(['ci', '--cache', join(CACHE, 'npm')], { cwd: folder }));
  }
  if (result.code === 0) return;
  throw new SetupError(`npm could not install the packages:\n${npmReason(result.output)}`, cureFor(result.output));
}

/** npm says what is wrong first, and how it may be called after that. */
function npmReason(output) {
  const lines = output
    .split('\n')
    .filter((line) => line.startsWith('npm error'))
    .map((line) => line.slice('npm error'.length).trim());
  const useful = lines.filter((line) => line !== '' && !line.startsWith('A complete log'));
  return useful.length === 0
    ? lastLines(output)
    : useful
        .slice(0, 12)
        .map((line) => `  ${line}`)
        .join('\n');
}

function cureFor(output) {
  if (/in sync/.test(output))
    return 'package.json and package-lock.json do not fit together: git checkout package.json package-lock.json, then run the command again.';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|network/i.test(output)) {
    return 'Check the network (npm config get registry, npm config get proxy) and run the command again.';
  }
  if (/ENOSPC/.test(output)) return 'Free about 1 GB on this disk and run the command again.';
  if (/EACCES|EPERM|EROFS/.test(output))
    return 'Make this folder writable for you (it was perhaps cloned by another user) and run the command again.';
  if (/EINTEGRITY/.test(output)) return 'Run npm cache clean --force, then the command again.';
  return 'Read the reason above; after mending it run the command again. Deleting node_modules first is safe.';
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return null;
  }
}
