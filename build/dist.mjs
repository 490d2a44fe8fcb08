import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleIfStale } from './bundle.mjs';
import { displayFor } from './setup/chromium.mjs';
import { runInForeground } from './setup/foreground.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { at } from './setup/paths.mjs';
import { hasDisplay, onPath } from './setup/places.mjs';
import { lastLines, run } from './setup/run.mjs';
import { say, sayError, SetupError, withProgress } from './setup/say.mjs';
import { ensureToolRuntime, requireNodeForApp } from './setup/tool-runtime.mjs';

const USAGE = 'npm run dist [-- --only dir,tar.gz,deb] [--no-try], or npm run dist -- --installers';
const FORMATS = ['dir', 'tar.gz', 'deb'];

/**
 * `npm run dist` packs the app with the Electron that is here and tries what came out; with --installers it has
 * electron-builder make this system's installers, which downloads Electron and tools.
 */
async function main() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: FORMATS.join(',') },
      installers: { type: 'boolean', default: false },
      'no-try': { type: 'boolean', default: false },
    },
  });
  const formats = values.only.split(',');
  const unknown = formats.find((format) => !FORMATS.includes(format));
  if (unknown !== undefined) throw new SetupError(`There is no format ${unknown} here.`, USAGE);
  if (!values.installers) refuseOtherMachines();
  requireNodeForApp();
  await ensurePackages();
  const node = await ensureToolRuntime();
  await bundleIfStale();
  const { ensureInstallerTools } = await import('./installers/tools.mjs');
  await ensureInstallerTools();
  const { stageApp } = await import('./installers/stage.mjs');
  const app = await stageApp();
  if (values.installers) return makeInstallers(app);
  const { unpacked, files } = await packHere(app, formats);
  if (!values['no-try']) await tryAll(node, unpacked, files);
}

/** What is packed here has the Electron of this machine in it, and is named and declared as Linux x64. */
function refuseOtherMachines() {
  if (process.platform === 'linux' && process.arch === 'x64') return;
  throw new SetupError(
    `Packing without downloads is for Linux x64 alone, and this is ${process.platform}-${process.arch}.`,
    'Use npm run dist -- --installers, which downloads what it needs.',
  );
}

async function makeInstallers(app) {
  const [{ installerConfiguration }, { electronBuilder }] = await Promise.all([
    import('./installers/configuration.mjs'),
    import('./installers/tools.mjs'),
  ]);
  try {
    const files = await electronBuilder().build({ projectDir: app, publish: 'never', config: installerConfiguration() });
    for (const file of files) sayFile(file);
  } catch (error) {
    throw new SetupError(
      `electron-builder could not make the installers: ${error.message}`,
      'It downloads Electron and its tools from github.com; check the network. npm run dist alone needs nothing from there on Linux.',
    );
  }
}

/** @returns the unpacked program's folder, and the files made of it */
async function packHere(app, formats) {
  const [{ installerConfiguration }, { electronBuilder, electronToPack }, { PRODUCT }, { packDebian }] = await Promise.all([
    import('./installers/configuration.mjs'),
    import('./installers/tools.mjs'),
    import('./installers/product.mjs'),
    import('./installers/debian.mjs'),
  ]);
  const electron = await electronToPack();
  const { Arch, build, Platform } = electronBuilder();
  const unpacked = at('out', 'installers', 'linux-unpacked');
  rmSync(unpacked, { recursive: true, force: true });
  await withProgress('Packing the app', () =>
    build({ projectDir: app, targets: Platform.LINUX.createTarget('dir', Arch.x64), config: installerConfiguration(electron) }),
  );
  const name = `${PRODUCT.name}-${PRODUCT.version}${electron.isForTests ? `-trial-electron-${electron.version}` : ''}-linux-x64`;
  const files = [];
  if (formats.includes('tar.gz')) files.push(await withProgress('Writing the archive', () => packArchive(unpacked, name)));
  if (formats.includes('deb'))
    files.push(await withProgress('Writing the Debian package', () => packDebian(unpacked, at('out', 'installers', `${name}.deb`))));
  for (const file of files) sayFile(file);
  return { unpacked, files };
}

async function packArchive(unpacked, name) {
  if (onPath(['tar']) === undefined || onPath(['gzip']) === undefined)
    throw new SetupError('An archive needs tar and gzip.', 'Install them with the system.');
  const file = at('out', 'installers', `${name}.tar.gz`);
  const named = join(dirname(unpacked), name);
  rmSync(named, { recursive: true, force: true });
  renameSync(unpacked, named);
  try {
    const { code, output } = await run(
      'tar',
      ['--use-compress-program=gzip -9', '--owner=0', '--group=0', '-cf', file, '-C', dirname(named), name],
      {
        isQuiet: true,
      },
    );
    if (code !== 0) throw new SetupError(`tar failed:\n${lastLines(output)}`);
  } finally {
    renameSync(named, unpacked);
  }
  return file;
}

/** Starts each result as its receiver would have it, and drives it. */
async function tryAll(node, unpacked, files) {
  const display = displayFor();
  if (display.length === 0 && !hasDisplay())
    throw new SetupError('There is neither a display nor Xvfb, so nothing was tried.', 'Install xvfb and xauth, or pass --no-try.');
  const folder = mkdtempSync(join(tmpdir(), 'aoscope-dist-'));
  try {
    const programs = [join(unpacked, 'aoscope')];
    for (const [index, file] of files.entries()) programs.push(await unpack(file, join(folder, String(index))));
    for (const [index, program] of programs.entries()) {
      say(`Trying ${index === 0 ? 'the unpacked app' : basename(files[index - 1])}`);
      const [command, ...args] = [...display, node, at('build', 'installers', 'try.mjs'), program];
      const { code } = await runInForeground(command, args, { cwd: at(), env: { ELECTRON_RUN_AS_NODE: undefined } });
      if (code !== 0) throw new SetupError(`${program} does not work as it should; see above.`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the program in it */
async function unpack(file, folder) {
  mkdirSync(folder);
  if (file.endsWith('.deb')) {
    const { unpackDebian } = await import('./installers/debian.mjs');
    return unpackDebian(file, folder);
  }
  const { code, output } = await run('tar', ['-xzf', file, '-C', folder, '--strip-components=1'], { isQuiet: true });
  if (code !== 0) throw new SetupError(`tar failed:\n${lastLines(output)}`);
  return join(folder, 'aoscope');
}

function sayFile(file) {
  say(`  ${file}  ${(statSync(file).size / 1_000_000).toFixed(1)} MB`);
}

await main().catch(sayError);
