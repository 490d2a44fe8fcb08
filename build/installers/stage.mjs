import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, at } from '../setup/paths.mjs';
import { npm } from '../setup/npm.mjs';
import { lastLines, run } from '../setup/run.mjs';
import { SetupError, say } from '../setup/say.mjs';
import { lockedPackage, PRODUCT } from './product.mjs';

/** What the desktop app runs. The command line and the served app are another package: see build/pack.mjs. */
const PROGRAMS = [
  'electron/main.cjs',
  'electron/preload.cjs',
  'node/units',
  'node/evaluator.cjs',
  'node/test-worker.cjs',
  'node/compiler.cjs',
  'node/git.cjs',
  'assets',
  'renderer',
];
/** What has a native part is not bundled, and this is how it finds that part. */
const UNBUNDLED = ['libsql', '@neon-rs/load', 'detect-libc'];
const NATIVE = {
  linux: ['@libsql/linux-x64-gnu'],
  darwin: ['@libsql/darwin-x64', '@libsql/darwin-arm64'],
  win32: ['@libsql/win32-x64-msvc'],
};

/**
 * Lays out exactly what is packed: bundles without their source maps, and the few packages that are not in them.
 * @param platform whose native parts
 * @returns the folder
 */
export async function stageApp(platform = process.platform) {
  const folder = at('out', 'installers', 'app');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of PROGRAMS)
    cpSync(at('out', part), join(folder, 'out', part), { recursive: true, filter: (path) => !path.endsWith('.map') });
  for (const name of [...UNBUNDLED, ...NATIVE[platform]]) await stagePackage(name, join(folder, 'node_modules', name));
  const { name, title, version, description, license, homepage, maintainer } = PRODUCT;
  // electron-builder packs the packages that are named here, out of the folder beside it.
  const dependencies = { libsql: lockedPackage('libsql').version };
  const about = { name, productName: title, version, description, license, homepage, author: maintainer };
  const manifest = { ...about, main: 'out/electron/main.cjs', dependencies };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

/** Out of node_modules; a native part for another system comes from npm, checked against the lock file. */
async function stagePackage(name, to) {
  if (existsSync(at('node_modules', name))) {
    cpSync(at('node_modules', name), to, { recursive: true });
    return;
  }
  const { version, integrity } = lockedPackage(name);
  say(`Fetching ${name} ${version}, which is for another system …`);
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, 'native-'));
  try {
    const packed = await npm(['pack', '--silent', `${name}@${version}`], { cwd: work, timeoutMs: 180_000 });
    if (packed.code !== 0) throw new SetupError(`${name} could not be had: ${lastLines(packed.output, 3)}`, 'Check the network.');
    const tarball = join(work, readdirSync(work).find((file) => file.endsWith('.tgz')) ?? '');
    const hash = createHash('sha512').update(readFileSync(tarball)).digest('base64');
    if (integrity !== `sha512-${hash}`) throw new SetupError(`${name} ${version} is not the file that package-lock.json names.`);
    mkdirSync(to, { recursive: true });
    const { code, output } = await run('tar', ['-xzf', tarball, '-C', to, '--strip-components=1'], { isQuiet: true });
    if (code !== 0) throw new SetupError(lastLines(output, 3));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
