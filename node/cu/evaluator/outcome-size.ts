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

/** Characters of all texts in `value`; stops counting once they are more than `limit`. */
function charactersIn(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  let sum = 0;
  for (const [key, one] of Object.entries(value)) {
    sum += key.length + charactersIn(one, limit - sum);
    if (sum > limit) break;
  }
  return sum;
}
