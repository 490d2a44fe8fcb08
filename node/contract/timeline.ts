import type { ItemId, Slot } from './ids.ts';
import type { Verdict } from './outcome.ts';

/** A memory that is kept on disk. */
export interface KeyframeInfo {
  readonly slot: Slot;
  /** True where it stands alone, false where it is the difference to the one before. */
  readonly isFull: boolean;
  /** Bytes on disk. */
  readonly bytes: number;
  /** base64url SHA-256 over the whole memory, as `cu.stateHash` gives it. */
  readonly hash: string;
  /** What computed it: state hashes are compared within one engine only. */
  readonly engine: string;
}

/** What is told of any evaluation. */
export interface EvaluationFigures {
  /** Of the outcome. */
  readonly hash: string;
  readonly isError: boolean;
  readonly verdict: Verdict | null;
  readonly gasUsed: number;
  readonly durationMs: number;
  readonly memoryBytes: number;
  /** How many of each it sent, or would have sent. */
  readonly messages: number;
  readonly spawns: number;
  readonly assignments: number;
}

/** One evaluation on the line of a process: a slot's message, or a cron message before it. */
export interface TimelineEntry extends EvaluationFigures {
  readonly slot: Slot;
  /** Place among the cron messages before the slot; null for the slot's own message. */
  readonly tick: number | null;
  /** The cron's name, `0-10-seconds`; null for the slot's own message. */
  readonly cron: string | null;
  /** Null for a cron message: it is no item. */
  readonly message: ItemId | null;
  /** The memory after it, where that is kept. */
  readonly keyframe: KeyframeInfo | null;
}

/** A dry run: a message that was tried on the memory after a slot, beside the line. */
export interface DryRunEntry extends EvaluationFigures {
  readonly slot: Slot;
  /** How often the same message was tried there; what is told is of the last time. */
  readonly times: number;
  readonly action: string | null;
  readonly from: string;
}

export interface TimelinePage {
  readonly entries: readonly TimelineEntry[];
  /** What was tried beside these slots, in order. */
  readonly dryRuns: readonly DryRunEntry[];
  /** The slot to go on from; null where the line ends. */
  readonly next: Slot | null;
  /** The engine that runs the process now. */
  readonly engine: string;
}

/** Why a replay may differ from what was recorded, each as a sentence. */
export const DIFFERENCE_CAUSES = {
  'module changed': 'The bytes of the module are not those that the record was made with.',
  'engine changed': 'Another version of the engine made the record; outcomes must not differ, memory may.',
  'limits missing': 'The limits under which the slot was run were not written down; those of now were taken.',
  'log changed': 'The log was changed: its hash chain does not fit together at this slot.',
  'outcome damaged': 'The recorded outcome does not belong to its own hash: it was changed where it is kept.',
  'keyframe damaged': 'The kept memory is not the one whose hash stands beside it: it was changed where it is kept.',
  'record changed': 'Two replays agree with each other and not with the record: it was changed where it is kept.',
  'not deterministic': 'Two replays on clean instances differ from each other: the program or its machine is not deterministic.',
} as const;

export type DifferenceCause = keyof typeof DIFFERENCE_CAUSES;

/** The first place at which a replay and the record part. */
export interface Difference {
  readonly slot: Slot;
  readonly tick: number | null;
  readonly what: 'log' | 'module' | 'outcome' | 'state';
  readonly cause: DifferenceCause;
}

/** How far something that takes its time has come. */
export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly elapsedMs: number;
}

/** What a replay from slot 0 on a clean instance has found. */
export interface Verified {
  /** Slots whose outcomes are equal, up to the first difference. */
  readonly slots: number;
  /** Keyframes whose state hash is that of the replay, and whose kept memory has that hash. */
  readonly keyframes: number;
  /** Keyframes of another engine, which cannot be compared. */
  readonly keyframesOther: number;
  readonly firstDifference: Slot | null;
  readonly difference: Difference | null;
  /** The first slot that could not be run again, since its message was taken out of the recording; absent where all was run. */
  readonly removedFrom?: Slot;
}
