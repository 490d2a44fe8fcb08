import type { BranchSpec, LaterAnswer, LaterQuestion } from '../../contract/branch.ts';

/** What becomes of the main line's later messages, one after the other. */
export interface Later {
  /** Of the next one. `ask`: it waits for an answer, and is asked about again then. */
  next(message: Omit<LaterQuestion, 'number'>): LaterAnswer | 'ask';
  /** The one that waits. */
  question(): LaterQuestion | null;
  /** False where none waits. */
  answer(answer: LaterAnswer, isForAll: boolean): boolean;
}

/** @param wish of the branch, with the answers that were given before. */
export function createLater(wish: BranchSpec['later']): Later {
  let number = 0;
  let waiting: LaterQuestion | null = null;
  const isAsked = typeof wish === 'object' && 'rest' in wish;
  const answers = isAsked ? [...wish.answers] : [];
  let rest: LaterAnswer | 'ask' = isAsked ? wish.rest : wish === 'apply' ? 'apply' : 'drop';
  const firstLeft = typeof wish === 'object' && 'first' in wish ? wish.first : 0;
  return {
    next(message) {
      const said = answers[number] ?? (number < firstLeft ? 'apply' : rest);
      waiting = said === 'ask' ? { ...message, number } : null;
      if (said !== 'ask') number++;
      return said;
    },
    question: () => waiting,
    answer(answer, isForAll) {
      if (waiting === null) return false;
      waiting = null;
      answers.push(answer);
      if (isForAll) rest = answer;
      return true;
    },
  };
}

/** A wish with one more answer. */
export function withAnswer(wish: BranchSpec['later'], answer: LaterAnswer, isForAll: boolean): BranchSpec['later'] {
  if (typeof wish !== 'object' || !('rest' in wish)) return wish;
  return { answers: [...wish.answers, answer], rest: isForAll ? answer : wish.rest };
}
