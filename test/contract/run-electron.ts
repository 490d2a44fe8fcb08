import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findElectronForTests } from '../../build/setup/electron-for-tests.mjs';

/** The Electron that the tests of this folder use: AOSCOPE_TEST_ELECTRON, else that of all tests; undefined where there is none. */
export function electronHere(): string | undefined {
  const named = process.env['AOSCOPE_TEST_ELECTRON'];
  return named !== undefined && existsSync(named) ? named : findElectronForTests();
}

/**
 * Runs the bundle `main` in `dir` as an app of Electron to its end, on a display of its own where there is none.
 * @returns all that it printed
 */
export async function runElectron(program: string, dir: string, main: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
  await writeFile(join(dir, 'package.json'), JSON.stringify({ name: 'aoscope-contract', version: '0.1.0', main }));
  const flags = ['--disable-gpu', `--user-data-dir=${join(dir, 'profile')}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), dir];
  const needsDisplay = process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
  const [command = program, ...args] = [...(needsDisplay ? ['xvfb-run', '-a'] : []), program, ...flags];
  const { ELECTRON_RUN_AS_NODE: _unset, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
    child.stderr.on('data', (text: Buffer) => (printed += text.toString()));
    child.once('error', reject);
    child.once('close', () => resolve(printed));
  });
}
