import { AoError } from '../../contract/errors.ts';
import { BRANCH_OPTION, BRANCH_USAGE, branchOf, latestIn, processIn } from './in-branch.ts';
import { toSlot } from '../../contract/ids.ts';
import type { HistoryHit, HistoryPage, HistoryQuery } from '../../contract/recording.ts';
import { counted, say } from '../../serve/say.ts';
import { tellProgress } from '../progress.ts';
import type { Asked, HistoryCommand } from './project-command.ts';

const PART_MS = 500;

/** `aoscope query`: where in the history of a process something is so. */
export const queryCommand: HistoryCommand = {
  usage: `aoscope query <project|recording> <process> [condition] [options]

Looks through the whole history of a process. A condition is any Lua expression over the globals: 'Balances.alice < 0'.

  --change EXPR      every slot that changed what an expression gives, with before and after
  --line FILE:LINE   every slot in which a line ran; --if EXPR only where that is true there, --log EXPR shows what that gives there
  --function FILE:LINE   every slot that entered the function written there; --log EXPR as above
  --handler NAME     every slot in which a handler ran
  --error [TEXT]     every slot that failed, with that text in its error
  --message A=B,…    every message with these tags (* for any value); --text TEXT with that text in its data
  --from N           first slot to look at
  --backwards        from the newest slot back
  --first            end at the first hit
  --sampled          conditions at keyframes only: fast, and blind to what came and went between two of them
${BRANCH_USAGE.replace('ID  ', 'ID        ')}
  --data DIR         folder for wallets and settings, instead of the user's own
  --json             one line of JSON per hit
  --help             this text

The exit code is 0 when something was found, 1 otherwise.`,
  options: {
    change: { type: 'string' },
    line: { type: 'string' },
    function: { type: 'string' },
    if: { type: 'string' },
    log: { type: 'string' },
    handler: { type: 'string' },
    error: { type: 'string' },
    message: { type: 'string' },
    text: { type: 'string' },
    from: { type: 'string' },
    backwards: { type: 'boolean' },
    first: { type: 'boolean' },
    sampled: { type: 'boolean' },
    ...BRANCH_OPTION,
  },
  wordsMax: 2,
  async run(asked) {
    const query = queryOf(asked);
    const direction = asked.isSet('backwards') ? 'backwards' : 'forwards';
    const at = await branchOf(asked);
    const target = await processIn(asked, asked.words[0], at.branch);
    const slotLatest = await latestIn(asked, target, at.branch);
    let from: number | null = asked.number('from') ?? (direction === 'forwards' ? 0 : slotLatest);
    let found = 0;
    let looked = 0;
    const startedMs = performance.now();
    while (from !== null) {
      const part = { from: toSlot(from), direction, isSampled: asked.isSet('sampled'), limit: 1_000, budgetMs: PART_MS } as const;
      const page: HistoryPage = await asked.ask('cu.search', { process: target, query, ...part, ...at });
      const hits = asked.isSet('first') ? page.hits.slice(0, 1) : page.hits;
      for (const hit of hits) say(asked.isJson ? JSON.stringify(hit) : hitText(hit));
      found += hits.length;
      looked += page.slots;
      tellProgress({ done: looked, of: slotLatest + 1, elapsedMs: performance.now() - startedMs });
      from = asked.isSet('first') && found > 0 ? null : page.next;
    }
    if (found === 0 && !asked.isJson) say(`Nothing was found in ${counted(looked, 'slot')}`);
    return found === 0 ? 1 : 0;
  },
};

function queryOf(asked: Asked): HistoryQuery {
  const { text } = asked;
  const log = text('log');
  const line = text('line');
  if (line !== null) return { kind: 'line', ...placeOf(line), condition: text('if'), log };
  const entered = text('function');
  if (entered !== null) return { kind: 'function', ...placeOf(entered), log };
  const change = text('change');
  if (change !== null) return { kind: 'change', expression: change };
  const handler = text('handler');
  if (handler !== null) return { kind: 'handler', name: handler };
  const error = text('error');
  if (error !== null) return { kind: 'error', text: error === '' ? null : error };
  const message = text('message');
  if (message !== null || text('text') !== null) return { kind: 'message', tags: tagsOf(message ?? ''), from: null, text: text('text') };
  const condition = asked.words[1];
  if (condition === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'what to look for is missing' });
  return { kind: 'condition', expression: condition };
}

/** `file:line` as a chunk's name and a line; code without a file goes by the name of aos. */
function placeOf(text: string): { readonly chunk: string; readonly line: number } {
  const [, file, line] = /^(.*):(\d+)$/.exec(text) ?? [];
  if (file === undefined) throw new AoError('OPTION_UNKNOWN', { reason: `${text} is no FILE:LINE` });
  return { chunk: file === 'aos' || file.startsWith('@') || file.startsWith('=') ? file : `@${file}`, line: Number(line) };
}

function tagsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(',')
      .filter((part) => part !== '')
      .map((part) => {
        const at = part.indexOf('=');
        return at < 0 ? [part, '*'] : [part.slice(0, at), part.slice(at + 1)];
      }),
  );
}

function hitText({ slot, tick, step, text, before }: HistoryHit): string {
  const place = `slot ${slot}${tick === null ? '' : ` cron ${tick}`}${step === null ? '' : ` step ${step}`}`;
  const what = before === null || before === text ? (text ?? '') : `${before} → ${text}`;
  return `${place.padEnd(24)}  ${what}`.trimEnd();
}
