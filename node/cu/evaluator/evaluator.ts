import type { Verdict } from '../../contract/outcome.ts';
import { AoError } from '../../contract/errors.ts';
import { createAnswer } from './answer.ts';
import type { EvaluatorCommand, EvaluatorCommands } from './protocol.ts';
import { createDrive, type Drive } from '../vm/drive.ts';
import type { Machine } from '../vm/machine.ts';

/** A slot was ended from outside: everything that lived in this evaluator is gone and must be loaded again. */
export class Killed extends Error {
  readonly verdict: Verdict;

  constructor(verdict: Verdict) {
    super(`ended by ${verdict.kind}`);
    this.name = 'Killed';
    this.verdict = verdict;
  }
}

/** One place where programs run. Questions are answered one at a time, in the order in which they came. */
export interface Evaluator {
  /**
   * @param timeMs most time for this question; Infinity for none.
   * @throws Killed when it ran longer, or `stop` was called meanwhile; AoError EVALUATOR_DIED when the worker ended by itself.
   */
  ask<N extends EvaluatorCommand>(name: N, args: EvaluatorCommands[N]['args'], timeMs: number): Promise<EvaluatorCommands[N]['reply']>;
  /** Counts up whenever everything that was loaded has been lost. */
  generation(): number;
  /** Ends the question being answered when it concerns `process`; false when it does not. */
  stop(process: string): boolean;
  close(): Promise<void>;
}

/**
 * An evaluator in the caller's own thread, for nodes in one process: no time limit and no stop, since nothing could
 * interrupt it; the instruction and memory limits hold all the same.
 */
export function evaluatorHere(machines: readonly Machine[], windowBytes: number, drive: Drive = createDrive()): Evaluator {
  const answer = createAnswer(machines, drive, windowBytes);
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  return {
    ask(name, args) {
      const turn = last.then(() => {
        if (isClosed) throw new AoError('UNIT_DOWN', { unit: 'cu' });
        return answer(name, args);
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    generation: () => 0,
    stop: () => false,
    async close() {
      isClosed = true;
      await last;
    },
  };
}
