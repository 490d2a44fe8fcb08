import { AoError } from '../../contract/errors.ts';
import { OUTCOME_CHARACTERS } from '../vm/answer-size.ts';
import type { Evaluation } from '../vm/machine.ts';

/**
 * An evaluation whose outcome is too large becomes an error of its slot. A program needs few lines and little memory of
 * its own for gigabytes of messages that all carry the same text. Depends on nothing but the outcome, so a replay judges the same.
 */
export function withinSize(evaluation: Evaluation, slot: number): Evaluation {
  const { output, messages, spawns, assignments, gasUsed } = evaluation.outcome;
  const characters = charactersIn([output, messages, spawns, assignments], OUTCOME_CHARACTERS);
  if (characters <= OUTCOME_CHARACTERS) return evaluation;
  const { message } = new AoError('OUTCOME_TOO_LARGE', { slot, limit: OUTCOME_CHARACTERS });
  const outcome = { output: '', messages: [], spawns: [], assignments: [], error: message, gasUsed, verdict: null };
  return { outcome, isStateKept: false, isBroken: false };
}

/** Characters of all texts and names in `value`, places in lists counted as theirs; stops counting once they are more than `limit`. Every slot pays for this. */
function charactersIn(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  let sum = 0;
  if (Array.isArray(value)) {
    for (let place = 0; place < value.length && sum <= limit; place++)
      sum += (place < 10 ? 1 : String(place).length) + charactersIn(value[place], limit - sum);
    return sum;
  }
  for (const key of Object.keys(value)) {
    sum += key.length + charactersIn(Reflect.get(value, key), limit - sum);
    if (sum > limit) break;
  }
  return sum;
}
