import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { keepStamp, staleHalves } from './bundle/fresh.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { at } from './setup/paths.mjs';
import { say, sayError, SetupError } from './setup/say.mjs';

const PARTS_OF = {
  programs: ['units', 'evaluator', 'tests', 'compiler', 'git', 'serve', 'cli', 'library', 'electron', 'assets'],
  window: ['renderer'],
};
const PARTS = [...Object.values(PARTS_OF).flat(), 'gateway', 'su', 'cu', 'mu'];

/** Bundles what has changed; says so when nothing has. `isForced` bundles everything. */
export async function bundleIfStale({ isForced = false } = {}) {
  const { stale, now } = staleHalves();
  const halves = isForced ? Object.keys(PARTS_OF) : stale;
  if (halves.length === 0) return false;
  say(`Building the app (${halves.join(' and ')}) …`);
  await bundle(halves.flatMap((half) => PARTS_OF[half]));
  keepStamp(halves, now);
  return true;
}

/** Bundles the named parts side by side and prints what came out. @throws SetupError */
export async function bundle(parts) {
  const [{ bundlePrograms }, { bundleRenderer }, { copyAssets }, { writeLibrary }] = await Promise.all([
    import('./bundle/programs.mjs'),
    import('./bundle/renderer.mjs'),
    import('./bundle/assets.mjs'),
    import('./bundle/library.mjs'),
  ]);
  const startedMs = Date.now();
  // All are awaited even when one fails, so that the first error is not followed by stray output.
  const settled = await Promise.allSettled([
    bundlePrograms(parts),
    parts.includes('renderer') ? bundleRenderer() : [],
    (async () => (parts.includes('assets') ? copyAssets() : []))(),
    (async () => (parts.includes('library') ? writeLibrary() : []))(),
  ]);
  for (const { reason } of settled) if (reason !== undefined) throw reason;
  for (const { out, bytes } of settled.flatMap(({ value }) => value))
    say(`  ${out}${bytes === null ? '' : `  ${Math.round(bytes / 1024)} KiB`}`);
  say(`Built in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, force: { type: 'boolean', default: false } } });
  await ensurePackages();
  if (values.only === undefined) {
    if (values.force) rmSync(at('out'), { recursive: true, force: true });
    if (!(await bundleIfStale({ isForced: values.force }))) say('The app is built already; nothing has changed (--force builds anyway)');
    return;
  }
  const parts = values.only.split(',');
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw new SetupError(`There is no part ${unknown}.`, `Name some of ${PARTS.join(', ')}.`);
  await bundle(parts);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main().catch(sayError);
