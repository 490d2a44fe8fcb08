import { AoError } from '../../contract/errors.ts';
import { BRANCH_OPTION, BRANCH_USAGE, branchOf, latestIn, processIn } from './in-branch.ts';
import { FUNCTION_NAME } from '../../contract/function-names.ts';
import { isId, toSlot, type ProcessId } from '../../contract/ids.ts';
import { compareHits } from '../../contract/nearest-hit.ts';
import type { HistoryHit, HistoryPage, HistoryQuery, TagClause } from '../../contract/recording.ts';
import { counted, say } from '../../serve/say.ts';
import { tellProgress } from '../progress.ts';
import { soughtLine } from './lines.ts';
import type { Asked, HistoryCommand } from './project-command.ts';

const PART_MS = 500;

/** `aoscope query`: where in the history of a process something is so. */
export const queryCommand: HistoryCommand = {
  usage: `aoscope query <project|recording> <process> [condition] [options]

Looks through the whole history of a process. A condition is any Lua expression over the globals: 'Balances.alice < 0'.

  --change EXPR      every slot that changed what an expression gives, with before and after
  --line FILE:LINE   every slot in which a line ran; --if EXPR only where that is true there, --log EXPR shows what that gives there
  --function NAME    every slot that entered a function of that name, or with FILE:LINE the one written there; --log EXPR as above
  --handler NAME     every slot in which a handler ran
  --error [TEXT]     every slot that failed, with that text in its error
  --message TAGS     every message whose tags are so, parted by commas: Action=Transfer, Quantity>50, Quantity<9, Note~rent (has it in it),
                     Note (is there), !Error and !Note~rent (not so); * stands for any value
  --sender WHO       with --message: sent by that process or address; --text TEXT with that text in its data
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
    sender: { type: 'string' },
    text: { type: 'string' },
    from: { type: 'string' },
    backwards: { type: 'boolean' },
    first: { type: 'boolean' },
    sampled: { type: 'boolean' },
    ...BRANCH_OPTION,
  },
  bare: ['error'],
  wordsMax: 2,
  async run(asked) {
    const at = await branchOf(asked);
    const target = await processIn(asked, asked.words[0], at.branch);
    const slotLatest = await latestIn(asked, target, at.branch);
    const sought = await soughtOf(asked, { process: target, ...at });
    const isFirst = asked.isSet('first');
    const show = (hits: readonly HistoryHit[]): void => {
      for (const hit of hits) say(asked.isJson ? JSON.stringify(hit) : hitText(hit));
    };
    const found: HistoryHit[] = [];
    let looked = 0;
    const startedMs = performance.now();
    for (const one of sought) {
      const wish = { process: target, query: one.query, ...at };
      for await (const page of pagesOf(asked, wish, slotLatest)) {
        const meant: HistoryHit[] = [];
        for (const hit of page.hits) if ((!isFirst || meant.length === 0) && (await one.isMeant(hit))) meant.push(hit);
        // Of several places the hits are put in order first.
        if (sought.length === 1) show(meant);
        found.push(...meant);
        looked += page.slots;
        tellProgress({ done: looked, of: (slotLatest + 1) * sought.length, elapsedMs: performance.now() - startedMs });
        if (isFirst && meant.length > 0) break;
      }
    }
    const sign = isBackwards(asked) ? -1 : 1;
    const sorted = found.toSorted((a, b) => compareHits(a, b) * sign);
    if (sought.length > 1) show(isFirst ? sorted.slice(0, 1) : sorted);
    if (found.length === 0 && !asked.isJson) say(`Nothing was found in ${counted(slotLatest + 1, 'slot')}`);
    return found.length === 0 ? 1 : 0;
  },
};

/** What is looked for, and whether a hit is one of it. */
interface Sought {
  readonly query: HistoryQuery;
  isMeant(hit: HistoryHit): Promise<boolean>;
}

const isBackwards = (asked: Asked): boolean => asked.isSet('backwards');

/** The parts of a search, until no slots are left. */
async function* pagesOf(
  asked: Asked,
  wish: { readonly process: ProcessId; readonly query: HistoryQuery; readonly branch?: number },
  latest: number,
): AsyncGenerator<HistoryPage> {
  const direction = isBackwards(asked) ? 'backwards' : 'forwards';
  let from: number | null = asked.number('from') ?? (direction === 'forwards' ? 0 : latest);
  while (from !== null) {
    const part = { from: toSlot(from), direction, isSampled: asked.isSet('sampled'), limit: 1_000, budgetMs: PART_MS } as const;
    const page: HistoryPage = await asked.ask('cu.search', { ...wish, ...part });
    yield page;
    from = page.next;
  }
}

async function soughtOf(asked: Asked, at: { readonly process: ProcessId; readonly branch?: number }): Promise<readonly Sought[]> {
  const [line, entered, log] = [asked.text('line'), asked.text('function'), asked.text('log')];
  if (line === null && entered !== null && FUNCTION_NAME.test(entered))
    return [{ query: { kind: 'call', name: entered, log }, isMeant: () => Promise.resolve(true) }];
  const where = line ?? entered;
  if (where === null) return [{ query: await queryOf(asked), isMeant: () => Promise.resolve(true) }];
  const { places, isMeant } = await soughtLine(asked, at, where);
  return places.map((place) => ({
    query: line === null ? { kind: 'function', ...place, log } : { kind: 'line', ...place, condition: asked.text('if'), log },
    isMeant: (hit) => isMeant(hit, place),
  }));
}

async function queryOf(asked: Asked): Promise<HistoryQuery> {
  const { text } = asked;
  const change = text('change');
  if (change !== null) return { kind: 'change', expression: change };
  const handler = text('handler');
  if (handler !== null) return { kind: 'handler', name: handler };
  const error = text('error');
  if (error !== null) return { kind: 'error', text: error === '' ? null : error };
  const message = text('message');
  const sender = text('sender');
  if (message !== null || sender !== null || text('text') !== null)
    return {
      kind: 'message',
      tags: {},
      where: clausesOf(message ?? ''),
      from: sender === null ? null : await addressOf(asked, sender),
      text: text('text'),
    };
  const condition = asked.words[1];
  if (condition === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'what to look for is missing' });
  return { kind: 'condition', expression: condition };
}

/** Who is meant: a process by its name, or an address. */
async function addressOf(asked: Asked, word: string): Promise<string> {
  return isId(word) ? word : asked.process(word);
}

/** What is said of tags, parted by commas. @throws AoError OPTION_UNKNOWN. */
function clausesOf(text: string): TagClause[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [, not = '', name, sign, value = ''] = /^(!?)\s*([^=~<>!]+?)\s*(?:([=~<>])\s*(.*))?$/.exec(part) ?? [];
      if (name === undefined) throw new AoError('OPTION_UNKNOWN', { reason: `${part} says nothing of a tag` });
      if ((sign === '<' || sign === '>') && !Number.isFinite(Number(value || NaN)))
        throw new AoError('OPTION_UNKNOWN', { reason: `${part} needs a number behind ${sign}` });
      const isAny = sign === undefined || (sign === '=' && value === '*');
      return { name, sign: isAny ? 'has' : (sign as TagClause['sign']), value, isNot: not === '!' };
    });
}

function hitText({ slot, tick, step, text, before }: HistoryHit): string {
  const place = `slot ${slot}${tick === null ? '' : ` cron ${tick}`}${step === null ? '' : ` step ${step}`}`;
  const what = before === null || before === text ? (text ?? '') : `${before} → ${text}`;
  return `${place.padEnd(24)}  ${what}`.trimEnd();
}
