import type { ProcessId, Slot } from './ids.ts';
import type { HistoryHit, HistoryPage, HistoryQuery } from './recording.ts';
import type { Commands } from './commands.ts';

/** How a part of a search is asked for. */
export type AskSearch = (args: Commands['cu.search']['args'], signal: AbortSignal) => Promise<HistoryPage>;

/** A place in the history of a process; what is null stands behind everything of its kind. */
export interface HistoryPlace {
  readonly slot: Slot;
  readonly tick: number | null;
  readonly step: number | null;
}

/** A hit and which of the queries it answers. */
export interface FoundHit {
  readonly hit: HistoryHit;
  readonly query: number;
}

export interface HitWish {
  readonly process: ProcessId;
  /** Searched in place of the main line; slots are its own. */
  readonly branch?: number | undefined;
  readonly queries: readonly HistoryQuery[];
  /** Where one stands; null behind everything. */
  readonly from: HistoryPlace | null;
  /** The newest slot there is. */
  readonly latest: Slot;
  readonly direction: 'forwards' | 'backwards';
  /** A hit at the very place where one stands counts too. */
  readonly isHereToo?: boolean;
  /** Says whether a hit of a query is one that is meant; all are when absent. */
  readonly isMeant?: (hit: HistoryHit, query: number) => Promise<boolean>;
}

/** Each part ends after this long, so that one sees how far it is and can end it. */
const BUDGET_MS = 150;

/** Which of two places comes first: below zero where it is `a`. */
export function compareHits(a: HistoryPlace, b: HistoryPlace): number {
  return a.slot - b.slot || rank(a.tick) - rank(b.tick) || rank(a.step) - rank(b.step);
}

/** As a number that can be subtracted: what has none comes last. */
function rank(value: number | null): number {
  return value ?? Number.MAX_SAFE_INTEGER;
}

/**
 * The nearest place in one direction that any of the queries finds; null where there is none.
 * @param onSlots is told how many slots have been looked at so far
 * @throws AoError as cu.search; CANCELLED once `signal` aborts.
 */
export async function nearestHit(
  ask: AskSearch,
  wish: HitWish,
  signal: AbortSignal,
  onSlots: (slots: number) => void,
): Promise<FoundHit | null> {
  const { process, branch, queries, from, latest, direction, isMeant = () => Promise.resolve(true) } = wish;
  const sign = direction === 'forwards' ? 1 : -1;
  const isBeyond = (hit: HistoryHit): boolean => {
    const way = from === null ? 1 : compareHits(hit, from) * sign;
    return way > 0 || (way === 0 && wish.isHereToo === true);
  };
  let best: FoundHit | null = null;
  let slots = 0;
  for (const [index, query] of queries.entries()) {
    const start: Slot = from?.slot ?? latest;
    for (let next: Slot | null = start; next !== null;) {
      if (best !== null && (next - best.hit.slot) * sign > 0) break;
      const part = { query, from: next, direction, isSampled: false, limit: 1, budgetMs: BUDGET_MS };
      const page = await ask(branch === undefined ? { process, ...part } : { process, branch, ...part }, signal);
      slots += page.slots;
      onSlots(slots);
      const found = await firstMeant(page.hits.filter(isBeyond), (hit) => isMeant(hit, index));
      if (found !== undefined) {
        if (best === null || compareHits(found, best.hit) * sign < 0) best = { hit: found, query: index };
        break;
      }
      next = page.next;
    }
  }
  return best;
}

async function firstMeant(hits: readonly HistoryHit[], isMeant: (hit: HistoryHit) => Promise<boolean>): Promise<HistoryHit | undefined> {
  for (const hit of hits) if (await isMeant(hit)) return hit;
  return undefined;
}
