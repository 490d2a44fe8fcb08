import { AoError } from '../../contract/errors.ts';
import { BRANCH_OPTION, BRANCH_USAGE, branchOf, processIn, slotIn } from './in-branch.ts';
import type { Asked, HistoryCommand } from './project-command.ts';

const NODES_SHOWN = 1_000;
const CHANGES_SHOWN = 100;
const CHANGES_MAX = 20_000;
const KEY_WIDTH_MAX = 32;

/** `aoscope state`: a level of the state after any slot. */
export const stateCommand: HistoryCommand = {
  usage: `aoscope state <project|recording> <process> <slot|latest> [path] [options]

Shows what stands in the state of a process after a slot, one level: the globals, or what lies under a path as this
command prints it, with its steps parted by blanks: '.Balances .alice', or each as a word of its own. Of plain WASM it shows
exports, globals, memory in rows ('.memory [0x1000]' begins there) and the texts in it ('.strings').

  --from N     the first entry to show, from 0 on
  --limit N    how many of them (default: 1000)
  --find TEXT  every place at the path and below whose key or value holds the text, in any case
  --tick N     after the cron message N before that slot
${BRANCH_USAGE}
  --data DIR   folder for wallets and settings, instead of the user's own
  --json       one line of JSON
  --help       this text`,
  options: { from: { type: 'string' }, limit: { type: 'string' }, find: { type: 'string' }, tick: { type: 'string' }, ...BRANCH_OPTION },
  wordsMax: 100,
  async run(asked) {
    const at = await branchOf(asked);
    const process = await processIn(asked, asked.words[0], at.branch);
    const place = { process, slot: await slotIn(asked, process, asked.words[1], at.branch), tick: asked.number('tick'), ...at };
    const path = stepsOf(asked.words.slice(2));
    const limit = Math.min(NODES_SHOWN, Math.max(1, asked.number('limit') ?? NODES_SHOWN));
    const text = asked.text('find');
    if (text !== null) return findIn(asked, { ...place, path, text, limit });
    const page = await asked.ask('cu.state', { ...place, path, offset: asked.number('from') ?? 0, limit });
    const { hash } = await asked.ask('cu.stateHash', place);
    const { slot } = place;
    const value = page.total === 0 && path.length > 0 ? await valueAt(asked, place, path) : null;
    if (value !== null) {
      asked.show({ slot, hash, ...page, value }, value);
      return 0;
    }
    const width = Math.min(KEY_WIDTH_MAX, Math.max(0, ...page.nodes.map(({ key }) => key.length)));
    const left = page.total - page.offset - page.nodes.length;
    const more = left > 0 ? [`… ${left} more`] : [];
    asked.show({ slot, hash, ...page }, [...page.nodes.map(({ key, preview }) => `${key.padEnd(width)}  ${preview}`), ...more].join('\n'));
    return 0;
  },
};

/** What stands at a path that has nothing below it, as one line; null where that cannot be asked for by an expression. */
async function valueAt(
  asked: Asked,
  place: Pick<Parameters<typeof asked.ask<'cu.expression'>>[1], 'process' | 'slot' | 'tick'>,
  path: readonly string[],
): Promise<string | null> {
  const expression = path.join('').replace(/^\./, '');
  try {
    const { kind, preview } = await asked.ask('cu.expression', { ...place, step: null, frame: 0, expression });
    return kind === 'error' ? null : preview;
  } catch (error) {
    // Plain WASM has no expressions.
    if (error instanceof AoError && error.code === 'TRACE_UNSUPPORTED') return null;
    throw error;
  }
}

/** One word with blanks is several steps; what stands in quotes or brackets is one. */
function stepsOf(words: readonly string[]): readonly string[] {
  const [only] = words;
  if (words.length !== 1 || only === undefined) return words;
  return only.match(/\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]|\([^)]*\)(?: \w+)?|\S+/g) ?? [];
}

async function findIn(asked: Asked, args: Parameters<typeof asked.ask<'cu.stateFind'>>[1]): Promise<number> {
  const found = await asked.ask('cu.stateFind', args);
  const lines = found.hits.map(({ path, preview }) => `${path.join(' ')}  ${preview}`);
  asked.show(found, [...lines, ...(found.isComplete ? [] : ['… and perhaps more'])].join('\n') || 'Nothing was found');
  return found.hits.length === 0 ? 1 : 0;
}

/** `aoscope diff`: what changed between two slots. */
export const diffCommand: HistoryCommand = {
  usage: `aoscope diff <project|recording> <process> <from|start> <to> [options]

Shows what differs in the state of a process between two slots; 'start' is what it began with, before slot 0. The exit code is
0 when nothing does, 1 otherwise.

  --from-tick N, --to-tick N  after the cron message N before that slot
  --limit N    how many of the differences (default: 100, with --json 20000)
${BRANCH_USAGE}
  --main       with --branch: the first slot is one of the main line all the same
  --data DIR   folder for wallets and settings, instead of the user's own
  --json       one line of JSON
  --help       this text`,
  options: {
    'from-tick': { type: 'string' },
    'to-tick': { type: 'string' },
    limit: { type: 'string' },
    main: { type: 'boolean' },
    ...BRANCH_OPTION,
  },
  wordsMax: 3,
  async run(asked) {
    const at = await branchOf(asked);
    const isFromMain = asked.isSet('main');
    if (isFromMain && at.branch === undefined) throw new AoError('OPTION_UNKNOWN', { reason: '--main is said beside --branch' });
    const process = await processIn(asked, asked.words[0], at.branch);
    const [, from, to] = asked.words;
    if (to === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'two slots are needed' });
    const diff = await asked.ask('cu.diff', {
      process,
      ...at,
      isFromMain,
      from: from === 'start' ? null : await slotIn(asked, process, from, isFromMain ? undefined : at.branch),
      fromTick: asked.number('from-tick'),
      to: await slotIn(asked, process, to, at.branch),
      toTick: asked.number('to-tick'),
      limit: Math.min(CHANGES_MAX, Math.max(1, asked.number('limit') ?? (asked.isJson ? CHANGES_MAX : CHANGES_SHOWN))),
    });
    const lines = diff.changes.map(
      ({ path, change, before, after }) => `${sign(change)} ${path.join('')}  ${[before, after].filter((one) => one !== null).join(' → ')}`,
    );
    const left = diff.total - diff.changes.length;
    const more =
      left > 0 ? [`… ${left} more, with --limit`] : diff.isComplete ? [] : ['… and more: the states are too large to compare whole'];
    asked.show(diff, [...lines, ...more].join('\n') || 'Nothing differs');
    return diff.changes.length === 0 ? 0 : 1;
  },
};

function sign(change: 'added' | 'removed' | 'changed'): string {
  return { added: '+', removed: '-', changed: '~' }[change];
}
