import { LRUCache } from 'lru-cache';
import type { ItemId } from '../contract/ids.ts';

const JOURNEYS_KEPT = 10_000;

/**
 * How many items each journey has pushed. Kept in memory: a restart counts anew, which leaves an explosion bounded,
 * and what is held stays held on disk.
 */
export interface Journeys {
  /** One more item of the journey is about to be pushed. */
  count(journey: ItemId): void;
  /** What a journey that has reached its limit has pushed; null below it. */
  full(journey: ItemId): number | null;
  /** Lets the journey push so many items more; as many again for null. */
  extend(journey: ItemId, more: number | null): void;
}

/** @param items how many a journey may push before it is held, and again after each {@link Journeys.extend}. */
export function createJourneys(items: number): Journeys {
  const counts = new LRUCache<ItemId, { readonly pushed: number; readonly limit: number }>({ max: JOURNEYS_KEPT });
  const of = (journey: ItemId): { readonly pushed: number; readonly limit: number } => counts.get(journey) ?? { pushed: 0, limit: items };
  return {
    count(journey) {
      const { pushed, limit } = of(journey);
      counts.set(journey, { pushed: pushed + 1, limit });
    },
    full(journey) {
      const { pushed, limit } = of(journey);
      return pushed < limit ? null : pushed;
    },
    extend(journey, more) {
      const { pushed, limit } = of(journey);
      counts.set(journey, { pushed, limit: Math.max(limit, pushed + (more ?? items)) });
    },
  };
}
