import { wordsOf } from './hints.ts';
import { nameOf } from './lookup.ts';
import type { MessageRow } from './rows.ts';
import type { World } from './world.ts';

/** Where the way of an outbox entry has ended, or where it is. */
export interface Fate {
  /** The last hop that it reached: still in the outbox, with the messenger, the scheduler, the process, or on the gateway. */
  readonly hop: 'outbox' | 'messenger' | 'scheduler' | 'process' | 'gateway';
  readonly tone: 'ok' | 'wait' | 'warn' | 'error';
  /** A word or two. */
  readonly end: string;
  /** Why it ended there, in a sentence; null where all went as it should. */
  readonly why: string | null;
  /** The row to go to. */
  readonly row: MessageRow | null;
}

/** What became of entry `index` of what `sender` sent. `child` is its row, where it has one. */
export function fateOf(world: World, sender: MessageRow, index: number, child: MessageRow | null): Fate {
  if (child !== null) return fateOfRow(world, child);
  const repeated = world.inside.repeats.get(`${sender.to} ${sender.slot ?? ''} ${index}`);
  if (repeated !== undefined) {
    const end = repeated.slot === null ? 'same item' : `slot ${repeated.slot}`;
    const why = `Entry ${repeated.cause?.index ?? 0} has the same bytes, and so the same id: both are one message. Give each an Anchor of its own.`;
    return { hop: 'scheduler', tone: 'warn', end, why, row: repeated };
  }
  if (sender.isHeld)
    return { hop: 'outbox', tone: 'wait', end: 'held', why: 'Its journey is held and waits for you to let it go on.', row: null };
  const retried = sender.slot === null ? undefined : world.inside.drafts.get(sender.to)?.retried.get(sender.slot);
  if (retried !== undefined) {
    const why = `Tried ${retried.attempt} ${retried.attempt === 1 ? 'time' : 'times'} in vain: ${retried.message}`;
    return { hop: 'outbox', tone: 'wait', end: 'tried again', why, row: null };
  }
  return { hop: 'outbox', tone: 'wait', end: 'waits', why: null, row: null };
}

/** Where a message has come to. */
export function fateOfRow(world: World, row: MessageRow): Fate {
  const at = row.slot === null ? '' : `slot ${row.slot}`;
  switch (row.status) {
    case 'waiting':
      return { hop: 'outbox', tone: 'wait', end: 'waits', why: 'The node is paused: it goes when you deliver it.', row };
    case 'dropped':
      return { hop: 'messenger', tone: 'error', end: 'dropped', why: row.error, row };
    case 'rejected':
      return { hop: 'scheduler', tone: 'error', end: 'refused', why: row.error, row };
    case 'received': {
      const isMail = row.cause !== null && row.type !== 'Process' && !world.processById.has(row.to);
      if (!isMail) return { hop: 'messenger', tone: 'wait', end: 'on its way', why: null, row };
      return {
        hop: 'gateway',
        tone: 'ok',
        end: 'to the gateway',
        why: `${nameOf(world, row.to)} is no process here: a wallet finds it on the gateway.`,
        row,
      };
    }
    case 'assigned': {
      const paused = world.processById.get(row.to)?.paused ?? null;
      const why =
        paused === null ? 'It has its slot and is not evaluated yet.' : `Its process stands still at slot ${paused.slot}: ${paused.error}`;
      return { hop: 'scheduler', tone: 'wait', end: at, why, row };
    }
    case 'error':
      return { hop: 'process', tone: 'error', end: `${at}, error`, why: row.error, row };
    case 'held':
    case 'evaluated':
      return ofEvaluated(world, row, at);
  }
}

const ENDS: Readonly<Record<string, string | undefined>> = {
  MESSAGE_UNTRUSTED: 'ignored',
  ASSIGNMENT_UNTRUSTED: 'ignored',
  MESSAGE_UNMATCHED: 'no handler',
};

function ofEvaluated(world: World, row: MessageRow, at: string): Fate {
  const hint = row.hints.find(({ code }) => ENDS[code] !== undefined);
  const end = hint === undefined ? undefined : ENDS[hint.code];
  return {
    hop: 'process',
    tone: end === undefined ? 'ok' : 'warn',
    end: end === undefined ? at : `${at}, ${end}`,
    why: hint === undefined || end === undefined ? null : wordsOf(world, hint).message,
    row,
  };
}
