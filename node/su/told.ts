import type { FactBody } from '../contract/trace.ts';
import type { SuTold } from '../contract/told.ts';

type Assigned = Extract<SuTold, { readonly kind: 'su.assigned' }>;
type Beside = Exclude<SuTold, Assigned>;
/** Facts of one time. */
export interface Timed {
  readonly atMs: number;
  readonly facts: () => readonly FactBody[];
}

/** What the scheduler of a recording told, until its log is there: none of it stands in a log. */
export interface Told {
  take(facts: readonly SuTold[]): void;
  /** When a slot was given, and what was told of its program; null where the recording does not say. */
  of(process: string, slot: number): Assigned | null;
  /** All the rest, once. */
  rest(): readonly Timed[];
}

export function createTold(): Told {
  const assigned = new Map<string, Assigned>();
  let rest: Beside[] = [];
  return {
    take(facts) {
      for (const fact of facts) {
        if (fact.kind === 'su.assigned') assigned.set(`${fact.process} ${fact.slot}`, fact);
        else rest.push(fact);
      }
    },
    of: (process, slot) => assigned.get(`${process} ${slot}`) ?? null,
    rest() {
      const taken = rest.map(({ atMs, ...fact }): Timed => ({ atMs, facts: () => [fact] }));
      rest = [];
      return taken;
    },
  };
}
