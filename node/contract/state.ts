/**
 * A process's state as a person reads it: a tree that is opened a level at a time.
 * A path is the list of keys from the globals down, each in its printed form (`.name`, `[3]`, `["odd key"]`). What
 * hangs on a value without being one of its keys is a step in brackets: `(metatable)`, `(upvalue count)` of a function,
 * `(pattern)`, `(message)` and `(app.lua:12) total` of a coroutine that waits, `(table users)` of a database.
 */
export type StatePath = readonly string[];

export type StateKind = 'nil' | 'boolean' | 'number' | 'string' | 'table' | 'function' | 'userdata' | 'thread';

/** One key of a table and what stands there. */
export interface StateNode {
  /** Printed key: the step to append to a path to come here. */
  readonly key: string;
  readonly kind: StateKind;
  /** One line: the value itself, or for a table its size, for a function its file:line. */
  readonly preview: string;
  /** True when it has children to open. */
  readonly isOpenable: boolean;
  /** Number of entries of a table; 0 otherwise. */
  readonly size: number;
  /** Where the same table stands further up, when it is one that holds itself; it is opened there. */
  readonly refersTo?: StatePath;
}

/** A page of the children of one node, in a stable order: numbers first, then names. */
export interface StatePage {
  readonly nodes: readonly StateNode[];
  readonly total: number;
  readonly offset: number;
}

/** What changed at one path between two slots. */
export interface StateChange {
  readonly path: StatePath;
  readonly change: 'added' | 'removed' | 'changed';
  /** One-line previews; null where the path did not exist. */
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * The difference between two slots of one process, or a page of it. `total` counts all changes that were found;
 * `isComplete` is true only when the walk saw the whole of both states and every change is on this page.
 */
export interface StateDiff {
  readonly changes: readonly StateChange[];
  readonly total: number;
  readonly isComplete: boolean;
}

/** A place whose key or one-line value holds the text that was looked for. */
export interface StateHit {
  readonly path: StatePath;
  readonly kind: StateKind;
  readonly preview: string;
}

/** What a search through a state found. `isComplete` is false where it ended before it had looked everywhere. */
export interface StateFound {
  readonly hits: readonly StateHit[];
  /** Places that were looked at. */
  readonly visited: number;
  readonly isComplete: boolean;
}

/** False where only functions changed: other code has all of them elsewhere, which says nothing of what they do. */
export function isOfValues({ before, after }: StateChange): boolean {
  return [before, after].some((one) => one !== null && !/^function\b/.test(one));
}
