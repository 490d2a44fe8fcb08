import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bundleTests, type Bundles } from './bundle.ts';
import { CONVERSATION } from './conversation.ts';
import { electronHere, runElectron } from './run-electron.ts';

const electron = electronHere();
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
    output = await runElectron(electron ?? '', bundles.dir, 'in-electron.cjs');
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
