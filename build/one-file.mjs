import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { copyAssets } from './bundle/assets.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { at, ROOT } from './setup/paths.mjs';
import { run } from './setup/run.mjs';
import { say, sayError, SetupError } from './setup/say.mjs';
import { ensureToolRuntime } from './setup/tool-runtime.mjs';

/** `npm run one -- node/su/slot.ts`: format, lint, types of its environment, and the tests that import it. */
async function main() {
  const [given] = process.argv.slice(2);
  if (given === undefined || !existsSync(given)) throw new SetupError(`There is no file ${given ?? ''}.`, 'npm run one -- path/to/file.ts');
  await ensurePackages();
  const node = await ensureToolRuntime();
  const path = relative(ROOT, given).replaceAll('\\', '/');
  copyAssets();
  const steps = [
    ['format', ['prettier/bin/prettier.cjs', '--check', path]],
    ['lint', ['oxlint/bin/oxlint', path]],
    ['types', ['typescript/bin/tsc', '-p', at('build', 'tsconfig', `${environmentOf(path)}.json`)]],
    [
      'tests',
      ['vitest/vitest.mjs', 'related', '--run', '--passWithNoTests', '--project', 'unit', '--project', 'dom', '--project', 'flow', path],
    ],
  ];
  for (const [name, [program, ...args]] of steps) {
    const { code } = await run(node, [at('node_modules', program), ...args], { cwd: ROOT });
    say(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name}`);
    if (code !== 0) process.exitCode = 1;
  }
}

function environmentOf(path) {
  if (/\.test\.tsx?$|^test\//.test(path)) return 'test';
  if (/^(?:node\/(?:base|contract)|renderer\/model)\//.test(path)) return 'pure';
  return ['electron', 'renderer'].find((top) => path.startsWith(`${top}/`)) ?? 'node';
}

await main().catch(sayError);
