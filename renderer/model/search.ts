import type { AskSearch } from '../../node/contract/nearest-hit.ts';
import type { Slot, ProcessId } from '../../node/contract/ids.ts';
import type { HistoryHit, HistoryPage, HistoryQuery } from '../../node/contract/recording.ts';

/** Each part ends after this long, so that one sees how far it is and can end it. */
const BUDGET_MS = 150;

/** What is looked for, from where, which way, and with how many hits it may end. */
export interface SearchWish {
  readonly process: ProcessId;
  /** Searched in place of the main line; slots are its own. */
  readonly branch?: number | undefined;
  readonly query: HistoryQuery;
  readonly from: Slot;
  readonly direction: 'forwards' | 'backwards';
  readonly limit: number;
}

/** How far a search is: hits in the order in which they were met. */
export interface SearchState {
  readonly hits: readonly HistoryHit[];
  readonly slots: number;
  readonly isDone: boolean;
}

/**
 * Searches part by part until there are hits enough, or no slots are left.
 * @param onPart is told after every part but the last, whose state is returned
 * @throws AoError as cu.search; CANCELLED once `signal` aborts.
 */
export async function search(
  ask: AskSearch,
  wish: SearchWish,
  signal: AbortSignal,
  onPart: (state: SearchState) => void,
): Promise<SearchState> {
  const { limit, ...rest } = wish;
  const hits: HistoryHit[] = [];
  let slots = 0;
  for (let from: Slot | null = wish.from; ;) {
    const page: HistoryPage = await ask({ ...rest, from, isSampled: false, limit: limit - hits.length, budgetMs: BUDGET_MS }, signal);
    hits.push(...page.hits);
    slots += page.slots;
    from = page.next;
    if (from === null || hits.length >= limit) return { hits, slots, isDone: true };
    onPart({ hits: [...hits], slots, isDone: false });
  }
}
