import { AoError } from '../../contract/errors.ts';
import type { HistoryCommand } from './project-command.ts';

const NODES_SHOWN = 1_000;
const KEY_WIDTH_MAX = 32;

/** `aoscope state`: a level of the state after any slot. */
export const stateCommand: HistoryCommand = {
  usage: `aoscope state <project|recording> <process> <slot|latest> [path] [options]

Shows what stands in the state of a process after a slot, one level: the globals, or what lies under a path as this
command prints it, with its steps parted by blanks: '.Balances .alice'.

  --data DIR   folder for wallets and settings, instead of the user's own
  --json       one line of JSON
  --help       this text`,
  options: {},
  wordsMax: 3,
  async run(asked) {
    const process = await asked.process(asked.words[0]);
    const slot = await asked.slot(process, asked.words[1]);
    const path = (asked.words[2] ?? '').split(' ').filter((step) => step !== '');
    const page = await asked.ask('cu.state', { process, slot, path, offset: 0, limit: NODES_SHOWN });
    const { hash } = await asked.ask('cu.stateHash', { process, slot });
    const width = Math.min(KEY_WIDTH_MAX, Math.max(0, ...page.nodes.map(({ key }) => key.length)));
    const more = page.total > page.nodes.length ? [`… ${page.total - page.nodes.length} more`] : [];
    asked.show({ slot, hash, ...page }, [...page.nodes.map(({ key, preview }) => `${key.padEnd(width)}  ${preview}`), ...more].join('\n'));
    return 0;
  },
};

/** `aoscope diff`: what changed between two slots. */
export const diffCommand: HistoryCommand = {
  usage: `aoscope diff <project|recording> <process> <from> <to> [options]

Shows what differs in the state of a process between two slots. The exit code is 0 when nothing does, 1 otherwise.

  --data DIR   folder for wallets and settings, instead of the user's own
  --json       one line of JSON
  --help       this text`,
  options: {},
  wordsMax: 3,
  async run(asked) {
    const process = await asked.process(asked.words[0]);
    const [, from, to] = asked.words;
    if (to === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'two slots are needed' });
    const diff = await asked.ask('cu.diff', { process, from: await asked.slot(process, from), to: await asked.slot(process, to) });
    const lines = diff.changes.map(
      ({ path, change, before, after }) => `${sign(change)} ${path.join('')}  ${[before, after].filter((one) => one !== null).join(' → ')}`,
    );
    asked.show(diff, [...lines, ...(diff.isComplete ? [] : ['… and more'])].join('\n') || 'Nothing differs');
    return diff.changes.length === 0 ? 0 : 1;
  },
};

function sign(change: 'added' | 'removed' | 'changed'): string {
  return { added: '+', removed: '-', changed: '~' }[change];
}
