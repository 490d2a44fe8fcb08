import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, at } from './paths.mjs';
import { firstProgram } from './places.mjs';
import { lastLines, run } from './run.mjs';
import { say, withProgress } from './say.mjs';
import { ensureToolRuntime } from './tool-runtime.mjs';

const FAILED = join(CACHE, 'electron-download.json');
const FAILED_FOR_MS = 24 * 60 * 60 * 1_000;
const DOWNLOAD_MS = 60_000;

/** Where Electron's program lies inside its folder. */
export function electronProgramName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/** Electron's program: ELECTRON_OVERRIDE_DIST_PATH, then the one that its own installer put down; undefined when neither is there. */
export function findElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  return firstProgram([
    ...(override ? [join(override, electronProgramName())] : []),
    at('node_modules', 'electron', 'dist', electronProgramName()),
  ]);
}

/**
 * Electron's program, downloaded by its own installer where it is missing. A failed try is remembered for a day, so
 * that it does not slow every start.
 * @returns the program, or undefined after saying why not
 */
export async function ensureElectron() {
  const present = findElectron();
  if (present !== undefined) return present;
  const { version } = JSON.parse(readFileSync(at('node_modules', 'electron', 'package.json'), 'utf8'));
  const failure = recentFailure(version);
  if (failure !== undefined) {
    say(
      `No desktop window: Electron ${version} could not be downloaded ${failure.ago} ago (${failure.reason}). Delete .cache/electron-download.json to try again.`,
    );
    return undefined;
  }
  const reason = await download(version);
  if (reason === undefined) return findElectron();
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(FAILED, JSON.stringify({ version, reason, atMs: Date.now() }));
  say(`No desktop window: Electron ${version} could not be downloaded (${reason}).`);
  return undefined;
}

/** @returns why it failed, undefined when it did not */
async function download(version) {
  let node;
  try {
    node = await ensureToolRuntime();
  } catch (error) {
    return error.message;
  }
  const installer = at('node_modules', 'electron', 'install.js');
  const { code, output, hasTimedOut } = await withProgress(
    `Downloading Electron ${version} (once, 120 MB, at most ${DOWNLOAD_MS / 1_000} s)`,
    () => run(node, [installer], { isQuiet: true, timeoutMs: DOWNLOAD_MS }),
  );
  if (hasTimedOut) {
    // What was half unpacked must not pass for a whole one.
    rmSync(at('node_modules', 'electron', 'dist'), { recursive: true, force: true });
    return `not there after ${DOWNLOAD_MS / 1_000} s`;
  }
  if (code !== 0) return reasonIn(output);
  return findElectron() === undefined ? 'its installer left nothing behind' : undefined;
}

function reasonIn(output) {
  const cause = /\b(?:ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ECONNRESET|EACCES|ENOSPC)\b/.exec(output)?.[0];
  const line =
    lastLines(output, 40)
      .split('\n')
      .find((text) => /error/i.test(text))
      ?.trim() ?? lastLines(output, 1);
  return cause === undefined || line.includes(cause) ? line : `${line}, ${cause}`;
}

function recentFailure(version) {
  try {
    const kept = JSON.parse(readFileSync(FAILED, 'utf8'));
    const ageMs = Date.now() - kept.atMs;
    if (kept.version !== version || ageMs < 0 || ageMs > FAILED_FOR_MS) return undefined;
    return {
      reason: kept.reason,
      ago: ageMs < 3_600_000 ? `${Math.max(1, Math.round(ageMs / 60_000))} min` : `${Math.round(ageMs / 3_600_000)} h`,
    };
  } catch {
    return undefined;
  }
}
