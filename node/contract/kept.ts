import type { FocusNote } from './focus-note.ts';
import type { ProcessId, Slot } from './ids.ts';
import type { SlotLimits } from './note.ts';
import type { CronOutcome, SlotOutcome } from './outcome.ts';
import type { Redaction } from './redaction.ts';

/**
 * A piece of what a compute unit has computed of one process. All of it comes back from the log; who has it already
 * need not wait for that, and a verification compares it with what the log gives.
 */
export type KeptPart =
  | { readonly kind: 'outcome'; readonly outcome: SlotOutcome; readonly limits: SlotLimits }
  | { readonly kind: 'tick'; readonly outcome: CronOutcome; readonly limits: SlotLimits }
  /** This engine ran the process from the slot on. */
  | { readonly kind: 'engine'; readonly slot: Slot; readonly engine: string }
  /** A memory; `bytes` is base64url. */
  | {
      readonly kind: 'keyframe';
      readonly slot: Slot;
      readonly isFull: boolean;
      readonly hash: string;
      readonly engine: string;
      readonly bytes: string;
    };

/** A page of it; `next` is the slot to go on from, null at the end. */
export interface KeptPage {
  readonly parts: readonly KeptPart[];
  readonly next: Slot | null;
}

/** A file of WeaveDrive as a process found it at a height: its bytes, or the words with which the evaluation ended. */
export interface WeaveFile {
  readonly blockHeight: number;
  /** `/data/ID`, `/tx/ID` or `/block/HEIGHT`. */
  readonly path: string;
  /** base64url; null where it was refused. */
  readonly data: string | null;
  readonly halt: string | null;
}

/** Where a page of such files goes on. */
export type WeavePlace = Pick<WeaveFile, 'blockHeight' | 'path'>;

/** A slot of a process, for a person to look at. */
export interface HistoryPlace {
  readonly process: ProcessId;
  readonly slot: Slot;
}

/** What was written about a history that was put into a recording. */
export interface RecordingInfo {
  readonly note: string;
  /** Where to look first; null when nobody said. */
  readonly focus: HistoryPlace | null;
  readonly notes: readonly (HistoryPlace & { readonly text: string })[];
  /** What the person wrote about places of any kind. */
  readonly marks: readonly FocusNote[];
  /** What was taken out of it; null where it is whole. */
  readonly redaction: Redaction | null;
}

/** What the window is told of the recording that is open. */
export interface OpenedRecording extends RecordingInfo {
  /** The file it was opened from; null where that is not known any more. */
  readonly file: string | null;
  /** The aoscope that wrote it. */
  readonly app: string;
  readonly processes: readonly { readonly process: ProcessId; readonly name: string; readonly slots: number }[];
}

/** What a recording would take up. */
export interface RecordingSize {
  /** Bytes of the file, as far as that can be said before it is written. */
  readonly bytes: number;
  readonly slots: number;
}
