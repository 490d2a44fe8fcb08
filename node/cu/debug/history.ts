import { toSlot } from '../../contract/ids.ts';
import { isTagMeant } from '../../contract/log-find.ts';
import type { HistoryHit, HistoryPage, HistoryQuery } from '../../contract/recording.ts';
import type { CuPorts } from '../ports.ts';
import type { Past, PastMessage } from './past.ts';

/** Which way, from where, and how far one part of a search may go. */
export interface SearchPart {
  readonly from: number;
  readonly direction: 'forwards' | 'backwards';
  /** True to look at keyframes only, for conditions. */
  readonly isSampled: boolean;
  /** Hits that end the part. */
  readonly limit: number;
  /** Milliseconds after which it ends with what it has. */
  readonly budgetMs: number;
}

/** Searching the history of a process, on the main line or in a branch. */
export interface History {
  /** @param to the newest slot to look at. */
  search(past: Past, query: HistoryQuery, to: number, part: SearchPart, signal: AbortSignal): Promise<HistoryPage>;
}

/** Slots that are looked at in one go: the time between two looks at the clock. */
const CHUNK = 32;
/** The log and the outcomes are read in larger pieces. */
const READ_CHUNK = 500;

export function createHistory({ viewer }: CuPorts): History {
  /** Every hit in the slots `first` to `last`, in their order. */
  const hitsIn = async (past: Past, query: HistoryQuery, first: number, last: number): Promise<HistoryHit[]> => {
    if (query.kind === 'error') return errorsIn(past, first, last, query.text);
    if (query.kind === 'message') return messagesIn(past, first, last, query);
    return past.scan(query, first, last);
  };

  return {
    async search(past, query, to, part, signal) {
      const isSampled = part.isSampled && query.kind === 'condition';
      if (isSampled && query.kind === 'condition') return sample(past, query, to, part, signal);
      const size = query.kind === 'error' || query.kind === 'message' ? READ_CHUNK : CHUNK;
      const isForwards = part.direction === 'forwards';
      const startedMs = performance.now();
      const hits: HistoryHit[] = [];
      let slots = 0;
      let at = Math.min(part.from, to);
      while (at >= 0 && at <= to) {
        signal.throwIfAborted();
        const first = isForwards ? at : Math.max(0, at - size + 1);
        const last = isForwards ? Math.min(to, at + size - 1) : at;
        const found = await hitsIn(past, query, first, last);
        hits.push(...(isForwards ? found : found.toReversed()));
        slots += last - first + 1;
        at = isForwards ? last + 1 : first - 1;
        // What was found is given whole: the next part begins behind it.
        if (hits.length >= part.limit || performance.now() - startedMs >= part.budgetMs) break;
      }
      return { hits, slots, isSampled, next: at < 0 || at > to ? null : toSlot(at) };
    },
  };

  /** Conditions at keyframes, and at the newest slot, only: many slots in a short time, and blind to what came and went in between. */
  async function sample(
    past: Past,
    query: Extract<HistoryQuery, { readonly kind: 'condition' }>,
    to: number,
    part: SearchPart,
    signal: AbortSignal,
  ): Promise<HistoryPage> {
    const isForwards = part.direction === 'forwards';
    const startedMs = performance.now();
    const hits: HistoryHit[] = [];
    // The newest slot is where a person stands: it is looked at too.
    const all = [...new Set([...past.samples(), to])];
    const ahead = isForwards ? all.filter((slot) => slot >= part.from) : all.filter((slot) => slot <= part.from).toReversed();
    let looked = part.from;
    for (const slot of ahead) {
      signal.throwIfAborted();
      const { hits: found } = await past.after(slot, null, (process, place) =>
        viewer.ask('scan', { process, slot: place, steps: [], query }, Infinity),
      );
      hits.push(...found.map(({ text }) => ({ slot: toSlot(slot), tick: null, step: null, text, before: null })));
      looked = slot;
      if (hits.length >= part.limit || performance.now() - startedMs >= part.budgetMs) break;
    }
    const rest = isForwards ? ahead.find((slot) => slot > looked) : ahead.find((slot) => slot < looked);
    return { hits, slots: Math.abs(looked - part.from) + 1, isSampled: true, next: rest === undefined ? null : toSlot(rest) };
  }
}

function errorsIn(past: Past, first: number, last: number, text: string | null): HistoryHit[] {
  const wanted = text?.toLowerCase() ?? '';
  return past
    .errors(first, last)
    .filter(({ error }) => error.toLowerCase().includes(wanted))
    .map(({ slot, tick, error }) => ({ slot, tick, step: null, text: error, before: null }));
}

async function messagesIn(
  past: Past,
  first: number,
  last: number,
  query: Extract<HistoryQuery, { readonly kind: 'message' }>,
): Promise<HistoryHit[]> {
  const hits: HistoryHit[] = [];
  for await (const message of past.messages(first, last)) {
    if (!isMessageMeant(message, query)) continue;
    const action = message.tags.find(({ name }) => name === 'Action')?.value ?? null;
    hits.push({ slot: message.slot, tick: null, step: null, text: action, before: null });
  }
  return hits;
}

function isMessageMeant(message: PastMessage, query: Extract<HistoryQuery, { readonly kind: 'message' }>): boolean {
  const { tags, where = [], from, text } = query;
  if (from !== null && message.from !== from) return false;
  if (text !== null && !(message.data ?? '').toLowerCase().includes(text.toLowerCase())) return false;
  if (!where.every((clause) => message.tags.some((tag) => isTagMeant(tag, clause)) !== (clause.isNot === true))) return false;
  return Object.entries(tags).every(([name, value]) =>
    message.tags.some((tag) => tag.name === name && (value === '*' || tag.value === value)),
  );
}
