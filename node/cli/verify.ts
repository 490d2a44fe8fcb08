import { resolve } from 'node:path';
import type { RunningApp } from '../app/start-app.ts';
import { AoError } from '../contract/errors.ts';
import type { ProcessId } from '../contract/ids.ts';
import { DIFFERENCE_CAUSES, type Verified } from '../contract/timeline.ts';
import { parseCommandLine } from '../serve/options.ts';
import { counted, say, sayError } from '../serve/say.ts';
import { compareRecording, type Compared } from '../workspace/recording/fill.ts';
import { whileTelling } from './progress.ts';
import { startForHistory, type HeadlessApp } from './headless.ts';
import { runningOn } from './running.ts';

const USAGE = `aoscope verify <project|recording> [process] [options]

Replays processes from their logs on clean instances and compares every outcome and every kept
memory with the recorded one. Where they part, the first slot and the likely cause are named.
A process is named by its id or its name; without one, every process of the project is verified.

  --data DIR   folder for wallets and settings, instead of the user's own
  --json       print one line of JSON per process
  --help       this text

The exit code is 0 when all are the same, 1 otherwise.`;

const PAGE = 10_000;

interface Known {
  readonly process: ProcessId;
  readonly name: string;
}

/** @returns the exit code. */
export async function runVerify(args: readonly string[], outDir: string): Promise<number> {
  try {
    const line = parseCommandLine(args, 2);
    const [path, wanted] = line.positionals;
    if (line.isHelp) {
      say(USAGE);
      return 0;
    }
    if (path === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'the project folder is missing' });
    const running = await runningOn(resolve(path));
    if (running !== null) {
      try {
        return await verifyAll({ ask: running.ask, recording: null }, wanted ?? null, line.isJson);
      } finally {
        running.close();
      }
    }
    const app = await startForHistory(outDir, line.userDir, resolve(path));
    try {
      await app.ready;
      return await verifyAll({ ask: app.hub.ask, recording: app.recording }, wanted ?? null, line.isJson);
    } finally {
      await app.stop();
    }
  } catch (error) {
    sayError(error);
    return 1;
  }
}

interface Verifying extends Pick<HeadlessApp, 'recording'> {
  readonly ask: RunningApp['hub']['ask'];
}

async function verifyAll({ ask, recording }: Verifying, wanted: string | null, isJson: boolean): Promise<number> {
  const processes = (await knownProcesses({ hub: { ask } })).filter(
    ({ process, name }) => wanted === null || wanted === process || wanted === name,
  );
  if (wanted !== null && processes.length === 0) throw new AoError('PROCESS_UNKNOWN', { process: wanted });
  let areSame = true;
  // Where the history was made it gave hashes too: those in the file.
  const compared = recording === null ? [] : await compareRecording(ask, recording);
  for (const { process, name } of processes) {
    const verified = await whileTelling(ask('cu.verify', { process }), async () => (await ask('cu.verifying', { process })).progress);
    const recorded = compared.find((one) => one.process === process) ?? null;
    areSame &&= verified.difference === null && (recorded?.firstDifference ?? null) === null;
    const text = [verdictText(verified), ...(recorded === null ? [] : [recordedText(recorded)])].join('\n    ');
    say(isJson ? JSON.stringify({ process, name, ...verified, recorded }) : `${process}  ${name}  ${text}`);
  }
  if (processes.length === 0 && !isJson) say('The project has no processes yet');
  return areSame ? 0 : 1;
}

function verdictText({ slots, keyframes, keyframesOther, difference, removedFrom }: Verified): string {
  const memories = (count: number): string => counted(count, 'kept memory', 'kept memories');
  const other = keyframesOther === 0 ? '' : `, ${memories(keyframesOther)} of another engine not compared`;
  const looked = `${counted(slots, 'slot')} and ${memories(keyframes)}`;
  const rest =
    removedFrom === undefined
      ? ''
      : `; from slot ${removedFrom} on nothing can be run again: what it was sent was taken out of the recording`;
  if (difference === null) return `${looked}, all the same${other}${rest}`;
  const { slot, tick, what, cause } = difference;
  const place = tick === null ? `slot ${slot}` : `cron message ${tick} before slot ${slot}`;
  return `differs from ${place} on (${what}): ${DIFFERENCE_CAUSES[cause]} ${looked} before it are the same${other}.`;
}

function recordedText({ outcomes, states, firstDifference }: Compared): string {
  if (firstDifference === null) return `${counted(outcomes, 'outcome')} and ${counted(states, 'state')} are those of the recording`;
  return `slot ${firstDifference} is the first that differs from the recording`;
}

/** Every process of the project, in the order of spawning: each has a fact of its slot 0. */
export async function knownProcesses({ hub }: { readonly hub: Pick<RunningApp['hub'], 'ask'> }): Promise<Known[]> {
  const known: Known[] = [];
  for (let after = 0; ;) {
    const { facts, last } = await hub.ask('su.facts', { after, limit: PAGE });
    for (const fact of facts) {
      if (fact.kind === 'su.assigned' && fact.slot === 0) known.push({ process: fact.process, name: fact.sketch.name ?? '' });
    }
    const read = facts.at(-1)?.seq ?? last;
    if (facts.length === 0 || read >= last) return known;
    after = read;
  }
}
