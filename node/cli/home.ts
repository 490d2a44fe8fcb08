import { resolve } from 'node:path';
import type { BroughtHome } from '../contract/deploy.ts';
import { AoError } from '../contract/errors.ts';
import { isId, toProcessId } from '../contract/ids.ts';
import { tagValue, type LogEntry } from '../contract/item.ts';
import { KNOWN_NETWORKS } from '../contract/networks.ts';
import type { Progress } from '../contract/timeline.ts';
import { networkNamed } from '../deploy/network.ts';
import { builtParts } from '../serve/built.ts';
import { givenOptions, markIds, unmarked } from '../serve/options.ts';
import { counted, say, sayError } from '../serve/say.ts';
import { profileOf } from '../workspace/deploy/place.ts';
import { bringHome } from '../workspace/recording/home.ts';
import { ownNetworks } from './doctor.ts';
import { openHere } from './headless.ts';
import { tellProgress } from './progress.ts';

const USAGE = `aoscope home PROCESS FILE --network NAME [options]

Brings a process that lives on a network of others home: its log as it was signed, and its module, into a new FILE, a recording. It opens
as every recording (aoscope FILE), with all of the debugger: step, search, why, and your own code run on its real history
(aoscope branch FILE PROCESS --code). Every signature and the hash chain are checked on the way, and some outcomes that the network gives
are kept, which aoscope verify FILE compares. Where a slot is missing or does not fit, the file ends before it and says so.

  --network NAME  one of aoscope.json, or ${Object.keys(KNOWN_NETWORKS).join(', ')}
  --project PATH  the project whose aoscope.json names the network (this folder)
  --follow        once all is here, new slots come in as well, each checked, until Ctrl+C: then the file is written with them
  --json          one line of JSON; with --follow one more for each new slot, before it
  --help          this text

Exit code 1 where it is not whole.`;

/** `aoscope home`. @returns the exit code. */
export async function runHome(args: readonly string[], outDir: string): Promise<number> {
  const [stop, until] = [new AbortController(), new AbortController()];
  let isFollowing = false;
  // What is followed is written as far as it has come; else nothing is. Pressed once more it ends in either case.
  const interrupted = (): void => (isFollowing && !until.signal.aborted ? until : stop).abort();
  process.on('SIGINT', interrupted);
  try {
    const line = parse(args);
    if (line === null) {
      say(USAGE);
      return 0;
    }
    const network = networkNamed(line.network, await ownNetworks(line.project));
    if (network.kind !== 'units') throw new AoError('HOME_HYPERBEAM', { name: line.network });
    const node = await openHere(outDir, { network: profileOf(network) });
    try {
      const { gateway } = network;
      const wish = { process: line.process, network: line.network, gateway, file: line.file, app: builtParts(outDir).version };
      const tell = (progress: Progress): void => {
        tellProgress(progress);
        if (!line.isFollowed || isFollowing || progress.done < progress.of) return;
        isFollowing = true;
        if (!line.isJson) say(`${counted(progress.done, 'slot')} here; new ones are waited for. Ctrl+C ends it and writes the file.`);
      };
      const follow = { until: until.signal, arrived: arrivedIn(line), lost: (error: AoError) => sayError(error) };
      const home = await bringHome(node.ask, wish, { tell, signal: stop.signal, ...(line.isFollowed ? { follow } : {}) });
      if (line.isJson) say(JSON.stringify(home));
      else for (const one of linesOf(home, line.file)) say(one);
      return home.gap === null ? 0 : 1;
    } finally {
      await node.close();
    }
  } catch (error) {
    sayError(error);
    return 1;
  } finally {
    process.removeListener('SIGINT', interrupted);
  }
}

/** Tells each new slot in a line. */
function arrivedIn({ isJson }: Line): (entry: LogEntry) => void {
  return ({ assignment: { slot, message: id, timestampMs }, message }) => {
    const action = tagValue(message?.tags ?? [], 'Action');
    say(isJson ? JSON.stringify({ slot, message: id, action, timestampMs }) : `  slot ${slot}  ${action ?? 'message'}  ${id}`);
  };
}

function linesOf({ name, slots, of, gap, module, compared }: BroughtHome, file: string): readonly string[] {
  return [
    `${name || 'The process'}: ${counted(slots, 'slot')} of ${of}, signatures and hash chain checked, module ${module}`,
    compared === 0
      ? '  the network did not say what came of its slots'
      : `  ${counted(compared, 'outcome')} of the network are kept: aoscope verify compares them`,
    ...(gap === null ? [] : [`  ends before slot ${gap.slot}: ${gap.reason}`]),
    `  ${file}`,
  ];
}

interface Line {
  readonly process: ReturnType<typeof toProcessId>;
  readonly file: string;
  readonly network: string;
  /** Null where none was named. */
  readonly project: string | null;
  readonly isJson: boolean;
  readonly isFollowed: boolean;
}

/** @returns null for --help. @throws AoError OPTION_UNKNOWN. */
function parse(args: readonly string[]): Line | null {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values, positionals } = givenOptions(markIds(args), { network: text, project: text, follow: flag, json: flag, help: flag });
  if (values.help === true) return null;
  const [id, file, ...more] = unmarked(positionals);
  if (id === undefined || !isId(id)) throw new AoError('OPTION_UNKNOWN', { reason: 'name the process by its id' });
  if (file === undefined || more.length > 0) throw new AoError('OPTION_UNKNOWN', { reason: 'one file to write, please' });
  if (values.network === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'name the network with --network' });
  return {
    process: toProcessId(id),
    file: resolve(file),
    network: values.network,
    project: values.project ?? null,
    isJson: values.json === true,
    isFollowed: values.follow === true,
  };
}
