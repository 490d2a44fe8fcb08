/**
 * A process's state as a person reads it: a tree that is opened a level at a time.
 * A path is the list of keys from the globals down, each in its printed form (`.name`, `[3]`, `["odd key"]`).
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

/** The difference between two slots of one process. `isComplete` is false when the walk met its limit of nodes. */
export interface StateDiff {
  readonly changes: readonly StateChange[];
  readonly isComplete: boolean;
}
