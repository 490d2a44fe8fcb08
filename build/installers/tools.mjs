import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findElectron } from '../setup/electron.mjs';
import { ensureElectronForTests } from '../setup/electron-for-tests.mjs';
import { install, isInstalled } from '../setup/packages.mjs';
import { at } from '../setup/paths.mjs';
import { SetupError, say } from '../setup/say.mjs';
import { ELECTRON_VERSION } from './product.mjs';

const FOLDER = at('build', 'installers');
const load = createRequire(join(FOLDER, 'package.json'));

/** Installs electron-builder unless it is there. @throws SetupError with npm's reason */
export async function ensureInstallerTools() {
  if (!isInstalled(FOLDER)) await install(FOLDER, 'Installing what makes installers (once; 95 MB on disk)');
}

/** True where electron-builder is there. */
export const hasInstallerTools = () => isInstalled(FOLDER);

/** electron-builder's programming interface; {@link ensureInstallerTools} came before. */
export const electronBuilder = () => load('electron-builder');

/** @throws Error, naming each wrong setting, where electron-builder itself would refuse the configuration */
export function validateConfiguration(configuration) {
  const library = dirname(load.resolve('app-builder-lib/package.json'));
  const { validateConfiguration: validate } = load(join(library, 'out', 'util', 'config', 'config.js'));
  const { DebugLogger } = load('builder-util');
  return validate(configuration, new DebugLogger(false));
}

/** Fuse number → state of the packed program. */
export const readFuses = (program) => load('@electron/fuses').getCurrentFuseWire(program);

/** Paths of the files inside an app.asar, each with a slash before it. */
export const listArchive = (archive) => load('@electron/asar').listPackage(archive, { isPack: false });

/**
 * The Electron of this machine that is packed: the one that npm start fetched where it is of the version that people
 * get, else the one of the tests, whose packages are for trying alone.
 * @returns its folder without any app in it, and its version. @throws SetupError
 */
export async function electronToPack() {
  const real = findElectron();
  if (real !== undefined && process.platform !== 'darwin' && versionIn(dirname(real)) === ELECTRON_VERSION)
    return { folder: dirname(real), version: ELECTRON_VERSION, isForTests: false };
  const program = await ensureElectronForTests();
  if (program === undefined)
    throw new SetupError(
      'There is no Electron here to pack.',
      'Run npm start once with a display and a network; its installer fetches it.',
    );
  const version = versionIn(dirname(program));
  if (version === undefined)
    throw new SetupError(`${dirname(program)} does not say its version.`, 'Name another program in AOSCOPE_ELECTRON.');
  say(`Electron ${ELECTRON_VERSION} is not here; packing the ${version} of the tests. Try these packages, do not hand them on.`);
  return { folder: withoutApp(dirname(program)), version, isForTests: true };
}

function versionIn(folder) {
  const file = join(folder, 'version');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : undefined;
}

/** The Electron of the tests carries a launcher, which would be packed beside the app. */
function withoutApp(electron) {
  const folder = at('out', 'installers', 'electron');
  rmSync(folder, { recursive: true, force: true });
  cpSync(electron, folder, { recursive: true, filter: (path) => path !== join(electron, 'resources', 'app') });
  return folder;
}
