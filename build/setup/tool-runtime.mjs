import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { at } from './paths.mjs';
import { install, isInstalled } from './packages.mjs';
import { SetupError } from './say.mjs';

/** vitest, asar and Electron's own installer refuse anything older. */
const OLDEST = [22, 12];
/** The app itself runs from here on. */
const OLDEST_FOR_APP = [20, 19];

/** The Node for tools and tests: this one where it is new enough, else the pinned one from npm (Linux only). @throws SetupError */
export async function ensureToolRuntime() {
  if (isAtLeast(OLDEST)) return process.execPath;
  const program = at('build', 'runtime', 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new SetupError(
      `The tools need Node ${OLDEST.join('.')} or newer; this is ${process.version}.`,
      'Install the current LTS from https://nodejs.org (the app itself also runs on Node 20.19) and run the command again.',
    );
  }
  if (!existsSync(program) || !isInstalled(at('build', 'runtime'))) {
    await install(at('build', 'runtime'), `Installing Node 24 for the tools (this is ${process.version}; once, 190 MB)`);
  }
  if (!existsSync(program))
    throw new SetupError(
      'npm installed no Node for the tools.',
      `Delete ${join('build', 'runtime', 'node_modules')} and run the command again.`,
    );
  return program;
}

/** @throws SetupError where the app itself cannot run */
export function requireNodeForApp() {
  if (isAtLeast(OLDEST_FOR_APP)) return;
  throw new SetupError(
    `aoscope needs Node ${OLDEST_FOR_APP.join('.')} or newer; this is ${process.version}.`,
    'Install the current LTS from https://nodejs.org and run the command again.',
  );
}

function isAtLeast([major, minor]) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number);
  return haveMajor > major || (haveMajor === major && haveMinor >= minor);
}
