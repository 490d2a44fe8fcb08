import { LRUCache } from 'lru-cache';
import { toSlot } from '../../contract/ids.ts';
import { isTagMeant } from '../../contract/log-find.ts';
import type { HistoryHit, HistoryPage, HistoryQuery } from '../../contract/recording.ts';
import type { CuPorts } from '../ports.ts';
import type { Past, PastMessage } from './past.ts';
import type { Sources } from './source.ts';

type FunctionQuery = Extract<HistoryQuery, { readonly kind: 'function' }>;
type CallQuery = Extract<HistoryQuery, { readonly kind: 'call' }>;

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
/** Slots that a search backwards runs through before it tells what it found. */
const STRETCH_MAX = 1_024;
/** What a stretch may find where the next is to be longer. */
const FEW_HITS = 256;
/** Searches backwards whose next part can go on where the last one was. */
const STRETCHES_KEPT = 32;
/** The log and the outcomes are read in larger pieces. */
const READ_CHUNK = 500;

/** Slots that a search backwards is running through. */
interface Stretch {
  readonly first: number;
  readonly last: number;
  /** How long it was meant to be. */
  readonly size: number;
  /** The first slot that has not been looked at; behind `last` where all have. */
  readonly next: number;
  /** What was found up to there; given away once all slots have been looked at. */
  readonly hits: readonly HistoryHit[];
  /** How many that were. */
  readonly found: number;
}

export function createHistory({ viewer }: CuPorts, sources: Sources): History {
  const stretches = new LRUCache<string, Stretch>({ max: STRETCHES_KEPT });
  /** A function by its name is looked for wherever one of that name is written; what was at that line in a slot decides. */
  const callsIn = async (past: Past, { name, log }: CallQuery, first: number, last: number): Promise<HistoryHit[]> => {
    const places = await sources.functions(past, toSlot(last), name);
    if (places.length === 0) return [];
    const hits: HistoryHit[] = [];
    for (const { entered, ...hit } of await past.scan({ kind: 'function', places, log }, first, last)) {
      const written = entered === undefined ? null : await sources.functionIn(past, hit.slot, entered, name);
      if (written !== null) hits.push({ ...hit, text: hit.text ?? `${written.chunk.replace(/^@/, '')}:${written.line}` });
    }
    return hits;
  };
  const functionsIn = async (past: Past, { chunk, line, log }: FunctionQuery, first: number, last: number): Promise<HistoryHit[]> => {
    const hits = await past.scan({ kind: 'function', places: [{ chunk, line }], log }, first, last);
    return hits.map(({ slot, tick, step, text, before }) => ({ slot, tick, step, text, before }));
  };
  /** Every hit in the slots `first` to `last`, in their order. */
  const hitsIn = async (past: Past, query: HistoryQuery, first: number, last: number): Promise<HistoryHit[]> => {
    if (query.kind === 'error') return errorsIn(past, first, last, query.text);
    if (query.kind === 'message') return messagesIn(past, first, last, query);
    if (query.kind === 'call') return callsIn(past, query, first, last);
    if (query.kind === 'function') return functionsIn(past, query, first, last);
    return past.scan(query, first, last);
  };

  const forwards = async (past: Past, query: HistoryQuery, to: number, part: SearchPart, signal: AbortSignal): Promise<HistoryPage> => {
    const size = pieceOf(query);
    const startedMs = performance.now();
    const hits: HistoryHit[] = [];
    let slots = 0;
    let at = part.from;
    while (at <= to) {
      signal.throwIfAborted();
      const last = Math.min(to, at + size - 1);
      hits.push(...(await hitsIn(past, query, at, last)));
      slots += last - at + 1;
      at = last + 1;
      // What was found is given whole: the next part begins behind it.
      if (hits.length >= part.limit || performance.now() - startedMs >= part.budgetMs) break;
    }
    return { hits, slots, isSampled: false, next: at > to ? null : toSlot(at) };
  };
  /**
   * Programs run forwards only, from a memory that is kept. So a stretch is run from its beginning, piece by piece, and its hits are given
   * the other way round once it has been run through. Stretches begin short, as what is sought is often near, and grow: one that is as long as
   * the way from the kept memory costs that way once. Where much is found they stay as they are, as all that a stretch finds is kept.
   */
  const backwards = async (past: Past, query: HistoryQuery, part: SearchPart, signal: AbortSignal): Promise<HistoryPage> => {
    const piece = pieceOf(query);
    const key = JSON.stringify([past.key, past.to, query]);
    const startedMs = performance.now();
    const hits: HistoryHit[] = [];
    let slots = 0;
    let at = part.from;
    let before = stretches.get(key);
    while (at >= 0) {
      signal.throwIfAborted();
      const { next, ...stretch } = goingOn(before, at) ?? stretchTo(past, at, before?.first === at + 1 ? sizeBehind(before) : piece);
      const end = Math.min(stretch.last, next + piece - 1);
      const all = [...stretch.hits, ...(await hitsIn(past, query, next, end))];
      slots += end - next + 1;
      const isOver = end === stretch.last;
      before = { ...stretch, next: end + 1, hits: isOver ? [] : all, found: all.length };
      if (isOver) {
        hits.push(...all.toReversed());
        at = stretch.first - 1;
      }
      if (hits.length >= part.limit || performance.now() - startedMs >= part.budgetMs) break;
    }
    if (before !== undefined) stretches.set(key, before);
    return { hits, slots, isSampled: false, next: at < 0 ? null : toSlot(at) };
  };

  return {
    async search(past, query, to, part, signal) {
      if (part.isSampled && query.kind === 'condition') return sample(past, query, to, part, signal);
      if (part.direction === 'forwards') return forwards(past, query, to, part, signal);
      return backwards(past, query, { ...part, from: Math.min(part.from, to) }, signal);
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

function pieceOf({ kind }: HistoryQuery): number {
  return kind === 'error' || kind === 'message' ? READ_CHUNK : CHUNK;
}

/** A stretch up to `last` that has not been run through. */
function goingOn(stretch: Stretch | undefined, last: number): Stretch | null {
  return stretch !== undefined && stretch.last === last && stretch.next <= last ? stretch : null;
}

/** The slots up to `last`, about `wished` of them: it begins behind a memory that is kept where one is near. */
function stretchTo(past: Past, last: number, wished: number): Stretch {
  const size = Math.min(wished, STRETCH_MAX);
  const first = Math.max(0, last - size + 1);
  const kept = past.samples().findLast((slot) => slot < first) ?? -1;
  const begin = first - 1 - kept <= size ? kept + 1 : first;
  return { first: begin, last, size, next: begin, hits: [], found: 0 };
}

/** How long the next stretch is meant to be. */
function sizeBehind({ size, found }: Stretch): number {
  return found > FEW_HITS ? size : size * 2;
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
