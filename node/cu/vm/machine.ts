import type { Json, Outcome } from '../../contract/outcome.ts';
import type { Tag } from '../../contract/item.ts';
import type { CodePlace, ExpressionValue, FramePath, FrameView, HistoryQuery } from '../../contract/recording.ts';
import type { StateFound, StatePage, StatePath } from '../../contract/state.ts';
import type { RecordWish, VmRecording } from './recording.ts';

/**
 * The message object that a program sees, as the reference CU builds it (protocol §4.3).
 * Numbers are numbers; an absent field is absent.
 */
export interface MessageInput {
  readonly Id?: string;
  readonly Signature?: string;
  readonly Data?: string | null;
  readonly Owner: string;
  readonly From: string;
  readonly Anchor?: string | null;
  readonly 'Forwarded-By'?: string;
  readonly Tags: readonly Tag[];
  readonly Target: string;
  readonly Epoch?: number;
  readonly Nonce?: number;
  readonly Timestamp: number;
  readonly 'Block-Height': number;
  readonly 'Hash-Chain'?: string;
  readonly Cron: boolean;
  readonly 'Read-Only': boolean;
}

/** The second argument of every evaluation: who the process and its module are. */
export interface ProcessEnv {
  readonly Process: { readonly Id: string; readonly Owner: string; readonly Tags: readonly Tag[] };
  readonly Module: { readonly Id: string; readonly Owner: string; readonly Tags: readonly Tag[] };
}

/** Limits a machine enforces itself, deterministically. */
export interface MachineLimits {
  /** VM instructions per evaluation. */
  readonly gas: number;
  readonly memoryBytes: number;
}

/** A program's bytes with the format its module declares. */
export interface ModuleSource {
  readonly id: string;
  readonly format: string;
  readonly bytes: Uint8Array;
}

/**
 * A whole memory, sparse: only the 4 KiB pages that are not all zero, in order, and the few registers that live
 * outside linear memory. Two images of equal state are byte for byte equal.
 */
export interface MemoryImage {
  readonly byteLength: number;
  /** Numbers of the pages that follow, ascending. */
  readonly pages: Uint32Array;
  /** `pages.length` times 4,096 bytes. */
  readonly bytes: Uint8Array;
  readonly registers: readonly number[];
}

/** A whole memory as it stands: the pages that are not all zero, each at its own place. Holds until the program runs on. */
export interface LivingMemory extends Omit<MemoryImage, 'bytes'> {
  /** All of it: page n begins at byte n times 4,096. */
  readonly whole: Uint8Array;
}

/**
 * Room for the pages of an image, used again and again: where memory is handed out page by page for the first time, that
 * costs far more than filling it does. What stands in it holds until the next one is written there.
 */
export interface ImageRoom {
  /** @returns so many bytes, with anything in them. */
  take(bytes: number): Uint8Array;
}

/**
 * What one evaluation gave. `isStateKept` is false where memory may be anything now (an error, a limit): the caller
 * restores the image of before, and drops the instance when `isBroken`.
 */
export interface Evaluation {
  readonly outcome: Outcome;
  readonly isStateKept: boolean;
  readonly isBroken: boolean;
}

/**
 * Looks inside evaluations, by running them anew. Only a program that is a copy is looked at: after every call its
 * memory may be anything, and the caller restores the image it wants.
 */
export interface InstanceDebugger {
  /** Runs a message as `evaluate` does, and writes down what its program does on the way. */
  record(
    message: MessageInput,
    env: ProcessEnv,
    limits: MachineLimits,
    wish: RecordWish,
  ): { readonly evaluation: Evaluation; readonly recording: VmRecording };
  /** Runs a message up to `step` and stops there. @returns the frames, innermost first; null where it ends before. */
  frames(run: RunTo): readonly FrameView[] | null;
  /** The children of a value of a frame at that step; null where nothing stands there. */
  value(run: RunTo, at: FramePath, offset: number, limit: number): StatePage | null;
  /** What an expression gives at that step, seen from a frame; null where the run ends before. */
  expressionAt(run: RunTo, frame: number, expression: string): ExpressionValue | null;
  /** What an expression gives between two messages. */
  expression(expression: string): ExpressionValue;
  /**
   * The same without leaving a trace in memory, but where `isTouched`: a name that is not there had to be brought. Null for expressions
   * that are more than a place and a comparison.
   */
  peek(expression: string): (ExpressionValue & { readonly isTrue: boolean; readonly isTouched?: boolean }) | null;
  /** Runs a message as `evaluate` does and tells which line changed what stands at a place in the state; null where none did. */
  wrote(message: MessageInput, env: ProcessEnv, limits: MachineLimits, expression: string): Write | null;
  /**
   * Runs a message as `evaluate` does and tells where the sites were met. The memory after it is that of a run that
   * nobody watched, but where `isTouched`: an expression was evaluated in between.
   */
  watch(message: MessageInput, env: ProcessEnv, limits: MachineLimits, site: WatchSite): Watched;
}

/** The last change of a value inside an evaluation. */
export interface Write {
  /** The person's line that did it, or called what did; null where the runtime did it by itself. */
  readonly place: CodePlace | null;
  readonly step: number;
  readonly before: string;
  readonly after: string;
}

/** A place in code to wait for. */
export type WatchSite = Extract<HistoryQuery, { readonly kind: 'line' | 'handler' }> | FunctionSite;

/** Functions to wait for, by where they were written; `log` is asked at the first line that runs of them. */
export interface FunctionSite {
  readonly kind: 'function';
  readonly places: readonly CodePlace[];
  readonly log: string | null;
}

/** A function that was entered: texts of the same name may have others at the same line. */
export interface EnteredFunction extends CodePlace {
  readonly lastLine: number;
  /** By which it was called; null where that cannot be known. */
  readonly name: string | null;
}

/** Where a site was met. `entered` tells which of the functions that were waited for it was. */
export interface WatchHit {
  readonly step: number;
  readonly text: string | null;
  readonly entered?: EnteredFunction;
}

export interface Watched {
  readonly evaluation: Evaluation;
  readonly hits: readonly WatchHit[];
  readonly isTouched: boolean;
}

/** An evaluation that is run up to one step, the number of a line that is about to run. */
export interface RunTo {
  readonly message: MessageInput;
  readonly env: ProcessEnv;
  readonly limits: MachineLimits;
  readonly step: number;
}

/** A whole state, a line for each place. `isComplete` is false when there is more than was asked for. */
export interface FlatState {
  readonly lines: readonly { readonly path: StatePath; readonly preview: string }[];
  readonly isComplete: boolean;
}

/** One running program with its memory. Lives in an evaluator worker; everything is synchronous. */
export interface Instance {
  evaluate(message: MessageInput, env: ProcessEnv, limits: MachineLimits): Evaluation;
  /** Bytes of linear memory now. */
  memoryBytes(): number;
  /** How much of that may have been written to; left out where the machine does not know. */
  touchedBytes?(): number | null;
  /** The memory itself, where it is one: whoever looks at all of it now and then copies nothing. */
  living?(): LivingMemory;
  /** A copy of it. @param room where its pages are to be written; room of its own when it is left out. */
  image(room?: ImageRoom): MemoryImage;
  /** Puts the memory back, whatever happened since. */
  restore(image: MemoryImage): void;
  /**
   * The children of one place in the state, in a stable order. This and the other readings of the state may disturb
   * the memory: they are for a spare instance, which may be read again and again before it is restored.
   * @returns null when nothing stands at `path`.
   */
  children(path: StatePath, offset: number, limit: number): StatePage | null;
  /** Every path and its one-line value, depth first in the same stable order, at most `limit` of them. */
  flatten(limit: number): FlatState;
  /** Places under `path` whose key or one-line value holds `text`, in any case; null when nothing stands at `path`. */
  find(path: StatePath, text: string, limit: number): StateFound | null;
  /** Null where the program's machine cannot be watched. */
  readonly debugger: InstanceDebugger | null;
  close(): void;
}

/** A kind of machine: which formats it runs and how an instance is made. */
export interface Machine {
  readonly formats: readonly string[];
  /** @throws AoError MODULE_BROKEN when the program does not start. */
  create(module: ModuleSource, limits: MachineLimits): Promise<Instance>;
}

/** What a program's answer looks like before it is checked. */
export type RawAnswer = { readonly [key: string]: Json };
