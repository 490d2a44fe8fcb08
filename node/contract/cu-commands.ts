import type { CronPlace, DryRunMessage, Empty, FactsArgs, FactsReply, PausedProcess } from './answers.ts';
import type {
  BranchComparison,
  BranchInfo,
  BranchMessage,
  BranchRows,
  BranchRun,
  BranchSpec,
  BranchStep,
  BranchStepPlace,
  LaterAnswer,
} from './branch.ts';
import type { ProcessId, Slot } from './ids.ts';
import type { KeptPage, KeptPart, WeaveFile, WeavePlace } from './kept.ts';
import type { Tag } from './item.ts';
import type { CuTold } from './told.ts';
import type { CronOutcome, Outcome, SlotOutcome } from './outcome.ts';
import type {
  CallNode,
  EvaluatedPlace,
  EvaluationPlace,
  ExpressionValue,
  FramePath,
  FrameView,
  HistoryPage,
  HistoryQuery,
  SlotRecording,
  SourceText,
  SourceWish,
  StepPage,
  Why,
  WhyProgress,
} from './recording.ts';
import type { StateDiff, StateFound, StatePage, StatePath } from './state.ts';
import type { Progress, TimelinePage, Verified } from './timeline.ts';

/** A cron message before a slot, by its place among them: what is asked for is after it. Null or absent: after the slot's own message. */
type Tick = number | null | undefined;
/** A branch whose slots are meant, as far as it has been run; those of the main line when absent. */
type Branch = number | undefined;

/** What the compute unit is asked. */
export interface CuCommands {
  /** Evaluates up to `slot` and returns that slot's outcome. */
  'cu.result': { readonly args: { readonly process: ProcessId; readonly slot: Slot }; readonly reply: SlotOutcome };
  /** Outcomes that have been evaluated, by slot. */
  'cu.results': {
    readonly args: {
      readonly process: ProcessId;
      readonly from: Slot | null;
      readonly to: Slot | null;
      readonly limit: number;
      readonly order: 'asc' | 'desc';
    };
    readonly reply: { readonly results: readonly SlotOutcome[] };
  };
  /** Evaluates up to the present, and gives the outcomes of cron messages after `after`, in order. */
  'cu.cron': {
    readonly args: { readonly process: ProcessId; readonly after: CronPlace | null; readonly limit: number };
    readonly reply: {
      readonly ticks: readonly CronOutcome[];
      /** Where the newest of all stands; null when there is none yet. */
      readonly newest: CronPlace | null;
    };
  };
  /**
   * Says nothing where a process with these tags can run here, as far as that is known before it does.
   * @throws LIMIT_DECLINED, MODULE_FORMAT_UNKNOWN, MODULE_ENCODING, EXTENSION_MISSING, MODULE_UNKNOWN.
   */
  'cu.accepts': { readonly args: { readonly process: ProcessId; readonly tags: readonly Tag[] }; readonly reply: Empty };
  /** Tries a message on the memory after `slot`, or after the newest one, and forgets it. */
  'cu.dryRun': {
    readonly args: { readonly process: ProcessId; readonly message: DryRunMessage; readonly slot?: Slot | undefined; readonly tick?: Tick };
    readonly reply: Outcome;
  };
  /** The children of one place in the state after `slot`, read from a spare copy. */
  'cu.state': {
    readonly args: {
      readonly process: ProcessId;
      readonly slot: Slot;
      readonly tick?: Tick;
      readonly branch?: Branch;
      readonly path: StatePath;
      readonly offset: number;
      readonly limit: number;
    };
    readonly reply: StatePage;
  };
  /** Places in the state after `slot`, at `path` and below, whose key or one-line value holds `text` in any case. */
  'cu.stateFind': {
    readonly args: {
      readonly process: ProcessId;
      readonly slot: Slot;
      readonly tick?: Tick;
      readonly branch?: Branch;
      readonly path: StatePath;
      readonly text: string;
      readonly limit: number;
    };
    readonly reply: StateFound;
  };
  /** What `to` changed against `from`, or a page of it; `from` null means the state before slot 0. Both are slots of the branch, where one is given. */
  'cu.diff': {
    readonly args: {
      readonly process: ProcessId;
      readonly branch?: Branch;
      /** True where `from` is a slot of the main line all the same. */
      readonly isFromMain?: boolean | undefined;
      readonly from: Slot | null;
      readonly fromTick?: Tick;
      readonly to: Slot;
      readonly toTick?: Tick;
      readonly offset?: number | undefined;
      readonly limit?: number | undefined;
    };
    readonly reply: StateDiff;
  };
  /** base64url SHA-256 over the whole memory after `slot`: the same for the same log and `engine`, and compared only within it. */
  'cu.stateHash': {
    readonly args: { readonly process: ProcessId; readonly slot: Slot; readonly tick?: Tick; readonly branch?: Branch };
    readonly reply: { readonly hash: string; readonly engine: string };
  };
  /** The line of a process from slot `from` on: every evaluation of at most `limit` slots, and the keyframes that are kept. */
  'cu.timeline': {
    readonly args: { readonly process: ProcessId; readonly from: Slot; readonly limit: number };
    readonly reply: TimelinePage;
  };
  /** Replays from slot 0 to `to`, or to the end, on a clean instance and compares every outcome hash, and the state hash at every keyframe. */
  'cu.verify': { readonly args: { readonly process: ProcessId; readonly to?: Slot | undefined }; readonly reply: Verified };
  /** How many slots the replay of `cu.verify` that runs has compared; null while none does. It ends when its question is cancelled. */
  'cu.verifying': { readonly args: { readonly process: ProcessId }; readonly reply: { readonly progress: Progress | null } };
  /** A page of what was computed of a process, for a recording: it is evaluated to its newest slot first. `isBare` leaves memories out. */
  'cu.kept': {
    readonly args: { readonly process: ProcessId; readonly from: Slot; readonly isBare?: boolean };
    readonly reply: KeptPage;
  };
  /** Takes over what another compute unit has computed. @throws ARGUMENTS_INVALID for an outcome that does not have its own hash. */
  'cu.takeKept': { readonly args: { readonly process: ProcessId; readonly parts: readonly KeptPart[] }; readonly reply: Empty };
  /** When slots were run where a recording was made: they are told with these times once they have been run here. */
  'cu.takeTold': { readonly args: { readonly facts: readonly CuTold[] }; readonly reply: Empty };
  /** The files that a process has read through WeaveDrive, a few at a time; before the first the whole log is replayed. `next` null: that was all. */
  'cu.weaveFiles': {
    readonly args: { readonly process: ProcessId; readonly after: WeavePlace | null };
    readonly reply: { readonly files: readonly WeaveFile[]; readonly next: WeavePlace | null };
  };
  /** Gives a process files that no gateway here has. */
  'cu.giveWeaveFiles': { readonly args: { readonly process: ProcessId; readonly files: readonly WeaveFile[] }; readonly reply: Empty };
  /** Runs one evaluation again on a spare copy and tells what happened inside. @throws TRACE_UNSUPPORTED. */
  'cu.trace': { readonly args: EvaluationPlace; readonly reply: SlotRecording };
  /** The text of code that was evaluated under a name and is in force after a slot, and where it came from. @throws SOURCE_UNKNOWN. */
  'cu.source': {
    readonly args: SourceWish & { readonly process: ProcessId; readonly slot: Slot; readonly branch?: Branch };
    readonly reply: SourceText;
  };
  /** Where a line of a file of the project stands in the texts that a process has evaluated so far, bundled ones too. */
  'cu.places': {
    readonly args: { readonly process: ProcessId; readonly branch?: Branch; readonly file: string; readonly line: number };
    readonly reply: { readonly places: readonly EvaluatedPlace[] };
  };
  /** The kept steps of a recording from the `from`-th on. */
  'cu.traceSteps': { readonly args: EvaluationPlace & { readonly from: number; readonly limit: number }; readonly reply: StepPage };
  /** The calls of a recording from the `from`-th on, each after the call that made it. */
  'cu.traceCalls': {
    readonly args: EvaluationPlace & { readonly from: number; readonly limit: number };
    readonly reply: { readonly calls: readonly CallNode[] };
  };
  /** The stack with its variables where `step` is about to run, innermost frame first. */
  'cu.frames': {
    readonly args: EvaluationPlace & { readonly step: number };
    readonly reply: { readonly frames: readonly FrameView[] };
  };
  'cu.frameValue': {
    readonly args: EvaluationPlace & { readonly step: number; readonly at: FramePath; readonly offset: number; readonly limit: number };
    readonly reply: StatePage;
  };
  /** What an expression gives: at a step seen from a frame, or after the slot where `step` is null. Nothing of it stays. */
  'cu.expression': {
    readonly args: EvaluationPlace & { readonly step: number | null; readonly frame: number; readonly expression: string };
    readonly reply: ExpressionValue;
  };
  /**
   * A part of a search through the history of a process, from slot `from` on in one direction. Ask again from `next`;
   * each part ends after about `budgetMs`, or when the question is cancelled. Value history is a search for changes.
   */
  'cu.search': {
    readonly args: {
      readonly process: ProcessId;
      readonly branch?: Branch;
      readonly query: HistoryQuery;
      readonly from: Slot;
      readonly direction: 'forwards' | 'backwards';
      readonly isSampled: boolean;
      readonly limit: number;
      readonly budgetMs: number;
    };
    readonly reply: HistoryPage;
  };
  /** Why a value is as it is after a slot: who wrote it, at which line, for which message, who sent that, and so on. */
  'cu.why': {
    readonly args: { readonly process: ProcessId; readonly slot: Slot; readonly branch?: Branch; readonly expression: string };
    readonly reply: Why;
  };
  /** How far `cu.why` with the same arguments has come; null while it does not run. */
  'cu.whyProgress': { readonly args: CuCommands['cu.why']['args']; readonly reply: { readonly progress: WhyProgress | null } };
  /** Makes a branch: another future beside the main line. Nothing is run yet. @throws BRANCH_INVALID. */
  'cu.branchNew': { readonly args: { readonly spec: BranchSpec }; readonly reply: BranchInfo };
  'cu.branches': { readonly args: Empty; readonly reply: { readonly branches: readonly BranchInfo[] } };
  'cu.branchName': { readonly args: { readonly branch: number; readonly name: string }; readonly reply: BranchInfo };
  'cu.branchDrop': { readonly args: { readonly branch: number }; readonly reply: Empty };
  /** Runs a branch on for about `budgetMs`; ask again until it is done. */
  'cu.branchRun': { readonly args: { readonly branch: number; readonly budgetMs: number }; readonly reply: BranchRun };
  /** Says what becomes of the later message that a branch waits on, or of it and all after it. @throws BRANCH_INVALID when nothing is asked. */
  'cu.branchAnswer': {
    readonly args: { readonly branch: number; readonly answer: LaterAnswer; readonly isForAll: boolean };
    readonly reply: BranchInfo;
  };
  /** What was run and what was left out, in order; of one process, or only what differs. */
  'cu.branchRows': {
    readonly args: {
      readonly branch: number;
      readonly process: ProcessId | null;
      readonly isDifferent: boolean;
      readonly from: number;
      readonly limit: number;
    };
    readonly reply: BranchRows;
  };
  /** The step that stands for a slot of the main line, or that has one in the branch; null where none does. */
  'cu.branchFind': {
    readonly args: {
      readonly branch: number;
      readonly process: ProcessId;
      readonly slot: Slot;
      readonly tick?: Tick;
      readonly of: 'main' | 'branch';
    };
    readonly reply: { readonly index: number | null };
  };
  'cu.branchMessage': { readonly args: BranchStepPlace; readonly reply: BranchMessage };
  /** A step from the inside. @throws TRACE_UNSUPPORTED, EVALUATION_TIME. */
  'cu.branchTrace': { readonly args: BranchStepPlace; readonly reply: SlotRecording };
  /**
   * What a step's state has otherwise than the one before it in the branch, than the main line where that stood at the same message, or than
   * a slot of the main line.
   */
  'cu.branchDiff': { readonly args: BranchStepPlace & { readonly against: 'before' | 'main' | Slot }; readonly reply: StateDiff };
  'cu.branchSteps': {
    readonly args: { readonly branch: number; readonly process: ProcessId; readonly from: number; readonly limit: number };
    readonly reply: { readonly steps: readonly BranchStep[] };
  };
  /** State of a branch after the step `index` of a process. */
  'cu.branchState': {
    readonly args: BranchStepPlace & { readonly path: StatePath; readonly offset: number; readonly limit: number };
    readonly reply: StatePage;
  };
  /** The end of a process in a branch against its end on the main line; with `isSearched` also where they parted, which runs much of it again. */
  'cu.branchCompare': {
    readonly args: { readonly branch: number; readonly process: ProcessId; readonly isSearched?: boolean | undefined };
    readonly reply: BranchComparison;
  };
  /** Stops the slot that is being evaluated now, as a verdict in the log. */
  'cu.stop': { readonly args: { readonly process: ProcessId }; readonly reply: { readonly isStopped: boolean } };
  /** Processes that a limit has stopped and that wait for a person. */
  'cu.paused': { readonly args: Empty; readonly reply: { readonly paused: readonly PausedProcess[] } };
  /** Lets one go on: with the error as the slot's outcome, or by running the slot again. @throws PROCESS_NOT_PAUSED. */
  'cu.resume': { readonly args: { readonly process: ProcessId; readonly how: 'error' | 'again' }; readonly reply: Empty };
  'cu.facts': { readonly args: FactsArgs; readonly reply: FactsReply };
}
