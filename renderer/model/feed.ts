import type { FactsReply } from '../../node/contract/answers.ts';
import { unpackFacts, type ShownFact } from '../../node/contract/packed-facts.ts';
import type { Fact, UnitName } from '../../node/contract/trace.ts';

/** How far each unit's facts have been read. */
export type Progress = Readonly<Record<UnitName, number>>;

export const NOTHING_READ: Progress = { gateway: 0, su: 0, cu: 0, mu: 0 };

/** What was not known yet: a page stays packed until it is asked for, since so many objects at once are a burden. */
export interface TakenFacts {
  fresh(): readonly ShownFact[];
  readonly last: number;
}

/** What one page of a unit's journal brings to who has read it up to `last`. */
export function readPage(last: number, { facts, packed }: FactsReply): TakenFacts {
  if (packed === undefined) {
    const taken = continueFrom(last, facts);
    return { fresh: () => taken.fresh, last: taken.last };
  }
  return { fresh: () => unpackFacts(packed).filter(({ seq }) => seq > last), last: Math.max(last, packed.to) };
}

/**
 * The facts of a batch that continue what was read: known ones are left out, and from the first gap on nothing is
 * taken, because those facts come again when the unit is asked from `last` on.
 */
export function continueFrom(
  last: number,
  facts: readonly Fact[],
): { readonly fresh: readonly Fact[]; readonly last: number; readonly isGap: boolean } {
  let reached = last;
  const fresh: Fact[] = [];
  for (const fact of facts) {
    if (fact.seq <= reached) continue;
    if (fact.seq !== reached + 1) return { fresh, last: reached, isGap: true };
    fresh.push(fact);
    reached = fact.seq;
  }
  return { fresh, last: reached, isGap: false };
}
