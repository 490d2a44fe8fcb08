import { bundleIfStale } from '../bundle.mjs';
import { runChecks } from '../check.mjs';
import { displayFor, ensureTestPrograms } from '../setup/chromium.mjs';
import { ensureInstallerTools } from '../installers/tools.mjs';
import { ensureAosTerminalForTests } from '../setup/aos-terminal-for-tests.mjs';
import { ensureElectronForTests } from '../setup/electron-for-tests.mjs';
import { ensureModulesForTests } from '../setup/modules-for-tests.mjs';
import { ensureNodesForTests } from '../setup/nodes-for-tests.mjs';
import { hasDisplay } from '../setup/places.mjs';
import { say, sayError } from '../setup/say.mjs';
import { leftovers, RUN_MARK } from './leftovers.mjs';
import { smoke } from './smoke.mjs';
import { vitest } from './vitest.mjs';

const MINUTE = 60_000;
const NONE = { passed: 0, failed: 0, skipped: 0 };
/** Where a missing program takes a whole stage away. */
const SKIPPED = { ...NONE, skipped: 1 };

/** Set by build/test.mjs: the Node that the person has, which the app must run on. */
const SYSTEM_NODE = process.env.AOSCOPE_SYSTEM_NODE ?? process.execPath;

/**
 * Runs everything, one stage after another; a failure stops none of the others.
 * @returns the sums over all stages
 */
export async function runStages() {
  const mark = process.env[RUN_MARK];
  const total = { ...NONE };
  const lines = [];
  const stage = async (name, work) => {
    say(`── ${name}`);
    const startedMs = Date.now();
    const counts = {
      ...NONE,
      ...(await Promise.resolve()
        .then(work)
        .catch((error) => {
          sayError(error);
          return { failed: 1 };
        })),
    };
    for (const key of Object.keys(total)) total[key] += counts[key];
    lines.push(
      `${name.padEnd(34)} ${String(counts.passed).padStart(5)} passed ${String(counts.failed).padStart(4)} failed ${String(counts.skipped).padStart(4)} skipped ${((Date.now() - startedMs) / 1_000).toFixed(0).padStart(5)} s`,
    );
    return counts;
  };

  const programs = { chromium: undefined, electron: undefined };
  await stage('set-up', async () => {
    programs.chromium = await ensureTestPrograms({ needsXvfb: process.platform === 'linux' && !hasDisplay() });
    programs.electron = await ensureElectronForTests();
    // Their tests skip, and say so, where these cannot be had.
    await ensureModulesForTests();
    await ensureNodesForTests();
    await ensureAosTerminalForTests();
    await ensureInstallerTools().catch((error) => say(`MISSING: electron-builder, so no packed app is tested: ${error.message}`));
    return NONE;
  });
  await stage('checks', () => runChecks());
  const { failed: unbuilt } = await stage('build', async () => {
    await bundleIfStale({ isForced: true });
    return { passed: 1 };
  });
  await stage('unit tests', () => vitest(['--project', 'unit', '--project', 'dom'], { timeoutMs: 12 * MINUTE }));
  await stage('flow, contract, replay', () => vitest(['--project', 'flow'], { timeoutMs: 25 * MINUTE }));
  await stage('real clients', () => clients(programs));
  const built = (work) => (unbuilt > 0 ? () => loudly('the app was not built') : work);
  for (const node of new Set([SYSTEM_NODE, process.execPath]))
    await stage(
      `the built app on ${await versionOf(node)}`,
      built(() => smokeStage(node)),
    );
  await stage(
    'served, in Chromium',
    built(() => served(programs)),
  );
  await stage(
    'desktop, in Electron',
    built(() => desktop(programs)),
  );
  await stage('nothing left running', () => leftoverStage(mark));

  process.stdout.write(`\n${lines.join('\n')}\n`);
  return total;
}

function loudly(reason) {
  process.stdout.write(`\n  SKIPPED: ${reason}. These tests did NOT run.\n\n`);
  return SKIPPED;
}

async function smokeStage(node) {
  const wrong = await smoke(node);
  for (const line of wrong) process.stdout.write(`  ${line}\n`);
  return wrong.length === 0 ? { passed: 1 } : { failed: 1 };
}

/** The tests that need a browser say so themselves where there is none. */
function clients({ chromium }) {
  const env = chromium === undefined ? {} : { CHROME_PATH: chromium };
  return vitest(['--project', 'clients*'], { env, timeoutMs: 25 * MINUTE });
}

function served({ chromium }) {
  if (chromium === undefined) return loudly('no Chromium on this machine');
  return vitest(['--project', 'e2e', 'test/served/'], { env: { CHROME_PATH: chromium }, timeoutMs: 40 * MINUTE });
}

function desktop({ chromium, electron }) {
  if (electron === undefined) return loudly('no Electron on this machine');
  const wrap = displayFor();
  if (wrap.length === 0 && !hasDisplay()) return loudly('neither a display nor Xvfb on this machine');
  const env = { AOSCOPE_ELECTRON: electron, ...(chromium === undefined ? {} : { CHROME_PATH: chromium }) };
  return vitest(['--project', 'e2e', 'test/desktop/'], { wrap, env, timeoutMs: 15 * MINUTE });
}

async function leftoverStage(mark) {
  if (mark === undefined) return NONE;
  // What was just told to end may need a moment.
  for (let tries = 0; tries < 20 && alive(mark).length > 0; tries += 1)
    await new Promise((resolve) => {
      setTimeout(resolve, 250);
    });
  const left = alive(mark);
  for (const { pid, command } of left) {
    process.stdout.write(`  still running: ${pid} ${command.slice(0, 160)}\n`);
    process.kill(pid, 'SIGKILL');
  }
  return left.length === 0 ? { passed: 1 } : { failed: 1 };
}

/** Our own parent carries the mark neither; we and the tools that serve us all through the run do. */
function alive(mark) {
  return leftovers(mark).filter(({ pid, command }) => pid !== process.ppid && !/esbuild.*--service=/.test(command));
}

async function versionOf(node) {
  if (node === process.execPath) return `Node ${process.version}`;
  const { run } = await import('../setup/run.mjs');
  return `Node ${(await run(node, ['--version'], { isQuiet: true })).output.trim()}`;
}

const { passed, failed, skipped } = await runStages();
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
// esbuild's service and the like must not keep a finished run open.
process.exit(failed > 0 ? 1 : 0);
