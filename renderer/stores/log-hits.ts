import { AoError } from '../../node/contract/errors.ts';
import type { LogFind } from '../../node/contract/log-find.ts';
import type { Link } from '../link/link.ts';
import { wishKey, type Found } from '../model/filter.ts';

/** How far the log has been searched for what a filter wants of it. */
export interface LogHits {
  readonly found: Found;
  readonly isRunning: boolean;
  /** What kept it from being searched; null while nothing does. */
  readonly error: unknown;
}

/** What the log has found for the filter of the Flow pane, kept up with what is assigned. */
export interface LogSearch {
  /** Looks for these from now on, and tells at once what is known of them. */
  want(finds: readonly LogFind[]): void;
  /** More has been assigned. */
  grown(): void;
  forget(): void;
}

interface Kept {
  readonly find: LogFind;
  readonly slots: Map<string, Set<number>>;
  readTo: number;
}

/** Each part ends after this long, so that first hits are seen early and a new question does not wait. */
const BUDGET_MS = 100;
/** While one types, only the word where one stops is asked for. */
const SETTLE_MS = 80;
/** While messages come in, the log is asked at this pace. */
const GROWN_MS = 400;
const KEPT_MAX = 12;

export function createLogSearch(link: Link, onChange: (hits: LogHits) => void): LogSearch {
  const kept = new Map<string, Kept>();
  let wanted: readonly LogFind[] = [];
  let stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRunning = false;
  let isGrown = false;

  const tell = (error: unknown = null): void => {
    const found = new Map(
      wanted.flatMap((find) => {
        const one = kept.get(wishKey(find));
        return one === undefined ? [] : [[wishKey(find), one.slots] as const];
      }),
    );
    onChange({ found, isRunning, error });
  };
  const keptFor = (find: LogFind): Kept => {
    const key = wishKey(find);
    const one = kept.get(key) ?? { find, slots: new Map<string, Set<number>>(), readTo: 0 };
    kept.delete(key);
    kept.set(key, one);
    const oldest = kept.keys().next();
    if (kept.size > KEPT_MAX && oldest.done !== true) kept.delete(oldest.value);
    return one;
  };
  const read = async (one: Kept, signal: AbortSignal): Promise<void> => {
    for (let isMore = true; isMore;) {
      const part = await link.ask('su.search', { find: one.find, after: one.readTo, budgetMs: BUDGET_MS }, signal);
      for (const { process, slots } of part.found) {
        const known = one.slots.get(process) ?? new Set();
        one.slots.set(process, known);
        for (const slot of slots) known.add(slot);
      }
      isMore = part.readTo < part.last && part.readTo > one.readTo;
      one.readTo = part.readTo;
      if (isMore && !signal.aborted) tell();
    }
  };
  const run = async (): Promise<void> => {
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    isRunning = true;
    isGrown = false;
    try {
      for (const find of wanted) await read(keptFor(find), signal);
      if (signal.aborted) return;
      isRunning = false;
      tell();
    } catch (error) {
      if (signal.aborted || (error instanceof AoError && error.code === 'CANCELLED')) return;
      isRunning = false;
      tell(error);
    }
    if (isGrown) later(GROWN_MS);
  };
  const later = (waitMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), waitMs);
  };

  return {
    want(finds) {
      wanted = finds;
      stop.abort();
      clearTimeout(timer);
      isRunning = finds.length > 0;
      if (finds.length > 0) later(finds.every((find) => kept.has(wishKey(find))) ? 0 : SETTLE_MS);
      tell();
    },
    grown() {
      if (wanted.length === 0 || isGrown) return;
      isGrown = true;
      if (!isRunning) later(GROWN_MS);
    },
    forget() {
      kept.clear();
      this.want([]);
    },
  };
}
