import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const isInstalled = existsSync(join(ROOT, 'build/installers/node_modules/electron-builder'));
const isSkipped = !isInstalled || process.platform !== 'linux' || process.arch !== 'x64';
if (isSkipped) process.stdout.write('SKIPPED: the packed app; it needs Linux x64, and electron-builder, which npm run dist installs.\n');

it.skipIf(isSkipped)(
  'packed with its fuses set: the first screen shows, a sample runs, its node answers, a link arrives, and it ends in order',
  { timeout: 300_000 },
  async () => {
    const ended = await dist('--only', 'dir');
    for (const words of [
      'the fuses are set',
      'the first screen shows',
      'a sample runs',
      'its node answers',
      'a link goes',
      'it ends in order',
    ])
      expect(ended).toEqual({ code: 0, printed: expect.stringContaining(words) as unknown });
  },
);

/** Packs and tries what came out, in a group of its own, of which nothing is left when the test ends, however it ends: no program, no folder. */
function dist(...args: readonly string[]): Promise<{ readonly code: number | null; readonly printed: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'aoscope-packed-'));
  const child = spawn(process.execPath, [join(ROOT, 'build/dist.mjs'), ...args], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    endGroup(child.pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  let printed = '';
  for (const pipe of [child.stdout, child.stderr]) pipe.setEncoding('utf8').on('data', (text: string) => (printed += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, printed }));
  });
}

function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
