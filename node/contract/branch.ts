import type { ModuleId, ProcessId, Slot } from './ids.ts';
import type { Tag } from './item.ts';
import type { SlotOutcome } from './outcome.ts';
import type { StateDiff } from './state.ts';

/** One thing that is otherwise in a branch. Slots are those of the main line, which is never edited. */
export type BranchEdit = { readonly process: ProcessId } & (
  | {
      readonly kind: 'edit';
      readonly slot: Slot;
      /** What is null stays as it was. */
      readonly tags: readonly Tag[] | null;
      readonly data: string | null;
      readonly from: string | null;
    }
  | { readonly kind: 'skip'; readonly slot: Slot }
  /**
   * The message of `slot` once more, right after where that of `after` stood. What comes after the same place comes in the
   * order of the edits.
   */
  | { readonly kind: 'duplicate'; readonly slot: Slot; readonly after: Slot }
  /** The message of `slot` not in its place but right after where that of `after` stood: earlier or later. */
  | { readonly kind: 'move'; readonly slot: Slot; readonly after: Slot }
  /** A message that never was, right after where that of `after` stood. */
  | { readonly kind: 'inject'; readonly after: Slot; readonly from: string; readonly tags: readonly Tag[]; readonly data: string }
  /** From `slot` on every time is later by `shiftMs`. */
  | { readonly kind: 'clock'; readonly slot: Slot; readonly shiftMs: number }
  /** The process runs on another module, from its first slot on. */
  | { readonly kind: 'module'; readonly module: ModuleId }
);

/** What a branch is made of: the same spec on the same log gives the same branch, so nothing else is kept. */
export interface BranchSpec {
  readonly name: string;
  /** `process`: nobody else hears what is sent in the branch; `node`: what is sent in the branch reaches whom it is for. */
  readonly scope: 'process' | 'node';
  readonly edits: readonly BranchEdit[];
  /** What becomes of the main line's later messages from outside: all of them, none, the first so many, or as a person says. */
  readonly later: 'apply' | 'drop' | { readonly first: number } | LaterAsked;
  /** The project's file whose text the branch runs, where it does. */
  readonly file?: string | undefined;
}

export type LaterAnswer = 'apply' | 'drop';

/** A person decides on the later messages one by one, in the order in which the branch comes to them. What was said is kept. */
export interface LaterAsked {
  readonly answers: readonly LaterAnswer[];
  /** What becomes of those after the answers. */
  readonly rest: 'ask' | LaterAnswer;
}

/** A later message on which a branch waits for a person's word. */
export interface LaterQuestion {
  readonly process: ProcessId;
  readonly slot: Slot;
  readonly action: string | null;
  readonly from: string;
  /** Its place among the later messages, from 0 on. */
  readonly number: number;
}

export interface BranchInfo extends BranchSpec {
  readonly id: number;
  /** Unix ms. */
  readonly createdMs: number;
  /** The protocol's time when it was made: up to then, at least, cron messages come that the main line did not have. */
  readonly untilMs: number;
}

/** One evaluation of a branch. */
export interface BranchStep {
  /** Its place among the evaluations of its process in the branch, and its slot number there. */
  readonly index: number;
  readonly slot: Slot;
  /** Its place among the cron messages before its slot; null for the slot's own message. */
  readonly tick: number | null;
  /** The slot of the main line it stands for; null for what is in the branch only. */
  readonly mainSlot: Slot | null;
  readonly origin: 'main' | 'edited' | 'moved' | 'duplicated' | 'injected' | 'sent in the branch' | 'cron';
  readonly action: string | null;
  readonly from: string;
  readonly timestampMs: number;
  readonly hash: string;
  /** Its outcome is that of the main line's slot; null where there is none to compare with. */
  readonly isSame: boolean | null;
  /** It failed, printed and sent as on the main line: only what it took may differ; null where there is nothing to compare with. */
  readonly isAlike: boolean | null;
  readonly error: string | null;
  readonly output: SlotOutcome['output'];
  readonly messages: SlotOutcome['messages'];
  readonly spawns: SlotOutcome['spawns'];
}

/** One process of a branch, beside the main line. */
export interface BranchLine {
  readonly process: ProcessId;
  /** The last slot that both lines share; -1 where they share none. */
  readonly base: number;
  readonly steps: number;
  /** Its newest slot; -1 before the first. */
  readonly latest: number;
  /** Index of the first step that is not as on the main line; null where all are. */
  readonly firstDifference: number | null;
  /** Index of the first one that others could notice: it failed, printed or sent otherwise, or is in the branch only. */
  readonly firstEffect: number | null;
  /** Steps that failed, printed and sent as on the main line, those that did otherwise, and those in the branch only. */
  readonly alike: number;
  readonly different: number;
  readonly added: number;
  /** Of those that did otherwise: errors of the main line that are none here, and errors here that were none there. */
  readonly mended: number;
  readonly broken: number;
  /** Messages that the main line got and the branch did not: the first thousand, and how many there are. */
  readonly missing: readonly Slot[];
  readonly missingCount: number;
  /** Set for a process that is in the branch only: who spawned it. */
  readonly spawnedBy: ProcessId | null;
  /** And the process of the main line in whose place it stands, where there is one. */
  readonly insteadOf: ProcessId | null;
}

/** A process that a branch spawned, and that does not run there. */
export interface SpawnNotRun {
  /** Who spawned it, in which slot of the branch, and its place among the spawns there. */
  readonly process: ProcessId;
  readonly slot: Slot;
  readonly index: number;
  readonly reason: string;
}

/** How far a branch has been run. */
export interface BranchRun {
  readonly isDone: boolean;
  /** It had more evaluations to come than a branch may have. */
  readonly isCutShort: boolean;
  /** Evaluations so far, and the events that are known to lie ahead: others may come of them. */
  readonly stepsRun: number;
  readonly ahead: number;
  /** It waits for an answer about this message (cu.branchAnswer). */
  readonly question: LaterQuestion | null;
  readonly lines: readonly BranchLine[];
  /** What the branch spawned otherwise than the main line and could not be run. */
  readonly spawnsNotRun: readonly SpawnNotRun[];
}

/** The end of a branch against the end of the main line. */
export interface BranchComparison {
  readonly hash: string;
  /** Null for a process that is in the branch only: it is compared with nothing. */
  readonly mainHash: string | null;
  readonly diff: StateDiff;
  /**
   * Index of the step from which on the states differ up to the end, as their values on one line each show it; null where the
   * ends are equal, or nobody asked. What came and went before is in the outcomes alone.
   */
  readonly firstStateDifference: number | null;
}

/** One line of a branch's story, in the order in which it was run: an evaluation, or a message of the main line that was left out. */
export interface BranchRow {
  readonly process: ProcessId;
  /** Its step; null for what was left out. */
  readonly index: number | null;
  readonly slot: Slot | null;
  readonly mainSlot: Slot | null;
  readonly origin: BranchStep['origin'] | 'left out';
  readonly action: string | null;
  readonly from: string | null;
  readonly isAlike: boolean | null;
  readonly error: string | null;
  /** Messages and spawns in its outbox. */
  readonly sent: number;
}

export interface BranchRows {
  readonly rows: readonly BranchRow[];
  /** How many there are with the wish, so far. */
  readonly total: number;
  /** Place of the first row that differs, among those with the wish; null where none does. */
  readonly firstDifferent: number | null;
}

/** A step of one process in a branch. */
export interface BranchStepPlace {
  readonly branch: number;
  readonly process: ProcessId;
  readonly index: number;
}

/** A message as a process met it in a branch. */
export interface BranchMessage {
  /** Null for a cron message, which has none. */
  readonly id: string | null;
  readonly from: string;
  readonly owner: string;
  readonly target: string;
  readonly tags: readonly Tag[];
  readonly data: string;
  readonly slot: Slot;
  readonly timestampMs: number;
  readonly blockHeight: number;
}
