import type { ProcessRow } from '../../model/rows.ts';
import type { WorldState } from '../../stores/world-store.ts';

/** What the list itself shows of a process; all else is its own line's matter, and changes all the time. */
export type ListedProcess = Pick<ProcessRow, 'id' | 'name'>;

/** Gives the processes that there are, in order: the same list for as long as none comes, and the same member for each that stays. */
export function createListing(): (state: Pick<WorldState, 'world'>) => readonly ListedProcess[] {
  let listed: readonly ListedProcess[] = [];
  return ({ world: { processes } }) => {
    const isSame = listed.length === processes.length && processes.every((row, at) => isOf(listed[at], row));
    if (isSame) return listed;
    const known = new Map(listed.map((one) => [one.id, one]));
    listed = processes.map((row) => {
      const before = known.get(row.id);
      return before !== undefined && isOf(before, row) ? before : { id: row.id, name: row.name };
    });
    return listed;
  };
}

function isOf(listed: ListedProcess | undefined, { id, name }: ProcessRow): boolean {
  return listed?.id === id && listed.name === name;
}
