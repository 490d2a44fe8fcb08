import { AoError } from '../../contract/errors.ts';
import { isId, toProcessId, toSlot, type ProcessId, type Slot } from '../../contract/ids.ts';
import { tagValue } from '../../contract/item.ts';
import type { HistoryPage, Why, WhyLink, WhyProgress } from '../../contract/recording.ts';
import type { History } from './history.ts';
import type { InsidePlace, InsideSlot } from './inside.ts';
import type { Past, PastMessage, Sent } from './past.ts';

/** Links that are told at most. */
const LINKS_MAX = 100;
const SEARCH_MS = 200;
/** A key that is a place in the state by itself: `[Peers.bob]`. */
const COMPUTED_KEY = /\[\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\]/;
/** And one that can be written in its place: with nothing in it that would have to be escaped, or be taken for such a key again. */
const PLAIN_KEY = /^(-?\d+|"[^"\\[\]\n]*")$/;

/** Tells why something is as it is, and how far it has come. Everything up to the slot has been evaluated. */
export type AskWhy = (question: WhyQuestion, tell: (progress: WhyProgress) => void, signal: AbortSignal) => Promise<Why>;

/** What is asked: the value of an expression after a slot, and where the pasts of its senders are found. */
export interface WhyQuestion {
  readonly past: Past;
  readonly pastOf: PastOf;
  readonly slot: Slot;
  readonly expression: string;
}

/** The past of any process here, evaluated to its newest slot, on one line; null where the process is not here. */
export type PastOf = (process: ProcessId) => Promise<Past | null>;

/**
 * From a value back to what came from outside: the slot that last wrote it, the line, the message, the slot and line
 * that sent it, and so on across processes. Everything stands in the logs and the outcomes; what a line did is found
 * by running its slot again.
 */
export function createWhy(history: History, inside: InsideSlot): AskWhy {
  /** The newest slot up to `slot` that changed the value; null where none did. */
  const lastWrite = async (
    { past, slot, expression }: WhyQuestion,
    tell: (progress: WhyProgress) => void,
    signal: AbortSignal,
  ): Promise<InsidePlace | null> => {
    for (let from: number | null = slot; from !== null;) {
      signal.throwIfAborted();
      tell({ process: past.process, from: slot, at: toSlot(from), links: 0 });
      const part = { from, direction: 'backwards', isSampled: false, limit: 1, budgetMs: SEARCH_MS } as const;
      const page: HistoryPage = await history.search(past, { kind: 'change', expression }, slot, part, signal);
      const [hit] = page.hits;
      if (hit !== undefined) return { slot: hit.slot, tick: hit.tick };
      from = page.next;
    }
    return null;
  };
  /** The line that sent it; a slot that cannot be watched is told without. */
  const sendPlace = async (past: Past, sent: Sent): Promise<Pick<WhyLink, 'place' | 'step'>> => {
    const recording = await inside.trace(past, sent).catch(() => null);
    const site = recording?.sends.find((one) => one.kind === 'message' && one.index === sent.index);
    return { place: site?.place ?? null, step: site?.step ?? null };
  };

  /** What a key is after the slot takes the key's place: a line can be watched for `Balances["…"]`, not for `Balances[Peers.bob]`. */
  const withKeys = async ({ past, slot, expression }: WhyQuestion): Promise<string> => {
    let known = expression;
    for (let found = COMPUTED_KEY.exec(known); found !== null; found = COMPUTED_KEY.exec(known)) {
      const { kind, preview } = await inside.expression(past, { slot, tick: null }, null, 0, found[1] ?? '');
      if ((kind !== 'string' && kind !== 'number') || !PLAIN_KEY.test(preview)) return expression;
      known = `${known.slice(0, found.index)}[${preview}]${known.slice(found.index + found[0].length)}`;
    }
    return known;
  };

  return async (question, tell, signal) => {
    const { pastOf } = question;
    const expression = await withKeys(question);
    let { past } = question;
    const written = await lastWrite({ ...question, expression }, tell, signal);
    if (written === null) return { links: [], origin: 'never written' };
    const write = await inside.wrote(past, written, expression);
    const links: WhyLink[] = [];
    let at = written;
    let did: Pick<WhyLink, 'did' | 'place' | 'step' | 'change'> = {
      did: 'wrote',
      place: write?.place ?? null,
      step: write?.step ?? null,
      change: write === null ? null : { before: write.before, after: write.after },
    };
    while (links.length < LINKS_MAX) {
      signal.throwIfAborted();
      tell({ process: past.process, from: at.slot, at: at.slot, links: links.length });
      const place = { process: past.process, slot: at.slot, tick: at.tick };
      if (at.tick !== null) {
        links.push({ ...place, ...did, message: { id: null, action: null, from: past.process } });
        return { links, origin: 'cron' };
      }
      const message = await messageAt(past, at.slot);
      const sender = tagValue(message.tags, 'From-Process');
      links.push({ ...place, ...did, message: { id: message.id, action: tagValue(message.tags, 'Action'), from: message.from } });
      if (sender === null) return { links, origin: 'person' };
      const sending: Past | null = isId(sender) ? await pastOf(toProcessId(sender)) : null;
      const sent: Sent | null = sending?.sent(past.process, message.anchor) ?? null;
      if (sending === null || sent === null) return { links, origin: 'elsewhere' };
      [past, at] = [sending, { slot: sent.slot, tick: sent.tick }];
      did = { did: 'sent', change: null, ...(await sendPlace(sending, sent)) };
    }
    return { links, origin: 'cut' };
  };
}

async function messageAt(past: Past, slot: Slot): Promise<PastMessage> {
  for await (const message of past.messages(slot, slot)) return message;
  throw new AoError('SLOT_UNKNOWN', { process: past.process, slot });
}
