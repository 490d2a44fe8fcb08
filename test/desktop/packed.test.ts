import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const isInstalled = existsSync(join(ROOT, 'build/installers/node_modules/electron-builder'));
const isSkipped = !isInstalled || process.platform !== 'linux';
if (isSkipped) process.stdout.write('SKIPPED: the packed app; it needs Linux, and electron-builder, which npm run dist installs.\n');

it.skipIf(isSkipped)(
  'packed with its fuses set: the first screen shows, a sample runs, its node answers, a link arrives, and it ends in order',
  { timeout: 300_000 },
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'build/dist.mjs'), '--only', 'dir'], { cwd: ROOT });
    for (const words of [
      'the fuses are set',
      'the first screen shows',
      'a sample runs',
      'its node answers',
      'a link goes',
      'it ends in order',
    ])
      expect(stdout).toContain(words);
  },
);
