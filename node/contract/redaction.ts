import type { Address, ItemId, ProcessId, Slot } from './ids.ts';
import type { Tag } from './item.ts';

/** What must not leave with a recording. Everything that any of it fits is taken out. */
export interface RedactionWish {
  /** Processes that stay away as a whole, with all that was said to them and by them. */
  readonly processes: readonly ProcessId[];
  /** Messages of these actions lose their data and their tags. */
  readonly actions: readonly string[];
  /** Tags of these names lose their values, wherever they stand. */
  readonly tags: readonly string[];
  /** Whatever holds one of these texts goes, in whichever case its letters are written. */
  readonly texts: readonly string[];
}

export const NO_REDACTION: RedactionWish = { processes: [], actions: [], tags: [], texts: [] };

/** Shorter texts stand everywhere: nothing would be left. */
export const REDACTED_TEXT_MIN = 3;

/** What was taken out of one process of a recording. */
export interface RedactedProcess {
  readonly process: ProcessId;
  /** The first slot that cannot be run again: what comes from there on is as it was recorded. */
  readonly from: Slot;
  readonly messages: number;
  readonly outcomes: number;
}

/** What was taken out of a recording. Texts are counted, not told. */
export interface Redaction {
  readonly actions: readonly string[];
  readonly tags: readonly string[];
  readonly texts: number;
  /** Processes that stayed away. */
  readonly left: readonly ProcessId[];
  readonly processes: readonly RedactedProcess[];
  /** Notes of the person that held such a text. */
  readonly notes: number;
  /** Files of WeaveDrive that held one. */
  readonly files: number;
  /** Values that were looked for in the states that can still be computed, and how many there are in all. */
  readonly checked: { readonly values: number; readonly of: number };
}

/** What of a message was taken out. */
export interface RemovedParts {
  /** Names of the tags whose value is gone. */
  readonly tags: readonly string[];
  readonly data: boolean;
}

/** What is left of a message: nobody can check it any more, since its signature was over the whole. */
export interface RemovedMessage {
  readonly id: ItemId;
  readonly address: Address;
  readonly target: string;
  readonly anchor: string;
  /** Those whose value is gone have an empty one. */
  readonly tags: readonly Tag[];
  readonly data: string | null;
  readonly removed: RemovedParts;
}

/** What of an outcome was taken out. */
export interface RemovedOutcome {
  readonly output: boolean;
  readonly error: boolean;
  /** Places in the outbox at which a message or a spawn lost something. */
  readonly messages: readonly number[];
  readonly spawns: readonly number[];
}

/** Messages and outcomes that lost something, in all. */
export function countsOf({ processes }: Redaction): { readonly messages: number; readonly outcomes: number } {
  const sum = (of: (one: RedactedProcess) => number): number => processes.reduce((total, one) => total + of(one), 0);
  return { messages: sum(({ messages }) => messages), outcomes: sum(({ outcomes }) => outcomes) };
}
