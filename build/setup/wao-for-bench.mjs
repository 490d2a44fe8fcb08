import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';
import { downloadCache } from './places.mjs';
import { lastLines } from './run.mjs';
import { SetupError, say, withProgress } from './say.mjs';

/** The other local ao server people use, for the benchmark alone: fetched outside of this clone, never a dependency, never shipped. */
const PACKAGE = 'wao';
const VERSION = '0.35.7';

/**
 * WAO's server program, fetched first where it is missing and can be had.
 * @returns the path of its script; undefined after saying why not
 */
export async function ensureWaoForBench() {
  const folder = join(downloadCache(), `wao-${VERSION}`);
  const script = join(folder, 'node_modules', PACKAGE, 'esm', 'run.js');
  if (existsSync(script)) return script;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
    const install = () =>
      npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${PACKAGE}@${VERSION}`], {
        cwd: folder,
        timeoutMs: 580_000,
      });
    const { code, output } = await withProgress('Fetching WAO for the benchmark (once, takes minutes)', install);
    if (code !== 0 || !existsSync(script)) throw new SetupError(lastLines(output, 3));
    return script;
  } catch (error) {
    say(`MISSING: WAO could not be had: ${error.message}. Nothing is compared with it.`);
    return undefined;
  }
}
