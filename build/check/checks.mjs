import { existsSync, readFileSync } from 'node:fs';
import { at, ROOT } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';
import { deadFiles } from './dead.mjs';
import { importViolations } from './imports.mjs';
import { lockGaps } from './lock.mjs';
import { noticesText, shippedPackages } from './notices.mjs';
import { readSources } from './sources.mjs';
import { tidyViolations } from './tidy.mjs';

const ENVIRONMENTS = ['pure', 'node', 'electron', 'renderer', 'test'];

const sources = () => readSources(ROOT);
const json = (...path) => JSON.parse(readFileSync(at(...path), 'utf8'));

/** Every check: a name, and a function that gives one line per violation. */
export const CHECKS = [
  ['import table', () => importViolations(sources())],
  ['tidy', () => tidyViolations(sources(), json('build', 'check', 'debts.json'))],
  ['dead files', () => deadFiles(sources())],
  ['lock file', () => lockGaps(json('package-lock.json'))],
  ['third-party notices', noticesViolations],
  ...ENVIRONMENTS.map((environment) => [`types: ${environment}`, () => typesViolations(environment)]),
  ['lint', () => toolViolations(['oxlint', 'bin', 'oxlint'], ['--format=unix', '--report-unused-disable-directives'])],
  ['format', () => toolViolations(['prettier', 'bin', 'prettier.cjs'], ['--check', '--log-level=warn', '.'])],
];

function noticesViolations() {
  const { shipped, problems } = shippedPackages(ROOT);
  if (problems.length > 0) return problems;
  const path = at('THIRD-PARTY-NOTICES.md');
  const isCurrent = existsSync(path) && readFileSync(path, 'utf8').replaceAll('\r\n', '\n') === noticesText(shipped);
  return isCurrent ? [] : ['THIRD-PARTY-NOTICES.md is not current; run node build/notices.mjs'];
}

function typesViolations(environment) {
  return toolViolations(['typescript', 'bin', 'tsc'], ['--pretty', 'false', '-p', at('build', 'tsconfig', `${environment}.json`)]);
}

/** Runs a tool of node_modules; its output is its violations where it fails. */
async function toolViolations(program, args) {
  const { code, output } = await run(process.execPath, [at('node_modules', ...program), ...args], { cwd: ROOT, isQuiet: true });
  if (code === 0) return [];
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 0 ? lines : [`ended with code ${code}`];
}
