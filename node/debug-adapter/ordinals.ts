import { toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import { compareHits } from '../contract/nearest-hit.ts';
import type { HistoryHit, HistoryPage, HistoryQuery } from '../contract/recording.ts';
import type { Client } from '../contract/rpc.ts';

const BUDGET_MS = 500;
const LIMIT = 10_000;

/** Counts the hits of a query from the beginning of a history on, which a history has in common with a run. */
export interface Ordinals {
  /** Which of the hits that are accepted this one is, from 1 on. @throws AoError as cu.search. */
  of(process: ProcessId, query: HistoryQuery, accept: (hit: HistoryHit) => Promise<boolean>, hit: HistoryHit): Promise<number>;
}

export function createOrdinals(ask: Client['ask']): Ordinals {
  const known = new Map<string, { readonly hits: HistoryHit[]; from: Slot }>();
  /** One count at a time: two that go on from the same slot would count its hits twice. */
  let turn: Promise<unknown> = Promise.resolve();

  const count: Ordinals['of'] = async (process, query, accept, hit) => {
    const key = JSON.stringify([process, query]);
    const counted = known.get(key) ?? { hits: [], from: toSlot(0) };
    known.set(key, counted);
    while (counted.from <= hit.slot) {
      const part = { from: counted.from, direction: 'forwards', isSampled: false, limit: LIMIT, budgetMs: BUDGET_MS } as const;
      const page: HistoryPage = await ask('cu.search', { process, query, ...part });
      const accepted: HistoryHit[] = [];
      for (const one of page.hits) if (await accept(one)) accepted.push(one);
      counted.hits.push(...accepted);
      // At its end the history has been looked through to the slot that is asked about, at least.
      counted.from = page.next ?? toSlot(Math.max(hit.slot, page.hits.at(-1)?.slot ?? 0) + 1);
    }
    return counted.hits.filter((one) => compareHits(one, hit) <= 0).length;
  };
  return {
    of(process, query, accept, hit) {
      const mine = turn.then(() => count(process, query, accept, hit));
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}
