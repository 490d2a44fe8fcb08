import { randomUUID } from 'node:crypto';
import { delimiter, dirname } from 'node:path';
import { copyAssets } from './bundle/assets.mjs';
import { displayFor } from './setup/chromium.mjs';
import { runInForeground } from './setup/foreground.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { at } from './setup/paths.mjs';
import { sayError } from './setup/say.mjs';
import { ensureToolRuntime, requireNodeForApp } from './setup/tool-runtime.mjs';

/** `npm test` runs everything; `npm test -- node/su/slot.test.ts` what is named, without checks and without building. */
async function main() {
  requireNodeForApp();
  await ensurePackages();
  const node = await ensureToolRuntime();
  const asked = process.argv.slice(2);
  // Whole nodes read the Lua runtime from where the build puts it.
  if (asked.length > 0) copyAssets();
  const program = asked.length === 0 ? [at('build', 'test', 'stages.mjs')] : [at('node_modules', 'vitest', 'vitest.mjs'), 'run', ...asked];
  const [command, ...args] = [...(asked.some((path) => path.includes('desktop')) ? displayFor() : []), node, ...program];
  const env = {
    // What tests start by the name `node` is the same Node.
    PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
    AOSCOPE_SYSTEM_NODE: process.execPath,
    AOSCOPE_TEST_RUN: randomUUID(),
    // Electron would act as plain Node.
    ELECTRON_RUN_AS_NODE: undefined,
  };
  const { code } = await runInForeground(command, args, { cwd: at(), env });
  process.exitCode = code;
}

await main().catch(sayError);
