import { DIFFERENCE_CAUSES, type DryRunEntry, type TimelineEntry } from '../../contract/timeline.ts';
import { toSlot } from '../../contract/ids.ts';
import { say } from '../../serve/say.ts';
import { whileTelling } from '../progress.ts';
import type { HistoryCommand } from './project-command.ts';

/** Slots that are replayed before their lines are printed. */
const PAGE = 200;

/** `aoscope replay`: a process once more from its first slot on, with what each slot cost. */
export const replayCommand: HistoryCommand = {
  usage: `aoscope replay <path/to/project> <process> [slot|latest] [options]

Replays a process from its first slot up to a slot, or to the latest, on a clean instance, and prints its timeline: every
slot and cron message with its outcome's hash, gas, time, memory, and what it sent; where its memory is kept, the state
hash and the size on disk. The last line is the state hash after the slot. The exit code is 0 when the replay is the same.

  --data DIR   folder for wallets and settings, instead of the user's own
  --json       one line of JSON per slot, and one with the result
  --help       this text`,
  options: {},
  wordsMax: 2,
  async run(asked) {
    const process = await asked.process(asked.words[0]);
    const slot = await asked.slot(process, asked.words[1] ?? 'latest');
    for (let from = 0; from <= slot; from += PAGE) {
      const page = await asked.ask('cu.timeline', { process, from: toSlot(from), limit: Math.min(PAGE, slot - from + 1) });
      const entries = page.entries.filter((entry) => entry.slot <= slot);
      for (const [at, entry] of entries.entries()) {
        asked.show(entry, lineOf(entry));
        if (entries[at + 1]?.slot === entry.slot) continue;
        for (const tried of page.dryRuns.filter((one) => one.slot === entry.slot)) asked.show({ dryRun: tried }, dryRunText(tried));
      }
    }
    const verified = await whileTelling(
      asked.ask('cu.verify', { process, to: slot }),
      async () => (await asked.ask('cu.verifying', { process })).progress,
    );
    const { hash, engine } = await asked.ask('cu.stateHash', { process, slot });
    const { difference } = verified;
    if (difference !== null && !asked.isJson) say(`differs from slot ${difference.slot} on: ${DIFFERENCE_CAUSES[difference.cause]}`);
    asked.show({ ...verified, slot, hash, engine }, `state after slot ${slot}: ${hash}`);
    return difference === null ? 0 : 1;
  },
};

const MIB = 1024 * 1024;

function dryRunText({ slot, times, action, hash, isError, gasUsed, durationMs, memoryBytes }: DryRunEntry): string {
  const what = `dry run ${action ?? ''}`.trimEnd();
  const cost = `${gasUsed} gas  ${durationMs.toFixed(1)} ms  ${(memoryBytes / MIB).toFixed(1)} MiB`;
  return `${slot} ${what}${times > 1 ? ` (${times} times)` : ''}  ${hash}  ${cost}${isError ? '  error' : ''}`;
}

function lineOf({ slot, tick, cron, hash, isError, verdict, gasUsed, durationMs, memoryBytes, keyframe, ...sent }: TimelineEntry): string {
  const place = tick === null ? `${slot}` : `${slot} cron ${tick} ${cron ?? ''}`;
  const count = sent.messages + sent.spawns + sent.assignments;
  const ended = verdict === null ? (isError ? '  error' : '') : `  ended by ${verdict.kind}`;
  const kept =
    keyframe === null ? '' : `  kept ${keyframe.isFull ? 'whole' : 'as difference'}, ${keyframe.bytes} bytes, state ${keyframe.hash}`;
  const cost = `${gasUsed} gas  ${durationMs.toFixed(1)} ms  ${(memoryBytes / MIB).toFixed(1)} MiB  ${count} sent`;
  return `${place}  ${hash}  ${cost}${ended}${kept}`;
}
