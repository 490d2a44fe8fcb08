import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RunningApp } from '../app/start-app.ts';
import { AoError } from '../contract/errors.ts';
import { parseCommandLine } from '../serve/options.ts';
import { counted, say, sayError } from '../serve/say.ts';
import { DATA_FOLDER } from '../workspace/inside.ts';
import { takeLock } from '../workspace/lock.ts';
import { startHeadless } from './headless.ts';
import { knownProcesses } from './verify.ts';

const USAGE = `aoscope rebuild <path/to/project> [options]

Brings the logs of a project back from its gateway and runs them again: what scheduler and compute unit hold is set
aside, the bundles that the scheduler uploaded are read, their signatures, hash chains and slots are checked, and every
process is evaluated anew. What was set aside stays in the project's data folder.

  --data DIR   folder for wallets and settings, instead of the user's own
  --json       print one line of JSON per process, and one with the report
  --help       this text

The exit code is 0 when every log came back whole, 1 otherwise: then the first slot that is missing is named.`;

const LOST = /^(?:su|cu)\.db/;

/** @returns the exit code. */
export async function runRebuild(args: readonly string[], outDir: string): Promise<number> {
  try {
    const line = parseCommandLine(args, 1);
    const [given] = line.positionals;
    if (line.isHelp) {
      say(USAGE);
      return 0;
    }
    if (given === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'the project folder is missing' });
    const path = resolve(given);
    const dataDir = join(path, DATA_FOLDER);
    const aside = existsSync(dataDir) ? await setAside(path, dataDir) : null;
    try {
      const { processes, isWhole } = await rebuildAll(outDir, line.userDir, path, line.isJson);
      if (processes === 0 && aside !== null) throw new AoError('REBUILD_EMPTY', { path });
      if (aside !== null && !line.isJson) say(`What was there before lies in ${aside}`);
      return isWhole ? 0 : 1;
    } catch (error) {
      if (aside !== null) putBack(dataDir, aside);
      throw error;
    }
  } catch (error) {
    sayError(error);
    return 1;
  }
}

/** Moves the databases of SU and CU away. @returns where to; null where there are none. @throws AoError PROJECT_IN_USE. */
async function setAside(path: string, dataDir: string): Promise<string | null> {
  const lock = await takeLock(join(dataDir, 'lock'), path);
  try {
    const files = readdirSync(dataDir).filter((name) => LOST.test(name));
    if (files.length === 0) return null;
    const aside = join(dataDir, `before-rebuild-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
    mkdirSync(aside);
    for (const name of files) renameSync(join(dataDir, name), join(aside, name));
    return aside;
  } finally {
    await lock.release();
  }
}

function putBack(dataDir: string, aside: string): void {
  for (const name of readdirSync(dataDir).filter((one) => LOST.test(one))) rmSync(join(dataDir, name));
  for (const name of readdirSync(aside)) renameSync(join(aside, name), join(dataDir, name));
  rmSync(aside, { recursive: true });
}

async function rebuildAll(
  outDir: string,
  userDir: string,
  path: string,
  isJson: boolean,
): Promise<{ readonly processes: number; readonly isWhole: boolean }> {
  const app = await startHeadless(outDir, userDir, null, path);
  try {
    await app.ready;
    // The scheduler has found its logs missing and is bringing them back: it answers when that is over.
    const { gaps } = await app.hub.ask('su.rebuild', {});
    const { processes, failed } = await evaluateAll(app, isJson);
    for (const { process, slot, reason } of gaps) sayError(new AoError('LOG_GAP', { process, slot, reason }));
    if (isJson) say(JSON.stringify({ processes, failed, gaps }));
    return { processes, isWhole: gaps.length === 0 && failed === 0 };
  } finally {
    await app.stop();
  }
}

/** A process that cannot be evaluated (its module is missing, say) keeps no other one waiting. */
async function evaluateAll({ hub }: RunningApp, isJson: boolean): Promise<{ readonly processes: number; readonly failed: number }> {
  const known = await knownProcesses({ hub });
  let failed = 0;
  for (const { process, name } of known) {
    try {
      const { slotLatest } = await hub.ask('su.process', { process });
      const { hash } = await hub.ask('cu.stateHash', { process, slot: slotLatest });
      const slots = slotLatest + 1;
      say(isJson ? JSON.stringify({ process, name, slots, hash }) : `${process}  ${name}  ${counted(slots, 'slot')}, state ${hash}`);
    } catch (error) {
      failed++;
      sayError(error);
    }
  }
  return { processes: known.length, failed };
}
