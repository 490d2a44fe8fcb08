import { pathToFileURL } from 'node:url';
import { ensurePackages } from './setup/packages.mjs';
import { say, sayError } from './setup/say.mjs';

/** More lines than these help nobody at once. */
const LINES_SHOWN = 60;

/** Runs every check (or those whose name contains `only`) and prints what is wrong. @returns how many passed and failed */
export async function runChecks(only = '') {
  const { CHECKS } = await import('./check/checks.mjs');
  const counts = { passed: 0, failed: 0 };
  for (const [name, check] of CHECKS.filter(([title]) => title.includes(only))) {
    const violations = await check();
    counts[violations.length === 0 ? 'passed' : 'failed'] += 1;
    say(`  ${violations.length === 0 ? 'ok    ' : 'FAILED'}  ${name}`);
    for (const line of violations.slice(0, LINES_SHOWN)) process.stdout.write(`      ${line}\n`);
    if (violations.length > LINES_SHOWN) process.stdout.write(`      … and ${violations.length - LINES_SHOWN} more\n`);
  }
  return counts;
}

async function main() {
  await ensurePackages();
  const { passed, failed } = await runChecks(process.argv[2]);
  say(`${passed} checks passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main().catch(sayError);
