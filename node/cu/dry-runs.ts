import { AoError } from '../contract/errors.ts';
import type { DryRunMessage } from '../contract/answers.ts';
import type { ProcessId } from '../contract/ids.ts';
import type { DryRun as Tried } from './evaluator/protocol.ts';
import type { Look } from './look.ts';
import type { Program } from './program.ts';

/** Messages that are tried on a process without a trace. */
export type DryRun = (process: ProcessId, program: Program, place: number, message: DryRunMessage, signal: AbortSignal) => Promise<Tried>;

type Tries = Pick<Look, 'dryRun'>;

interface Waiting {
  readonly process: ProcessId;
  run(look: Tries): Promise<void>;
}

/**
 * Dry runs on evaluators of their own, so that none waits for a person who looks at history, nor that person for it. Each
 * process has one at a time: one whose dry runs loop up to the time limit keeps no other process from the rest.
 * @param looks one for each evaluator.
 */
export function createDryRuns(looks: readonly Tries[]): DryRun {
  const free = [...looks];
  const line: Waiting[] = [];
  const busy = new Set<ProcessId>();
  /** Where a process was tried last its memory is at hand. */
  const latest = new Map<Tries, ProcessId>();

  const next = (): void => {
    if (free.length === 0) return;
    const at = line.findIndex(({ process }) => !busy.has(process));
    const [waiting] = at === -1 ? [] : line.splice(at, 1);
    if (waiting === undefined) return;
    const { process } = waiting;
    const warm = free.findIndex((one) => latest.get(one) === process);
    const [look] = free.splice(Math.max(0, warm), 1);
    if (look === undefined) return;
    busy.add(process);
    latest.set(look, process);
    void waiting.run(look).finally(() => {
      busy.delete(process);
      free.unshift(look);
      next();
    });
    next();
  };
  return (process, program, place, message, signal) =>
    new Promise((resolve, reject) => {
      line.push({
        process,
        async run(look) {
          try {
            // Whoever asked may have gone while others were served.
            if (signal.aborted) throw new AoError('CANCELLED');
            resolve(await look.dryRun(process, program, place, message));
          } catch (error) {
            reject(error as Error);
          }
        },
      });
      next();
    });
}
