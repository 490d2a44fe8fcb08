import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findElectronForTests } from '../../build/setup/electron-for-tests.mjs';
import { bundleTests, type Bundles } from './bundle.ts';
import { CONVERSATION } from './conversation.ts';

const named = process.env['AOSCOPE_TEST_ELECTRON'];
const electron = named !== undefined && existsSync(named) ? named : findElectronForTests();
if (electron === undefined)
  process.stderr.write('SKIPPED: the contract over Electron utility processes; no Electron is here (set AOSCOPE_TEST_ELECTRON).\n');

const HOSTS = ['utility process', "message port of Electron's main process"];
const resultSchema = z.object({ host: z.string(), name: z.string(), error: z.string().nullable() });

describe.skipIf(electron === undefined)('in Electron', () => {
  let bundles: Bundles;
  let results: readonly z.infer<typeof resultSchema>[] = [];
  let output = '';

  beforeAll(async () => {
    bundles = await bundleTests(['in-electron', 'talker-main']);
    await writeFile(join(bundles.dir, 'package.json'), JSON.stringify({ name: 'aoscope-contract', main: 'in-electron.cjs' }));
    output = await runElectron(electron ?? '', bundles.dir);
    results = output
      .split('\n')
      .filter((line) => line.startsWith('CHECK '))
      .map((line) => resultSchema.parse(JSON.parse(line.slice('CHECK '.length))));
  }, 60_000);
  afterAll(() => bundles.free());

  describe.each(HOSTS)('%s', (host) => {
    test.each(CONVERSATION)('$name', ({ name }) => {
      const result = results.find((one) => one.host === host && one.name === name);
      if (result === undefined) throw new Error(`it was not run: ${output.slice(-2000)}`);
      expect(result.error).toBeNull();
    });
  });
});

/** Runs the app in `dir` to its end, on a display of its own where there is none. @returns all that it printed */
function runElectron(program: string, dir: string): Promise<string> {
  const flags = ['--disable-gpu', `--user-data-dir=${join(dir, 'profile')}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), dir];
  const needsDisplay = process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
  const [command, args] = needsDisplay ? ['xvfb-run', ['-a', program, ...flags]] : [program, flags];
  const { ELECTRON_RUN_AS_NODE: _unset, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(command as string, args as string[], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
    child.stderr.on('data', (text: Buffer) => (printed += text.toString()));
    child.once('error', reject);
    child.once('close', () => resolve(printed));
  });
}
