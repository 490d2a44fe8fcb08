import type { Why, WhyLink } from '../../contract/recording.ts';
import { BRANCH_OPTION, BRANCH_USAGE, branchOf, processIn, slotIn } from './in-branch.ts';
import { AoError } from '../../contract/errors.ts';
import type { Asked, HistoryCommand } from './project-command.ts';
import { placeText } from './trace.ts';

const ORIGINS: Readonly<Record<Why['origin'], string>> = {
  person: 'A message from outside began it.',
  cron: 'A cron message began it.',
  elsewhere: 'It came from a process that is not here.',
  'never written': 'Nothing ever wrote it.',
  cut: 'It goes on further back.',
};

/** `aoscope why`: from a value back to what came from outside. */
export const whyCommand: HistoryCommand = {
  usage: `aoscope why <project|recording> <process> <slot|latest> <expression> [options]

Tells why a value is as it is after a slot: which slot wrote it last, at which line, for which message, which line of
which process sent that, and so on, back to what came from outside.

${BRANCH_USAGE}
  --data DIR   folder for wallets and settings, instead of the user's own
  --json       one line of JSON
  --help       this text`,
  options: BRANCH_OPTION,
  wordsMax: 3,
  async run(asked) {
    const at = await branchOf(asked);
    const process = await processIn(asked, asked.words[0], at.branch);
    const slot = await slotIn(asked, process, asked.words[1], at.branch);
    const expression = asked.words[2];
    if (expression === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'the expression is missing' });
    const why = await asked.ask('cu.why', { process, slot, expression, ...at });
    const lines: string[] = [];
    for (const link of asked.isJson ? [] : why.links) lines.push(linkText(link, await whereOf(asked, link, at), asked.label));
    asked.show(why, [...lines, ORIGINS[why.origin]].join('\n'));
    return why.links.length === 0 ? 1 : 0;
  },
};

/** The line in the file that a bundle was made from, where that is known. */
async function whereOf(asked: Asked, { process, slot, place }: WhyLink, at: { readonly branch?: number }): Promise<string> {
  if (place === null) return placeText(place);
  const found = await asked.ask('cu.source', { process, slot, ...at, ...place }).catch(() => null);
  return found?.place === null || found === null ? placeText(place) : `${found.place.file}:${found.place.line}`;
}

function linkText({ process, slot, tick, did, place, change, message }: WhyLink, at: string, label: (address: string) => string): string {
  const where = `${label(process)} slot ${slot}${tick === null ? '' : ` cron ${tick}`}`;
  const who = place === null && change === null ? 'some line' : at;
  const what = did === 'wrote' ? `${who} wrote it${change === null ? '' : `: ${change.before} → ${change.after}`}` : `${at} sent that`;
  const asked = tick === null ? `, for ${message.action ?? 'a message'} from ${label(message.from)}` : '';
  return `${where}\n    ${what}${asked}`;
}
