import { join } from 'node:path';
import { firstProgram, hasDisplay, isRoot, onPath } from './places.mjs';
import { lastLines, run } from './run.mjs';
import { say, withProgress } from './say.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'chrome', 'msedge'];

/** A browser of Chromium's kind on this machine: CHROME_PATH, the PATH, then the usual places; undefined when there is none. */
export function findChromium() {
  if (process.env.CHROME_PATH) return firstProgram([process.env.CHROME_PATH]);
  return onPath(NAMES) ?? firstProgram(usualPlaces());
}

function usualPlaces() {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (process.platform === 'win32') {
    const roots = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].filter(Boolean);
    return roots.flatMap((root) => [
      join(root, 'Google/Chrome/Application/chrome.exe'),
      join(root, 'Chromium/Application/chrome.exe'),
      join(root, 'Microsoft/Edge/Application/msedge.exe'),
    ]);
  }
  return ['/usr/bin/chromium', '/usr/bin/google-chrome', '/snap/bin/chromium'];
}

/** What to run a program under so that it can open windows: Xvfb on Linux without a display, else nothing. */
export function displayFor() {
  const xvfb = process.platform === 'linux' && !hasDisplay() ? onPath(['xvfb-run']) : undefined;
  return xvfb === undefined ? [] : [xvfb, '-a', '-s', '-screen 0 1440x900x24'];
}

/**
 * Sees to a Chromium, and on Linux without a display to Xvfb for the desktop tests. Debian's packages are installed
 * where apt is at hand and we may use it; elsewhere it says what is missing.
 * @returns the path of Chromium; undefined where there is none
 */
export async function ensureTestPrograms({ needsXvfb }) {
  const missing = () => [...(findChromium() ? [] : ['chromium']), ...(needsXvfb && !onPath(['xvfb-run']) ? ['xvfb', 'xauth'] : [])];
  if (missing().length > 0 && onPath(['apt-get']) && isRoot()) await aptInstall(missing());
  for (const name of missing())
    say(
      `MISSING: ${name}. Install it${process.platform === 'linux' ? ` (sudo apt-get install ${name})` : ''}, or set CHROME_PATH for a browser.`,
    );
  return findChromium();
}

async function aptInstall(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await withProgress(`Installing ${packages.join(', ')} with apt`, async () => {
    await run('apt-get', ['update'], { env, isQuiet: true });
    const { code, output } = await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env, isQuiet: true });
    if (code !== 0) say(`apt-get could not install them:\n${lastLines(output)}`);
  });
}
