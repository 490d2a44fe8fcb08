import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { at, CACHE, ROOT } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';

/** The build before the tests says "production" for its own process, and React would then leave out what tests need. */
const TEST_ENV = { NODE_ENV: 'test' };

/**
 * Runs vitest on this Node and counts.
 * @param args what vitest is told: projects and paths
 * @param options `wrap` a program to run it under (xvfb-run), `env`, `timeoutMs`
 * @returns `{ passed, failed, skipped }`; a run that broke without a failing test counts as one failure
 */
export async function vitest(args, { wrap = [], env = {}, timeoutMs }) {
  const report = join(CACHE, `vitest-${process.pid}.json`);
  mkdirSync(CACHE, { recursive: true });
  rmSync(report, { force: true });
  const command = [
    ...wrap,
    process.execPath,
    at('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: undefined };
  const { code, hasTimedOut } = await run(command[0], command.slice(1), { cwd: ROOT, env: { ...colour, ...TEST_ENV, ...env }, timeoutMs });
  if (hasTimedOut) process.stdout.write(`\nStopped after ${timeoutMs / 1_000} s: the tests did not end.\n`);
  const counts = countsIn(report);
  rmSync(report, { force: true });
  if (counts === null) return { passed: 0, failed: 1, skipped: 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function countsIn(report) {
  if (!existsSync(report)) return null;
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that does not even load has no tests to fail.
  const broken = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  return { passed: numPassedTests, failed: numFailedTests + broken, skipped: numPendingTests + numTodoTests };
}
