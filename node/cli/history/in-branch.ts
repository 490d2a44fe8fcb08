import type { BranchRun } from '../../contract/branch.ts';
import { isId, toSlot, type ProcessId, type Slot } from '../../contract/ids.ts';
import type { Asked } from './project-command.ts';

const PART_MS = 1_000;

/** The option of commands that look at a place on the main line, or in a branch. */
export const BRANCH_OPTION = { branch: { type: 'string' } } as const;
export const BRANCH_USAGE = "  --branch ID  in a kept branch: slots are its own, those before it begins are the main line's";

/** Runs a branch to its end, or to where it waits for an answer: what is kept of it is what it is made of. */
export async function runToEnd(asked: Asked, branch: number): Promise<BranchRun> {
  for (;;) {
    const run = await asked.ask('cu.branchRun', { branch, budgetMs: PART_MS });
    if (run.isDone || run.question !== null) return run;
  }
}

/** The branch that is asked for, run to its end; nothing where the main line is meant. */
export async function branchOf(asked: Asked): Promise<{ readonly branch?: number }> {
  const branch = asked.number('branch');
  if (branch === null) return {};
  await runToEnd(asked, branch);
  return { branch };
}

/** A process by its id or name; of a branch also one that is there only, by its id. */
export async function processIn(asked: Asked, word: string | undefined, branch: number | undefined): Promise<ProcessId> {
  if (word === undefined || branch === undefined || !isId(word)) return asked.process(word);
  const { lines } = await asked.ask('cu.branchRun', { branch, budgetMs: 0 });
  return lines.find(({ process }) => process === word)?.process ?? asked.process(word);
}

/** A slot by its number or a word; `latest` is the newest of the line that is asked for. */
export async function slotIn(asked: Asked, process: ProcessId, word: string | undefined, branch: number | undefined): Promise<Slot> {
  return word === 'latest' ? latestIn(asked, process, branch) : asked.slot(process, word);
}

/** The newest slot of a process, on the main line or in a branch. */
export async function latestIn(asked: Asked, process: ProcessId, branch: number | undefined): Promise<Slot> {
  if (branch === undefined) return asked.slot(process, 'latest');
  const line = (await asked.ask('cu.branchRun', { branch, budgetMs: 0 })).lines.find((one) => one.process === process);
  return line === undefined ? asked.slot(process, 'latest') : toSlot(line.latest);
}
