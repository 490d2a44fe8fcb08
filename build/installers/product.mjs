import { readFileSync } from 'node:fs';
import { at } from '../setup/paths.mjs';

const manifest = JSON.parse(readFileSync(at('package.json'), 'utf8'));
const { packages } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));

/** What every installer says of the app. */
export const PRODUCT = {
  name: manifest.name,
  title: manifest.productName,
  version: manifest.version,
  description: manifest.description,
  license: manifest.license,
  // Never change it: macOS and Windows know the installed app by it.
  id: 'org.aoscope.desktop',
  author: 'the aoscope authors',
  // The project has neither a page nor a mailbox of its own: this is the page of what it is for, and .invalid is nobody's.
  homepage: 'https://ao.arweave.net',
  maintainer: 'the aoscope authors <nobody@aoscope.invalid>',
  synopsis: 'Desktop IDE for ao, the hyper-parallel computer on Arweave',
  category: 'Development',
};

/** Recordings, which the app opens when they are opened. */
export const RECORDING = { ext: 'aoscope', name: 'aoscope recording', mimeType: 'application/x-aoscope-recording' };

/** Links to what was in focus: `aoscope://focus?…`. */
export const LINK = { scheme: 'aoscope', name: 'Link into aoscope', mimeType: 'x-scheme-handler/aoscope' };

/** Debian's packages that Electron needs; the second of a pair is its name since the 64-bit time_t. */
export const DEBIAN_DEPENDS = [
  'libgtk-3-0 | libgtk-3-0t64',
  'libnotify4',
  'libnss3',
  'libxss1',
  'libxtst6',
  'xdg-utils',
  'libatspi2.0-0 | libatspi2.0-0t64',
  'libuuid1',
  'libsecret-1-0',
  'libasound2 | libasound2t64',
  'libgbm1',
];

/** The exact Electron that people get. */
export const ELECTRON_VERSION = packages['node_modules/electron'].version;

/** A package of the lock file: its version and the hash of its tarball. */
export function lockedPackage(name) {
  const { version, integrity } = packages[`node_modules/${name}`];
  return { version, integrity };
}
