import type { Outcome } from '../../contract/outcome.ts';
import type { CallNode, ExpressionValue, HistoryQuery, FramePath, FrameView, StepPage } from '../../contract/recording.ts';
import type { StateDiff, StateFound, StatePage, StatePath } from '../../contract/state.ts';
import type { WireError } from '../../contract/errors.ts';
import type { DriveAnswer, DriveFile } from '../vm/drive.ts';
import type { LastAsked } from './rest.ts';
import type {
  EnteredFunction,
  FlatState,
  FunctionSite,
  MachineLimits,
  MemoryImage,
  MessageInput,
  ModuleSource,
  ProcessEnv,
  Write,
} from '../vm/machine.ts';
import type { RecordWish, VmRecording } from '../vm/recording.ts';

/** One slot to be run, with the limits that hold for it: on a replay those that held when it was run first. */
export interface Step {
  readonly slot: number;
  readonly message: MessageInput;
  readonly limits: MachineLimits;
}

/** A keyframe as it is kept: `blob` stands alone when `isFull`, otherwise it is the difference to the one before. */
export interface Keyframe {
  readonly slot: number;
  readonly isFull: boolean;
  /** State hash of the whole memory. */
  readonly hash: string;
  readonly blob: Uint8Array;
}

/** A memory that a viewer keeps: under which key, and after which slot. */
export interface KeptPlace {
  readonly process: string;
  readonly slot: number;
}

/** Where a memory is to be rebuilt from: keyframes (the first one full, each the base of the next; none = a fresh start), then steps. */
export interface Rebuild {
  readonly module: ModuleSource;
  readonly env: ProcessEnv;
  /** For the start of the module, and for dry runs. */
  readonly limits: MachineLimits;
  /** Slot of the last keyframe; -1 for a fresh start. */
  readonly from: number;
  readonly keyframes: readonly Uint8Array[];
  /** The slot of each keyframe, where the ones on the way are worth keeping; null for one that is not. */
  readonly slots?: readonly (number | null)[];
  /**
   * A memory that is kept for looking: the first keyframe is the difference to it, or without any it is the one that is meant. Null or
   * left out where the first keyframe is full. Of another process (a branch begins with the memory of its main line) it shares its pages.
   */
  readonly after?: KeptPlace | null;
  /** The state hash that the last keyframe must have; null for a fresh start. */
  readonly hash: string | null;
  readonly steps: readonly Step[];
}

/** What an evaluator is asked; each `process` is a key, any text. */
export interface EvaluatorCommands {
  /** Makes the process live here, with the memory after its last step. A replay makes no keyframes. */
  load: { readonly args: { readonly process: string; readonly rebuild: Rebuild; readonly isReplay?: boolean }; readonly reply: null };
  evaluate: { readonly args: { readonly process: string; readonly step: Step }; readonly reply: Evaluated & Busy };
  /**
   * Evaluates steps one after the other and gives the hash of each outcome; for null in their place the hash of the memory then. Ends early
   * at a step that waits for a file, and when it has taken long: what is left is asked for again. What failed is told behind the hashes before it.
   */
  replay: {
    readonly args: { readonly process: string; readonly steps: readonly (Step | null)[] };
    readonly reply: { readonly hashes: readonly string[]; readonly error: WireError | null };
  };
  /** Brings a file that an evaluation waits for (DRIVE_WAITS). */
  provide: { readonly args: { readonly process: string; readonly file: DriveFile; readonly answer: DriveAnswer }; readonly reply: null };
  /** Takes a keyframe when there is something new, and lets the memory go. */
  unload: { readonly args: { readonly process: string }; readonly reply: { readonly keyframe: Keyframe | null } };
  /** Lets the memory go without a word. */
  drop: { readonly args: { readonly process: string }; readonly reply: null };
  /** Slots up to `slot` whose memory is kept here for looking, ascending. */
  kept: { readonly args: { readonly process: string; readonly slot: number }; readonly reply: { readonly slots: readonly number[] } };
  /** Brings the memory after `slot`, or at a place between two slots (place.ts), to a spare instance; with `rebuild` null from the nearest kept one and `steps`. */
  seek: {
    readonly args: { readonly process: string; readonly slot: number; readonly rebuild: Rebuild | null; readonly steps: readonly Step[] };
    readonly reply: null;
  };
  children: {
    readonly args: {
      readonly process: string;
      readonly slot: number;
      readonly path: StatePath;
      readonly offset: number;
      readonly limit: number;
    };
    readonly reply: StatePage | null;
  };
  flatten: { readonly args: { readonly process: string; readonly slot: number; readonly limit: number }; readonly reply: Flat };
  /** Places whose key or one-line value holds a text; null when nothing stands at `path`. */
  find: {
    readonly args: {
      readonly process: string;
      readonly slot: number;
      readonly path: StatePath;
      readonly text: string;
      readonly limit: number;
    };
    readonly reply: StateFound | null;
  };
  /** Keeps the whole state after `slot` here, to compare it. */
  remember: { readonly args: KeptPlace; readonly reply: null };
  /** A page of the difference between two kept states; null when one of them is not kept. */
  diff: {
    readonly args: {
      readonly process: string;
      readonly from: KeptPlace;
      readonly to: KeptPlace;
      readonly offset: number;
      readonly limit: number;
    };
    readonly reply: StateDiff | null;
  };
  /** Hash of the memory after `slot` in the spare instance, or of the one that runs when `slot` is null. */
  hash: { readonly args: { readonly process: string; readonly slot: number | null }; readonly reply: { readonly hash: string } };
  /** Records an evaluation on the spare copy; its lines and calls are kept for the questions that follow. Null where the machine cannot. */
  record: { readonly args: Inside & { readonly wish: RecordWish }; readonly reply: Recorded | null };
  /** Lines or calls of the recording of this place; null when it is not kept any more. */
  recordedSteps: { readonly args: RecordedPage; readonly reply: StepPage | null };
  recordedCalls: { readonly args: RecordedPage; readonly reply: readonly CallNode[] | null };
  frames: { readonly args: Inside & { readonly at: number }; readonly reply: readonly FrameView[] | null };
  frameValue: {
    readonly args: Inside & { readonly at: number; readonly path: FramePath; readonly offset: number; readonly limit: number };
    readonly reply: StatePage | null;
  };
  /** With `inside` null between two messages: after `slot`. */
  expression: {
    readonly args: {
      readonly process: string;
      readonly slot: number;
      readonly inside: (Inside & { readonly at: number; readonly frame: number }) | null;
      readonly expression: string;
    };
    readonly reply: ExpressionValue | null;
  };
  /** State hashes of the memories along a chain of keyframes; null from the first one on that cannot be read. */
  chainHashes: {
    readonly args: { readonly process: string; readonly keyframes: readonly Uint8Array[] };
    readonly reply: { readonly hashes: readonly (string | null)[] };
  };
  /** The memory after `slot` in the spare instance. */
  image: { readonly args: { readonly process: string; readonly slot: number }; readonly reply: MemoryImage };
  /** Which line of an evaluation changed what stands at a place; null where none did. */
  wrote: { readonly args: Inside & { readonly expression: string }; readonly reply: Write | null };
  /** Runs `steps` on the spare copy with the memory after `slot`, and tells after which of them the query is met. */
  scan: {
    readonly args: { readonly process: string; readonly slot: number; readonly steps: readonly ScanStep[]; readonly query: ScanQuery };
    readonly reply: Scanned;
  };
  dryRun: { readonly args: { readonly process: string; readonly slot: number; readonly message: MessageInput }; readonly reply: DryRun };
}

/** What a dry run gave, and what it cost. */
export type DryRun = Pick<Evaluated, 'outcome' | 'memoryBytes' | 'durationMs'>;

/** What can be looked for by running: the rest stands in the log and the outcomes, or is looked for by what it stands for. */
export type ScanQuery = Exclude<HistoryQuery, { readonly kind: 'message' | 'error' | 'call' | 'function' }> | FunctionSite;

/** A step of a scan; one that failed is run to be looked at, and leaves nothing. */
export interface ScanStep extends Step {
  readonly isFailed: boolean;
}

export interface Scanned {
  /** By place of the step in the scan; -1 stands for the memory it began with. */
  readonly hits: readonly {
    readonly at: number;
    readonly step: number | null;
    readonly text: string | null;
    readonly before: string | null;
    readonly entered?: EnteredFunction;
  }[];
  /** Looking has left something in the memory. */
  readonly isTouched: boolean;
}

/** An evaluation to look into: `step`, run after `before` on the memory after `slot`. */
export interface Inside {
  readonly process: string;
  readonly slot: number;
  readonly before: readonly Step[];
  readonly step: Step;
}

/** Names the recording of an evaluation. */
export function recordingKey({ process, slot, step }: Inside): string {
  const { Cron, Timestamp, Tags } = step.message;
  // Cron messages have no id: of one slot they differ in their time or in what they say.
  return `${process} ${slot} ${Cron ? JSON.stringify([Timestamp, Tags]) : 'message'}`;
}

/** What a recording answers with; `key` names it in the questions that follow. */
export interface Recorded {
  readonly key: string;
  readonly summary: VmRecording['summary'];
  readonly wasWalked: boolean;
  readonly outcome: Outcome;
}

export interface RecordedPage {
  readonly process: string;
  readonly key: string;
  readonly from: number;
  readonly limit: number;
}

export interface Evaluated {
  readonly outcome: Outcome;
  readonly memoryBytes: number;
  /** What the process takes while it is loaded: much of `memoryBytes` has never been touched, and costs nothing. */
  readonly heldBytes: number;
  readonly durationMs: number;
  readonly keyframe: Keyframe | null;
}

/** What it took of the processor. */
export interface Busy {
  /** Of this thread alone; the time that went by where that cannot be told (before Node 23.9). */
  readonly busyMs: number;
}

export type Flat = FlatState;

export type EvaluatorCommand = keyof EvaluatorCommands;
export type EvaluatorRequest = {
  [N in EvaluatorCommand]: { readonly id: number; readonly name: N; readonly args: EvaluatorCommands[N]['args'] };
}[EvaluatorCommand];
/** The first thing that a worker says; null where the system does not number threads. */
export interface EvaluatorHello {
  readonly thread: number | null;
}
export type EvaluatorReply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: WireError };

/** What a worker is started with. */
export interface WorkerSettings {
  /** Where the machines find their engines. */
  readonly assetsDir: string;
  /** For one that gives way to every other thread of the machine: when those were asked last. Null for the others. */
  readonly givesWayTo: LastAsked | null;
  /** Files of further machines, as URLs; they come before our own. */
  readonly machines: readonly string[];
  /** Bytes of memories that are kept for stepping. */
  readonly windowBytes: number;
}
