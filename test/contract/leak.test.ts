import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ASSETS } from '../kit/node.ts';
import { bundleTests, type Bundles } from './bundle.ts';

let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundleTests(['leak-main'], true);
});
afterAll(() => bundles.free());

/** How long a process may take to end once nothing keeps it. */
const END_MS = 20_000;

test.each(['node', 'app'])('a started and stopped %s leaves no handle open: its process ends by itself', async (what) => {
  const { code, printed } = await run(process.execPath, [bundles.path('leak-main'), what, join(bundles.dir, `data-${what}`), ASSETS]);
  expect({ code, printed }).toEqual({ code: 0, printed: 'LEFT []\n' });
});

function run(program: string, args: readonly string[]): Promise<{ readonly code: number | string | null; readonly printed: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
    let printed = '';
    for (const pipe of [child.stdout, child.stderr]) pipe.on('data', (text: Buffer) => (printed += text.toString()));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: signal ?? code, printed });
    });
  });
}
