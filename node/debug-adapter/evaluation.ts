import { AoError } from '../contract/errors.ts';
import { depthsOf, textOfSource, type InsideView } from '../contract/inside-view.ts';
import type { CallNode, EvaluationPlace } from '../contract/recording.ts';
import type { Client } from '../contract/rpc.ts';

/** One evaluation from the inside, with the calls that its steps belong to. */
export interface Evaluation extends InsideView {
  readonly calls: readonly CallNode[];
}

/** Kept steps, and calls, that a session holds of one evaluation. */
const KEPT_MAX = 100_000;
const EVALUATIONS_MAX = 20;

/** The evaluations that a session looks into; the last few stay. */
export interface Evaluations {
  /** Null where the module cannot be watched line by line. @throws AoError as `cu.trace`. */
  of(place: EvaluationPlace): Promise<Evaluation | null>;
}

export function createEvaluations(ask: Client['ask']): Evaluations {
  const known = new Map<string, Promise<Evaluation | null>>();
  return {
    of({ process, slot, tick }) {
      const place = { process, slot, tick };
      const key = JSON.stringify(place);
      const found = known.get(key) ?? load(ask, place);
      known.delete(key);
      known.set(key, found);
      // What went wrong once may go well the next time.
      found.catch(() => known.delete(key));
      const oldest = known.keys().next();
      if (known.size > EVALUATIONS_MAX && oldest.done !== true) known.delete(oldest.value);
      return found;
    },
  };
}

async function load(ask: Client['ask'], place: EvaluationPlace): Promise<Evaluation | null> {
  try {
    const recording = await ask('cu.trace', place);
    const steps = await ask('cu.traceSteps', { ...place, from: 0, limit: KEPT_MAX });
    const { calls } = await ask('cu.traceCalls', { ...place, from: 0, limit: KEPT_MAX });
    const { process, slot } = place;
    const texts = await Promise.all(
      recording.sources.map((_, source) => textOfSource((wish) => ask('cu.source', { process, slot, ...wish }), recording, source)),
    );
    return { place, recording, steps, texts, calls, depths: depthsOf(calls) };
  } catch (error) {
    if (error instanceof AoError && error.code === 'TRACE_UNSUPPORTED') return null;
    throw error;
  }
}
