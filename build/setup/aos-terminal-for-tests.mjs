import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { npm } from './npm.mjs';
import { downloadCache } from './places.mjs';
import { lastLines, run } from './run.mjs';
import { SetupError, say, withProgress } from './say.mjs';

/**
 * The aos terminal as its repository publishes it, for tests: pinned by commit and by the hash of its files, kept
 * outside of this clone, never committed, never shipped. It is not on npm.
 */
const COMMIT = 'ae42860a0cf73ded468b36450aa5f58aeaef756a';
const TARBALL = `https://codeload.github.com/permaweb/aos/tar.gz/${COMMIT}`;
const VERSION = '2.0.16';
/** All of it that runs. */
const PARTS = ['bin', 'src', 'blueprints'];
const SHA256 = '6f29c76dd00b7893af39767cd62867581f0bdcbfebcd911004555ac4d588bad7';
/** Version 2.0.16 names a version of its client that was never published; the one after it is what people get. */
const CLIENT = '0.0.98';
const FETCH_MS = 60_000;

const folderInCache = () => join(downloadCache(), `aos-terminal-${VERSION}-1`);

/**
 * Where the terminal is: made ready first where it is not. `AOSCOPE_AOS_CLI` names a checkout of it to take instead of
 * fetching one.
 * @returns the path of its program; undefined after saying why there is none
 */
export async function ensureAosTerminalForTests() {
  try {
    if (!isComplete(folderInCache())) await withProgress(`Fetching the aos terminal ${VERSION} for the tests (once)`, fetchIntoCache);
    return join(folderInCache(), 'bin', 'aos.js');
  } catch (error) {
    say(`MISSING: the aos terminal could not be had: ${error.message}. Tests that need it do NOT run.`);
    return undefined;
  }
}

function isComplete(folder) {
  return existsSync(join(folder, 'node_modules', '@permaweb', 'aoconnect')) && hashOf(folder) === SHA256;
}

/** One hash over the paths and the contents of every file that runs. */
function hashOf(folder) {
  const files = PARTS.filter((part) => existsSync(join(folder, part)))
    .flatMap((part) =>
      readdirSync(join(folder, part), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)),
    )
    .toSorted((one, other) => (one < other ? -1 : 1));
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file.split(sep).join('/')}\0`)
      .update(readFileSync(join(folder, file)))
      .update('\0');
  return hash.digest('hex');
}

async function fetchIntoCache() {
  const work = mkdtempSync(join(downloadCache(), 'aos-terminal-'));
  try {
    const source = process.env.AOSCOPE_AOS_CLI || (await fetchSource(work));
    if (hashOf(source) !== SHA256) throw new SetupError(`what is in ${source} is not aos ${VERSION} as it was when it was pinned`);
    const ready = join(work, 'ready');
    mkdirSync(ready);
    for (const part of PARTS) cpSync(join(source, part), join(ready, part), { recursive: true });
    const { name, version, license, type, aos, hyper, dependencies } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
    const own = { name, version, license, type, aos, hyper, dependencies: { ...dependencies, '@permaweb/aoconnect': CLIENT } };
    writeFileSync(join(ready, 'package.json'), JSON.stringify(own, null, 2));
    const installed = await npm(
      ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=0'],
      {
        cwd: ready,
        timeoutMs: 300_000,
      },
    );
    if (installed.code !== 0) throw new SetupError(lastLines(installed.output, 3));
    // Another run may have done the same meanwhile; both have the same files.
    if (isComplete(folderInCache())) return;
    rmSync(folderInCache(), { recursive: true, force: true });
    renameSync(ready, folderInCache());
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fetchSource(work) {
  const response = await fetch(TARBALL, { signal: AbortSignal.timeout(FETCH_MS) }).catch((error) => {
    throw new SetupError(`${TARBALL} cannot be reached (${error.cause?.code ?? error.message})`);
  });
  if (!response.ok) throw new SetupError(`${TARBALL} answers ${response.status}`);
  const tarball = join(work, 'aos.tgz');
  writeFileSync(tarball, new Uint8Array(await response.arrayBuffer()));
  const inside = [...PARTS, 'package.json'].map((part) => `aos-${COMMIT}/${part}`);
  const { code, output } = await run('tar', ['-xzf', tarball, '-C', work, ...inside], { isQuiet: true });
  if (code !== 0) throw new SetupError(lastLines(output, 3));
  return join(work, `aos-${COMMIT}`);
}
