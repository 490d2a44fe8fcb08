import type { ProcessId, Slot } from './ids.ts';
import type { TagSign } from './log-find.ts';
import type { FilePlace } from './source-map.ts';
import type { StateKind, StatePath } from './state.ts';

/** Which evaluation is meant: that of a slot's message, or of the cron message `tick` before it. */
export interface EvaluationPlace {
  readonly process: ProcessId;
  readonly slot: Slot;
  /** Null for the slot's own message. */
  readonly tick: number | null;
  /** In a branch: slots are its own then, and those before it begins are the main line's. Who is not in it is as on the main line. */
  readonly branch?: number | undefined;
}

/** A piece of code that a program loaded under one name. */
export interface CodeSource {
  /** Lua's chunk name: `@file` for a file, `aos` for code that was evaluated without a name. */
  readonly chunk: string;
  /** Part of what every process starts with, not of the person's program. */
  readonly isRuntime: boolean;
  /** The slot whose message brought its text, where the log leaves no doubt. */
  readonly slot?: Slot;
}

/** Which text is asked for: by the name it was loaded under, and what is known of it. */
export interface SourceWish {
  /** As Lua (`aos`, `@app.lua`), an error (`[string "aos"]:17`) or a stack (`app.lua:17`) names it. */
  readonly chunk: string;
  /** A line that ran; the one behind the name when absent. */
  readonly line?: number | undefined;
  /** A function in it, by its first and last line. */
  readonly function?: { readonly line: number; readonly lastLine: number } | undefined;
}

/** The text that was evaluated under a name, and is in force after a slot. */
export interface SourceText {
  readonly text: string;
  /** The slot whose message brought it. */
  readonly slot: Slot;
  readonly kind: 'boot' | 'eval';
  /** `exact`: no other text of that name can be meant; `likely`: the newest of several that fit. */
  readonly certainty: 'exact' | 'likely';
  /** The file it came from, as its sender said with the tag `Source`; null when nobody did. */
  readonly file: string | null;
  /** The line in the person's own file, through a bundle too; null where no line was asked for, or no file is known. */
  readonly place: FilePlace | null;
}

/** Where a line of a file stands in what a process evaluated. */
export interface EvaluatedPlace extends CodePlace {
  /** The slot that brought the text. */
  readonly slot: Slot;
}

/** A function as it was written. */
export interface CodeFunction {
  /** Index into {@link SlotRecording.sources}. */
  readonly source: number;
  /** As it was called; null where that cannot be known. */
  readonly name: string | null;
  /** 0 for a chunk's main function; -1 for one that is not Lua. */
  readonly line: number;
  readonly lastLine: number;
}

/** A place in code. */
export interface CodePlace {
  readonly chunk: string;
  readonly line: number;
}

/** A call of the person's program, or from it. `endStep` is the step before which it ended. */
export interface CallNode {
  /** Index into {@link SlotRecording.functions}. */
  readonly function: number;
  /** Index of the call that made it among all calls; -1 for the outermost. */
  readonly parent: number;
  readonly step: number;
  readonly endStep: number;
  /** One line each, in the order of the parameters. */
  readonly args: readonly string[];
  /** Null where it did not return. */
  readonly returns: readonly string[] | null;
  readonly ended: 'returned' | 'tail call' | 'error' | 'yielded' | 'cut short';
}

/** What became of one handler when a message passed it. */
export interface HandlerDecision {
  readonly name: string;
  /** The pattern on one line. */
  readonly pattern: string;
  /** Where its function was written, `file:line`; null for one of the runtime. */
  readonly handle: string | null;
  /** `stop`: ran, and no later handler was asked; `continue`: ran, the next was asked; `skip`: did not match; `default`: ran because none stopped. */
  readonly answer: 'stop' | 'continue' | 'skip' | 'default' | 'error';
  /** The clause of a table pattern that did not fit; null where there is none to name. */
  readonly failed: { readonly key: string; readonly expected: string; readonly actual: string } | null;
  /** The step at which it was asked. */
  readonly step: number;
}

/** Why no handler was asked at all. */
export type Guard =
  | { readonly kind: 'untrusted'; readonly from: string; readonly owner: string; readonly authorities: readonly string[] }
  | { readonly kind: 'not assignable'; readonly from: string; readonly target: string }
  | { readonly kind: 'stopped early'; readonly reason: string };

/** What some tag of a message is like, as in log-find.ts; with `isNot`, what none of them is. */
export interface TagClause {
  readonly name: string;
  readonly sign: TagSign;
  readonly value: string;
  readonly isNot?: boolean | undefined;
}

/** Where the program put something into its outbox. */
export interface SendSite {
  readonly kind: 'message' | 'spawn' | 'assignment';
  /** Place in the outbox of its kind. */
  readonly index: number;
  /** The nearest line of the person's program; null where the runtime sent by itself. */
  readonly place: CodePlace | null;
  readonly step: number;
}

/** One level of a stack. */
export interface StackFrame {
  readonly function: string;
  readonly place: CodePlace | null;
  readonly isRuntime: boolean;
}

/** How often a line ran. */
export interface LineHits {
  readonly source: number;
  readonly line: number;
  readonly hits: number;
}

/**
 * What happened inside one evaluation, without the lines one by one. A step is a line of the person's program that was
 * about to run, or a call of any code; they are counted from 0 on, so that a step means the same in every replay.
 */
export interface SlotRecording {
  readonly steps: number;
  /** Steps of the person's program that were kept one by one. */
  readonly keptSteps: number;
  /** False where there were more lines than are kept. */
  readonly isComplete: boolean;
  /** The replay gave the recorded outcome, byte for byte. */
  readonly isFaithful: boolean;
  readonly sources: readonly CodeSource[];
  readonly functions: readonly CodeFunction[];
  readonly calls: number;
  readonly hits: readonly LineHits[];
  readonly handlers: readonly HandlerDecision[];
  /** Null where handlers were asked. */
  readonly guard: Guard | null;
  readonly sends: readonly SendSite[];
  readonly error: { readonly message: string; readonly stack: readonly StackFrame[]; readonly step: number } | null;
}

/** Kept steps as columns, one entry per step. */
export interface StepPage {
  /** Number of the step among all. */
  readonly step: readonly number[];
  readonly source: readonly number[];
  readonly line: readonly number[];
  /** Index of the call it belongs to. */
  readonly call: readonly number[];
}

/** A named value of a frame. */
export interface Variable {
  readonly name: string;
  readonly kind: StateKind;
  readonly preview: string;
  readonly isOpenable: boolean;
}

/** A frame of a stopped program with its values. */
export interface FrameView extends StackFrame {
  readonly locals: readonly Variable[];
  readonly upvalues: readonly Variable[];
}

/** Where a value of a stopped program stands. */
export interface FramePath {
  readonly frame: number;
  /** `globals`: as they are at this very step; `path` begins with a global's name then. */
  readonly scope: 'locals' | 'upvalues' | 'globals';
  /** Place of the variable in its scope; 0 for globals. */
  readonly index: number;
  readonly path: StatePath;
}

/** What an expression gave. */
export interface ExpressionValue {
  readonly kind: StateKind | 'error';
  readonly preview: string;
}

/** What is looked for in the history of a process. */
export type HistoryQuery =
  /** Messages by their tags (`*` takes any value), who sent them, and a text in their data. */
  | {
      readonly kind: 'message';
      readonly tags: Readonly<Record<string, string>>;
      /** And what else holds for their tags. */
      readonly where?: readonly TagClause[] | undefined;
      readonly from: string | null;
      readonly text: string | null;
    }
  | { readonly kind: 'error'; readonly text: string | null }
  /** A line that ran; with a condition, where that was true there; with `log`, what that gave there (a logpoint after the fact). */
  | {
      readonly kind: 'line';
      readonly chunk: string;
      readonly line: number;
      readonly condition: string | null;
      readonly log: string | null;
    }
  /** A function that was entered, told by where it was written. */
  | { readonly kind: 'function'; readonly chunk: string; readonly line: number; readonly log: string | null }
  /** A function that was entered, told by its name in the code: `credit` stands for every one of that name, `Ledger.credit` for that one. */
  | { readonly kind: 'call'; readonly name: string; readonly log: string | null }
  /** A handler that ran. */
  | { readonly kind: 'handler'; readonly name: string }
  /** After which an expression was true: `Balances.alice < 0`. */
  | { readonly kind: 'condition'; readonly expression: string }
  /** That changed what an expression gives: its value history. A path is an expression too: `Balances["x"]`. */
  | { readonly kind: 'change'; readonly expression: string };

/** One place that was found. */
export interface HistoryHit {
  readonly slot: Slot;
  /** Null for the slot's own message. */
  readonly tick: number | null;
  /** The step inside, where the query is about one. */
  readonly step: number | null;
  /** What a log gave, the value after, the error, or the message's action. */
  readonly text: string | null;
  /** The value before, for changes. */
  readonly before: string | null;
}

/**
 * A part of a search: it ends by itself after a while, so that whoever asks can show how far it is, and stop.
 * `next` is where the next part begins; null when the end of the history was reached.
 */
export interface HistoryPage {
  readonly hits: readonly HistoryHit[];
  readonly next: Slot | null;
  /** Slots that this part looked at. */
  readonly slots: number;
  /** True where only keyframes were looked at: a value that came and went between two of them is not found. */
  readonly isSampled: boolean;
}

/** One step back from an effect to its cause. */
export interface WhyLink {
  readonly process: ProcessId;
  readonly slot: Slot;
  readonly tick: number | null;
  /** What happened in this slot on the way to the effect: it wrote the value, or sent the message of the link before. */
  readonly did: 'wrote' | 'sent';
  /** The person's line that did it; null where that cannot be told. */
  readonly place: CodePlace | null;
  readonly step: number | null;
  /** The value before and after, for a write. */
  readonly change: { readonly before: string; readonly after: string } | null;
  /** The message that made the process run; a cron has no id. */
  readonly message: { readonly id: string | null; readonly action: string | null; readonly from: string };
}

/** How far the question why has come: the slots of a process are gone through backwards, from the one that was asked about. */
export interface WhyProgress {
  readonly process: ProcessId;
  readonly from: Slot;
  /** The slot at which it looks now. */
  readonly at: Slot;
  /** Links that were found. */
  readonly links: number;
}

/** Why something is as it is, from the effect back to what came from outside. */
export interface Why {
  readonly links: readonly WhyLink[];
  /** How it began: a person's message, a cron, a process that is not here; `cut` where there was more than is told. */
  readonly origin: 'person' | 'cron' | 'elsewhere' | 'never written' | 'cut';
}
