import type { StateChange, StateDiff, StatePath } from '../contract/state.ts';
import type { FlatState } from './vm/machine.ts';

interface StateLine {
  readonly path: StatePath;
  readonly preview: string;
}

/** A whole state to compare with another: its lines by path. */
export interface RememberedState {
  readonly lines: ReadonlyMap<string, StateLine>;
  readonly isComplete: boolean;
}

/** Puts a state into the form in which it is compared. */
export function rememberState({ lines, isComplete }: FlatState): RememberedState {
  return { lines: new Map(lines.map((line) => [line.path.join('\u0000'), line])), isComplete };
}

/**
 * A page of what differs between two states: first what was added or changed, in the order of the later state, then
 * what was removed, in that of the earlier one.
 */
export function compareStates(before: RememberedState, after: RememberedState, offset: number, limit: number): StateDiff {
  const changes: StateChange[] = [];
  let total = 0;
  const found = (path: StatePath, change: StateChange['change'], was: string | null, is: string | null): void => {
    if (total >= offset && changes.length < limit) changes.push({ path, change, before: was, after: is });
    total++;
  };
  for (const [key, { path, preview }] of reachedLines(after, before)) {
    const was = before.lines.get(key);
    if (was === undefined) found(path, 'added', null, preview);
    else if (was.preview !== preview) found(path, 'changed', was.preview, preview);
  }
  for (const [key, { path, preview }] of reachedLines(before, after)) if (!after.lines.has(key)) found(path, 'removed', preview, null);
  return { changes, total, isComplete: before.isComplete && after.isComplete && changes.length === total };
}

/**
 * The lines of a state as far as the other one reaches. Both are in the same order, and one that was too large ends
 * somewhere: what the first has behind the last line of both may stand in the other too, where nobody looked.
 */
function reachedLines({ lines }: RememberedState, other: RememberedState): Iterable<readonly [string, StateLine]> {
  if (other.isComplete) return lines;
  const all = [...lines];
  return all.slice(0, all.findLastIndex(([key]) => other.lines.has(key)) + 1);
}
